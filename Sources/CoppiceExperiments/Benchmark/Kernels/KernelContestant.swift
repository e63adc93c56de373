import CoppiceRandom
import CoppiceTensors

/// One layer in one storage, with a batch of its own and all that its kernels read and write.
final class KernelContestant {
  let plan: SparsePlan?

  private let arithmetic: KernelArithmetic
  private let layer: KernelLayer
  private let topology: SparseTopology?
  private let mask: AlignedBuffer<UInt8>
  private let count: Int
  private let values: AlignedBuffer<Float>
  private let target: AlignedBuffer<Float>
  private let moments: [AlignedBuffer<Float>]
  private let valueGradient: AlignedBuffer<Float>
  private let derived: AlignedBuffer<Float>
  private let bias: AlignedBuffer<Float>
  private let biasGradient: AlignedBuffer<Float>
  private let inputs: Panels<Float>
  private let outputs: Panels<Float>
  private let outputGradient: Panels<Float>
  private let inputGradient: Panels<Float>
  private let gate: Panels<Float>
  private let transposed: AlignedBuffer<Float>

  /// `layer` stored by `plan`, or dense without one.
  init(
    _ layer: KernelLayer, plan: SparsePlan?, sampleCount: Int, arithmetic: KernelArithmetic
  ) {
    (self.layer, self.plan, self.arithmetic) = (layer, plan, arithmetic)
    let (shape, columns) = (layer.work.shape, layer.gradientColumns)
    mask = AlignedBuffer(layer.mask ?? [])
    topology = plan.map {
      SparseTopology(
        shape: shape, capacity: layer.work.keptCount, gradientColumns: columns,
        sharesRows: layer.work.sharesRows, plan: $0)
    }
    topology?.rebuild(mask: UnsafePointer(mask.pointer))
    let capacity = topology?.positionCapacity ?? shape.weightCount
    count = topology?.positionCount ?? shape.weightCount
    (values, target) = (AlignedBuffer(count: capacity), AlignedBuffer(count: capacity))
    moments = [AlignedBuffer(count: capacity), AlignedBuffer(count: capacity)]
    valueGradient = AlignedBuffer(count: capacity)
    derived = AlignedBuffer(count: topology?.derivedCapacity ?? 0)
    (bias, biasGradient) = (
      AlignedBuffer(count: shape.outputs), AlignedBuffer(count: shape.outputs)
    )
    inputs = Panels(featureCount: shape.inputs, sampleCount: max(sampleCount, sampleRoom))
    outputs = Panels(featureCount: shape.outputs, sampleCount: sampleCount)
    outputGradient = Panels(featureCount: shape.outputs, sampleCount: sampleCount)
    inputGradient = Panels(featureCount: columns.count, sampleCount: sampleCount)
    gate = Panels(featureCount: columns.count, sampleCount: sampleCount)
    let panelCount = outputs.panelCount
    transposed = AlignedBuffer(
      count: topology.map { arithmetic.transposedCount($0, panelCount: panelCount) }
        ?? arithmetic.transposedCount(shape, panelCount: panelCount))
    fill()
  }

  /// Small numbers of both signs, so that gates let about half of everything through.
  private func fill() {
    var random = RandomKey(seed: 3).stream()
    for buffer in [inputs.buffer, outputGradient.buffer, gate.buffer] {
      for element in 0..<buffer.count {
        buffer.pointer[element] = Float(random.nextUniform(-1, 1))
      }
    }
    let dense = AlignedBuffer<Float>(count: layer.work.shape.weightCount)
    for element in 0..<dense.count { dense.pointer[element] = Float(random.nextUniform(-0.1, 0.1)) }
    if let topology {
      arithmetic.gather(topology, dense: UnsafePointer(dense.pointer), values: values.pointer)
    } else {
      values.copy(from: dense)
    }
    target.copy(from: values)
    derive()
  }

