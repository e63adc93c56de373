import CoppiceTensors

/// A random layer as one plan stores it, or as a dense layer, with the products by its kernels.
struct StoredLayer {
  let layer: RandomLayer
  let kernels: KernelArithmetic
  let topology: SparseTopology?
  private let values: AlignedBuffer<Float>
  private let derived: Guarded

  /// Without a plan the layer is dense.
  init(_ layer: RandomLayer, plan: SparsePlan?) throws {
    self.layer = layer
    kernels = try KernelArithmetic(layer.instructionSet)
    topology = plan.map { plan in
      let topology = SparseTopology(
        shape: layer.shape, capacity: layer.work.keptCount,
        gradientColumns: layer.gradientColumns, plan: plan)
      topology.rebuild(mask: layer.mask)
      return topology
    }
    derived = Guarded(count: topology?.derivedCapacity ?? 0)
    guard let topology else {
      values = layer.weights
      return
    }
    values = AlignedBuffer(count: topology.positionCount)
    kernels.gather(topology, dense: layer.weights.pointer, values: values.pointer)
    values.poisonSlack()
    kernels.derive(
      topology, forwardOnly: false, values: values.pointer, derived: derived.pointer)
  }

  /// All products, the weight gradients cut in parts; nothing where a kernel wrote what is not its own.
  func answers(parts: Int) -> LayerAnswers<Float>? {
    let shape = layer.shape
    let (output, sampleOutput) = (
      Guarded(count: shape.outputs * panelWidth), Guarded(count: shape.outputs)
    )
    let (open, gated) = (Guarded(count: layer.gate.count), Guarded(count: layer.gate.count))
    let (weights, bias) = (
      Guarded(count: topology?.positionCount ?? shape.weightCount), Guarded(count: shape.outputs)
    )
    forward(to: output)
    forwardOne(to: sampleOutput)
    backwardData(gate: nil, to: open)
    backwardData(gate: UnsafePointer(layer.gate.pointer), to: gated)
    backwardWeights(parts: parts, weights: weights, bias: bias)
    guard
      [output, sampleOutput, open, gated, weights, bias, derived].allSatisfy({ $0.isIntact })
    else { return nil }
    return LayerAnswers(
      output: output.values, sampleOutput: sampleOutput.values, inputGradient: open.values,
      gatedInputGradient: gated.values, weightGradient: inDenseOrder(weights.values),
      biasGradient: bias.values)
  }

  /// Numbers at positions, where they lie in the dense matrix; 0 where no weight is kept.
  private func inDenseOrder(_ numbers: [Float]) -> [Float] {
    guard let topology else { return zip(numbers, layer.mask).map { $1 == 0 ? 0 : $0 } }
    var dense = [Float](repeating: 0, count: layer.shape.weightCount)
    for (position, number) in numbers.enumerated() {
      let index = Int(topology.denseIndex.pointer[position])
      if index >= 0 { dense[index] = number }
    }
    return dense
  }

  private func forward(to output: Guarded) {
    guard let topology else {
      return kernels.denseForward(
        layer.shape, weights: values.pointer, bias: layer.bias.pointer,
        activation: layer.activation, input: layer.inputs.panel(0), output: output.pointer)
    }
    kernels.sparseForward(
      topology, values: values.pointer, derived: derived.pointer, bias: layer.bias.pointer,
      activation: layer.activation, input: layer.inputs.panel(0), output: output.pointer)
  }

  private func forwardOne(to output: Guarded) {
    guard let topology else {
      return kernels.denseForwardOne(
        layer.shape, weights: values.pointer, bias: layer.bias.pointer,
        activation: layer.activation, input: layer.sample.pointer, output: output.pointer)
    }
    kernels.sparseForwardOne(
      topology, values: values.pointer, bias: layer.bias.pointer, activation: layer.activation,
      input: layer.sample.pointer, output: output.pointer)
  }

  private func backwardData(gate: UnsafePointer<Float>?, to result: Guarded) {
    guard let topology else {
      return kernels.denseBackwardData(
        layer.shape, columns: layer.gradientColumns, weights: values.pointer,
        outputGradient: layer.gradients.panel(0), gate: gate, inputGradient: result.pointer)
    }
    kernels.sparseBackwardData(
      topology, values: values.pointer, derived: derived.pointer,
      outputGradient: layer.gradients.panel(0), gate: gate, inputGradient: result.pointer)
  }

  private func backwardWeights(parts: Int, weights: Guarded, bias: Guarded) {
    let scratch = transposedInputs()
    let transposed = scratch.map { UnsafePointer($0.pointer) }
    let (inputs, gradients) = (layer.inputs.run, layer.gradients.run)
    for part in (0..<parts).map({ Part($0, of: parts) }) {
      if let topology {
        kernels.sparseBackwardWeights(
          topology, part: part, inputs: inputs, outputGradients: gradients, transposed: transposed,
          valueGradient: weights.pointer, biasGradient: bias.pointer)
      } else {
        kernels.denseBackwardWeights(
          layer.shape, part: part, inputs: inputs, outputGradients: gradients,
          transposed: transposed, weightGradient: weights.pointer, biasGradient: bias.pointer)
      }
    }
    withExtendedLifetime(scratch) {}
  }

  /// The inputs as the weight gradients of a dense layer want them, where they do.
  private func transposedInputs() -> AlignedBuffer<Float>? {
    let panels = layer.inputs.panelCount
    let count =
      topology.map { kernels.transposedCount($0, panelCount: panels) }
      ?? kernels.transposedCount(layer.shape, panelCount: panels)
    guard count > 0 else { return nil }
    let transposed = AlignedBuffer<Float>(count: count)
    transposed.fill(.nan)
    transposed.poisonSlack()
    for panel in 0..<panels {
      kernels.transpose(
        layer.shape, panel: panel, panelCount: panels, input: layer.inputs.panel(panel),
        transposed: transposed.pointer)
    }
    return transposed
  }
}
