import CoppiceTensors
import Testing

@Suite("Dense kernels")
struct DenseKernelTests {
  static let shapes = [
    (1, 1), (1, 17), (17, 1), (1, 256), (2, 65), (6, 256), (7, 33), (8, 16), (11, 48), (13, 30),
    (19, 300), (64, 64), (96, 23), (100, 17), (47, 75), (300, 19), (33, 129), (30, 257),
  ].map { LayerShape(outputs: $0.0, inputs: $0.1) }

  @Test("forward agrees with double precision", arguments: InstructionSet.available, shapes)
  func forward(set: InstructionSet, shape: LayerShape) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: shape.weightCount)
    let weights = data.floats(shape.weightCount)
    let bias = data.floats(shape.outputs)
    let input = data.floats(shape.inputs * panelWidth)
    let (wideWeights, wideBias, wideInput) = (weights.doubled, bias.doubled, input.doubled)
    for activation in [FusedActivation.identity, .rectifier] {
      let output = Guarded(count: shape.outputs * panelWidth)
      kernels.denseForward(
        shape, weights: weights.pointer, bias: bias.pointer, activation: activation,
        input: input.pointer, output: output.pointer)
      let expected = AlignedBuffer<Double>(count: output.count)
      PlainArithmetic<Double>().denseForward(
        shape, weights: wideWeights.pointer, bias: wideBias.pointer, activation: activation,
        input: wideInput.pointer, output: expected.pointer)
      #expect(relativeError(output.values, expected) <= tolerance)
      #expect(output.isIntact)
    }
  }

  @Test("backward-data agrees for any columns", arguments: InstructionSet.available, shapes)
  func backwardData(set: InstructionSet, shape: LayerShape) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: shape.weightCount)
    let weights = data.floats(shape.weightCount)
    let gradient = data.floats(shape.outputs * panelWidth)
    let (wideWeights, wideGradient) = (weights.doubled, gradient.doubled)
    let ranges = [
      0..<shape.inputs, (shape.inputs / 2)..<shape.inputs, 0..<min(6, shape.inputs),
      (shape.inputs - 1)..<shape.inputs,
    ]
    for (columns, gated) in ranges.flatMap({ [($0, true), ($0, false)] }) {
      let gate = data.floats(columns.count * panelWidth)
      gate[0] = 0
      let result = Guarded(count: columns.count * panelWidth)
      kernels.denseBackwardData(
        shape, columns: columns, weights: weights.pointer, outputGradient: gradient.pointer,
        gate: gated ? UnsafePointer(gate.pointer) : nil, inputGradient: result.pointer)
      let expected = AlignedBuffer<Double>(count: result.count)
      let wideGate = gate.doubled
      PlainArithmetic<Double>().denseBackwardData(
        shape, columns: columns, weights: wideWeights.pointer,
        outputGradient: wideGradient.pointer,
        gate: gated ? UnsafePointer(wideGate.pointer) : nil, inputGradient: expected.pointer)
      #expect(relativeError(result.values, expected) <= tolerance)
      #expect(result.isIntact)
      if gated { #expect(result.values[0] == 0) }
    }
  }

  @Test(
    "backward-data of a wide layer, whose weights are copied, agrees and keeps the order of the sum",
    arguments: InstructionSet.available)
  func wideBackwardData(set: InstructionSet) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: 790)
    let (wide, narrow) = (
      LayerShape(outputs: 260, inputs: 790), LayerShape(outputs: 260, inputs: 61)
    )
    let columns = 729..<790
    let weights = data.floats(wide.weightCount)
    let gradient = data.floats(wide.outputs * panelWidth)
    let gate = data.floats(columns.count * panelWidth)
    // the same columns as a layer that is too narrow to be copied
    let same = AlignedBuffer<Float>(count: narrow.weightCount)
    for row in 0..<narrow.outputs {
      for column in columns {
        same[row * narrow.inputs + column - columns.lowerBound] =
          weights[row * wide.inputs + column]
      }
    }
    let (found, expected) = (
      Guarded(count: columns.count * panelWidth), Guarded(count: columns.count * panelWidth)
    )
    kernels.denseBackwardData(
      wide, columns: columns, weights: weights.pointer, outputGradient: gradient.pointer,
      gate: gate.pointer, inputGradient: found.pointer)
    kernels.denseBackwardData(
      narrow, columns: 0..<narrow.inputs, weights: same.pointer, outputGradient: gradient.pointer,
      gate: gate.pointer, inputGradient: expected.pointer)
    #expect(found.buffer.bits == expected.buffer.bits)
    #expect(found.isIntact)
  }

  @Test("backward-weights agrees for any batch", arguments: InstructionSet.available, shapes)
  func backwardWeights(set: InstructionSet, shape: LayerShape) throws {
    for samples in [1, 50, 64, 130, 256] {
      let layer = DenseBatch(shape: shape, samples: samples)
      let found = layer.gradients(try KernelArithmetic(set), parts: 1)
      let weightGradient = AlignedBuffer<Double>(count: shape.weightCount)
      let biasGradient = AlignedBuffer<Double>(count: shape.outputs)
      let (inputs, gradients) = (layer.inputs.doubled, layer.gradients.doubled)
      PlainArithmetic<Double>().denseBackwardWeights(
        shape, part: .whole, inputs: inputs.run, outputGradients: gradients.run, transposed: nil,
        weightGradient: weightGradient.pointer, biasGradient: biasGradient.pointer)
      #expect(relativeError(found.weights.values, weightGradient) <= tolerance)
      #expect(relativeError(found.bias.values, biasGradient) <= tolerance)
      #expect(found.weights.isIntact && found.bias.isIntact)
    }
  }

  @Test("backward-weights adds to what is there", arguments: InstructionSet.available, shapes)
  func addedWeights(set: InstructionSet, shape: LayerShape) throws {
    var data = RandomData(seed: shape.weightCount + 1)
    let layer = DenseBatch(shape: shape, samples: 130)
    let (weights, bias) = (data.floats(shape.weightCount), data.floats(shape.outputs))
    let found = layer.gradients(try KernelArithmetic(set), parts: 2, addedTo: (weights, bias))
    let (expected, expectedBias) = (weights.doubled, bias.doubled)
    let (inputs, gradients) = (layer.inputs.doubled, layer.gradients.doubled)
    PlainArithmetic<Double>().denseBackwardWeights(
      shape, part: .whole, inputs: inputs.run, outputGradients: gradients.run, transposed: nil,
      adding: true, weightGradient: expected.pointer, biasGradient: expectedBias.pointer)
    #expect(relativeError(found.weights.values, expected) <= tolerance)
    #expect(relativeError(found.bias.values, expectedBias) <= tolerance)
    #expect(found.weights.isIntact && found.bias.isIntact)
  }

  @Test(
    "cutting backward-weights in parts changes no bit", arguments: InstructionSet.available, shapes)
  func parts(set: InstructionSet, shape: LayerShape) throws {
    let kernels = try KernelArithmetic(set)
    let layer = DenseBatch(shape: shape, samples: 200)
    let whole = layer.gradients(kernels, parts: 1)
    for parts in [2, 3, 5] {
      let cut = layer.gradients(kernels, parts: parts)
      #expect(cut.weights.buffer.bits == whole.weights.buffer.bits)
      #expect(cut.bias.buffer.bits == whole.bias.buffer.bits)
    }
  }

  @Test(
    "a row has the same bits in a full tile and in a remainder", arguments: InstructionSet.available
  )
  func remainderRows(set: InstructionSet) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: 9)
    let (inputs, most) = (70, 14)
    let weights = data.floats(most * inputs)
    let bias = data.floats(most)
    let input = data.floats(inputs * panelWidth)
    func rows(_ count: Int) -> ArraySlice<UInt32> {
      let output = AlignedBuffer<Float>(count: count * panelWidth)
      kernels.denseForward(
        LayerShape(outputs: count, inputs: inputs), weights: weights.pointer, bias: bias.pointer,
        activation: .identity, input: input.pointer, output: output.pointer)
      return output.bits[...]
    }
    for count in 2..<most { #expect(rows(most).starts(with: rows(count))) }
  }
}