  func forward() {
    for panel in 0..<outputs.panelCount {
      let (input, output) = (UnsafePointer(inputs.panel(panel)), outputs.panel(panel))
      if let topology {
        arithmetic.sparseForward(
          topology, values: UnsafePointer(values.pointer),
          derived: UnsafePointer(derived.pointer), bias: UnsafePointer(bias.pointer),
          activation: .rectifier, input: input, output: output)
      } else {
        arithmetic.denseForward(
          layer.work.shape, weights: UnsafePointer(values.pointer),
          bias: UnsafePointer(bias.pointer), activation: .rectifier, input: input, output: output)
      }
    }
  }

  func forwardOne() {
    let (input, output) = (UnsafePointer(inputs.buffer.pointer), outputs.buffer.pointer)
    if let topology {
      arithmetic.sparseForwardOne(
        topology, values: UnsafePointer(values.pointer), bias: UnsafePointer(bias.pointer),
        activation: .rectifier, input: input, output: output)
    } else {
      arithmetic.denseForwardOne(
        layer.work.shape, weights: UnsafePointer(values.pointer),
        bias: UnsafePointer(bias.pointer), activation: .rectifier, input: input, output: output)
    }
  }

  func backwardData() {
    guard !layer.gradientColumns.isEmpty else { return }
    for panel in 0..<outputs.panelCount {
      let gradient = UnsafePointer(outputGradient.panel(panel))
      let (gate, result) = (UnsafePointer(gate.panel(panel)), inputGradient.panel(panel))
      if let topology {
        arithmetic.sparseBackwardData(
          topology, values: UnsafePointer(values.pointer),
          derived: UnsafePointer(derived.pointer), outputGradient: gradient, gate: gate,
          inputGradient: result)
      } else {
        arithmetic.denseBackwardData(
          layer.work.shape, columns: layer.gradientColumns,
          weights: UnsafePointer(values.pointer), outputGradient: gradient, gate: gate,
          inputGradient: result)
      }
    }
  }

  func backwardWeights() {
    let shape = layer.work.shape
    let inputs = PanelRun(
      start: self.inputs.run.start, stride: self.inputs.stride, count: outputs.panelCount)
    if transposed.count > 0 {
      for panel in 0..<outputs.panelCount {
        let input = UnsafePointer(self.inputs.panel(panel))
        if let topology {
          arithmetic.transpose(
            topology, panel: panel, panelCount: outputs.panelCount, input: input,
            transposed: transposed.pointer)
        } else {
          arithmetic.transpose(
            shape, panel: panel, panelCount: outputs.panelCount, input: input,
            transposed: transposed.pointer)
        }
      }
    }
    let turned = transposed.count > 0 ? UnsafePointer(transposed.pointer) : nil
    if let topology {
      arithmetic.sparseBackwardWeights(
        topology, part: .whole, inputs: inputs, outputGradients: outputGradient.run,
        transposed: turned, valueGradient: valueGradient.pointer,
        biasGradient: biasGradient.pointer)
    } else {
      arithmetic.denseBackwardWeights(
        shape, part: .whole, inputs: inputs, outputGradients: outputGradient.run,
        transposed: turned, weightGradient: valueGradient.pointer,
        biasGradient: biasGradient.pointer)
    }
  }

  /// One step of Adam for the weights, which the target follows.
  func step() {
    // a rate of zero, so that however many steps leave the numbers what they are
    let constants = AdamStep<Float>(
      scaledLearningRate: 0, secondMomentCorrection: 1, firstDecay: 0.9, secondDecay: 0.999,
      epsilon: 1e-8, weightDecay: 0)
    arithmetic.adam(
      count: count, parameters: values.pointer, firstMoment: moments[0].pointer,
      secondMoment: moments[1].pointer, gradient: UnsafePointer(valueGradient.pointer),
      step: constants, target: target.pointer, rate: 0.005)
  }

  func derive() {
    guard let topology, !layer.gradientColumns.isEmpty else { return }
    arithmetic.derive(
      topology, forwardOnly: false, values: UnsafePointer(values.pointer),
      derived: derived.pointer)
  }

  func rebuild() { topology?.rebuild(mask: UnsafePointer(mask.pointer)) }
}
