import CoppiceTensors

/// What the products of a random layer give, its weight gradients where they lie in the dense matrix.
struct LayerAnswers<Scalar: BinaryFloatingPoint> {
  var output: [Scalar] = []
  var sampleOutput: [Scalar] = []
  var inputGradient: [Scalar] = []
  var gatedInputGradient: [Scalar] = []
  var weightGradient: [Scalar] = []
  var biasGradient: [Scalar] = []

  var named: [(name: String, numbers: [Scalar])] {
    [
      ("forward", output), ("one sample", sampleOutput), ("backward-data", inputGradient),
      ("gated backward-data", gatedInputGradient), ("weight gradients", weightGradient),
      ("bias gradients", biasGradient),
    ]
  }
}

extension LayerAnswers<Double> {
  /// By the plain loops in double precision.
  init(to layer: RandomLayer) {
    let (plain, shape) = (PlainArithmetic<Double>(), layer.shape)
    let weights = layer.weights.doubled
    let (bias, sample, gate) = (layer.bias.doubled, layer.sample.doubled, layer.gate.doubled)
    let (inputs, gradients) = (layer.inputs.doubled, layer.gradients.doubled)
    output = filled(shape.outputs * panelWidth) {
      plain.denseForward(
        shape, weights: weights.pointer, bias: bias.pointer, activation: layer.activation,
        input: inputs.panel(0), output: $0)
    }
    sampleOutput = filled(shape.outputs) {
      plain.denseForwardOne(
        shape, weights: weights.pointer, bias: bias.pointer, activation: layer.activation,
        input: sample.pointer, output: $0)
    }
    inputGradient = filled(gate.count) {
      plain.denseBackwardData(
        shape, columns: layer.gradientColumns, weights: weights.pointer,
        outputGradient: gradients.panel(0), gate: nil, inputGradient: $0)
    }
    gatedInputGradient = zip(inputGradient, gate.elements).map { $1 > 0 ? $0 : 0 }
    weightGradient = filled(shape.weightCount) { weightGradient in
      biasGradient = filled(shape.outputs) {
        plain.denseBackwardWeights(
          shape, part: .whole, inputs: inputs.run, outputGradients: gradients.run,
          transposed: nil, weightGradient: weightGradient, biasGradient: $0)
      }
    }
    for (index, kept) in layer.mask.enumerated() where kept == 0 { weightGradient[index] = 0 }
  }
}

/// The numbers that `fill` writes.
private func filled(_ count: Int, _ fill: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
  let buffer = AlignedBuffer<Double>(count: count)
  fill(buffer.pointer)
  return Array(buffer.elements)
}