/// The inputs and output gradients of one layer.
struct DenseBatch {
  let shape: LayerShape
  let inputs: Panels<Float>
  let gradients: Panels<Float>

  init(shape: LayerShape, samples: Int) {
    var data = RandomData(seed: shape.weightCount + samples)
    self.shape = shape
    inputs = data.panels(features: shape.inputs, samples: samples, unused: 3)
    gradients = data.panels(features: shape.outputs, samples: samples, unused: 0)
  }

  func gradients(
    _ kernels: KernelArithmetic, parts: Int,
    addedTo start: (weights: AlignedBuffer<Float>, bias: AlignedBuffer<Float>)? = nil
  ) -> (weights: Guarded, bias: Guarded) {
    let weights = Guarded(count: shape.weightCount)
    let bias = Guarded(count: shape.outputs)
    if let start {
      weights.pointer.update(from: start.weights.pointer, count: weights.count)
      bias.pointer.update(from: start.bias.pointer, count: bias.count)
    }
    let transposed = AlignedBuffer<Float>(
      count: kernels.transposedCount(shape, panelCount: inputs.panelCount))
    for panel in 0..<inputs.panelCount {
      kernels.transpose(
        shape, panel: panel, panelCount: inputs.panelCount, input: inputs.panel(panel),
        transposed: transposed.pointer)
    }
    for part in 0..<parts {
      kernels.denseBackwardWeights(
        shape, part: Part(part, of: parts), inputs: inputs.run, outputGradients: gradients.run,
        transposed: transposed.pointer, adding: start != nil, weightGradient: weights.pointer,
        biasGradient: bias.pointer)
    }
    return (weights, bias)
  }
}
