import CoppiceTensors
import Testing

/// A layer with a kind of mask and a plan, for tests that run over many.
struct SparseCase: Sendable, CustomTestStringConvertible {
  enum Pattern: Sendable {
    case random(density: Double)
    case groups(keep: Int, of: Int)
  }

  var shape: LayerShape
  var pattern: Pattern
  var gradientColumns: Range<Int>
  /// How many rows share the choice of inputs.
  var sharedRows = 1
  var plan = SparsePlan.rows

  init(_ outputs: Int, _ inputs: Int, _ pattern: Pattern, gradientColumns: Range<Int>? = nil) {
    shape = LayerShape(outputs: outputs, inputs: inputs)
    self.pattern = pattern
    self.gradientColumns = gradientColumns ?? 0..<inputs
  }

  var testDescription: String { "\(shape.outputs)×\(shape.inputs) \(pattern) \(plan)" }

  func mask() -> [UInt8] {
    var data = RandomData(seed: shape.weightCount)
    var mask =
      switch pattern {
      case .random(let density): data.mask(shape, density: density)
      case .groups(let kept, let group): data.mask(shape, keep: kept, of: group)
      }
    for row in 0..<shape.outputs where row % sharedRows != 0 {
      for column in 0..<shape.inputs {
        mask[row * shape.inputs + column] = mask[(row - 1) * shape.inputs + column]
      }
    }
    return mask
  }

  func topology() -> SparseTopology {
    let mask = mask()
    let topology = SparseTopology(
      shape: shape, capacity: mask.count { $0 != 0 }, gradientColumns: gradientColumns, plan: plan)
    topology.rebuild(mask: mask)
    return topology
  }

  /// Every shape by every plan that can serve it.
  static let all: [SparseCase] = shapes.flatMap { shape in
    SparsePlan.all.filter { $0.precision == .float32 }.map { plan in
      var layer = shape
      layer.plan = plan
      layer.sharedRows = plan.sharesRows ? 4 : 1
      return layer
    }
  }

  static let shapes: [SparseCase] = [
    SparseCase(1, 1, .random(density: 1)), SparseCase(1, 300, .random(density: 0.5)),
    SparseCase(40, 1, .random(density: 0.5)), SparseCase(9, 7, .random(density: 0)),
    SparseCase(33, 129, .random(density: 0.01)), SparseCase(20, 300, .random(density: 0.1)),
    SparseCase(140, 31, .random(density: 0.3)), SparseCase(25, 270, .random(density: 0.5)),
    SparseCase(31, 140, .random(density: 0.9)), SparseCase(18, 150, .random(density: 1)),
    SparseCase(130, 70, .random(density: 0.2), gradientColumns: 64..<70),
    SparseCase(64, 23, .groups(keep: 2, of: 4), gradientColumns: 17..<23),
    SparseCase(48, 17, .groups(keep: 2, of: 4)), SparseCase(40, 17, .groups(keep: 1, of: 8)),
    SparseCase(6, 256, .groups(keep: 2, of: 4)), SparseCase(1, 256, .groups(keep: 1, of: 4)),
    SparseCase(24, 256, .groups(keep: 2, of: 4)), SparseCase(24, 256, .groups(keep: 1, of: 4)),
    SparseCase(24, 256, .groups(keep: 1, of: 8)), SparseCase(24, 256, .groups(keep: 1, of: 16)),
    SparseCase(16, 260, .groups(keep: 1, of: 32)), SparseCase(12, 130, .groups(keep: 3, of: 5)),
    SparseCase(280, 40, .groups(keep: 4, of: 8)), SparseCase(20, 128, .groups(keep: 3, of: 4)),
  ]
}

extension SparsePlan {
  /// Whether it serves only layers of shared rows.
  var sharesRows: Bool { name.hasPrefix("shared-rows") }

  /// The plans that this machine can run.
  static let here = all.filter { InstructionSet.fastest.precisions.contains($0.precision) }
}

@Suite("Sparse kernels")
struct SparseKernelTests {
  @Test("forward agrees with double precision", arguments: InstructionSet.available, SparseCase.all)
  func forward(set: InstructionSet, layer: SparseCase) throws {
    let kernels = try KernelArithmetic(set)
    let topology = layer.topology()
    var data = RandomData(seed: 1)
    let values = data.values(of: topology)
    let bias = data.floats(layer.shape.outputs)
    let input = data.floats(layer.shape.inputs * panelWidth)
    let (wideValues, wideBias, wideInput) = (values.doubled, bias.doubled, input.doubled)
    for activation in [FusedActivation.identity, .rectifier] {
      let output = Guarded(count: layer.shape.outputs * panelWidth)
      kernels.sparseForward(
        topology, values: values.pointer, derived: values.pointer, bias: bias.pointer,
        activation: activation,
        input: input.pointer, output: output.pointer)
      let expected = AlignedBuffer<Double>(count: output.count)
      PlainArithmetic<Double>().sparseForward(
        topology, values: wideValues.pointer, derived: wideValues.pointer, bias: wideBias.pointer,
        activation: activation, input: wideInput.pointer, output: expected.pointer)
      #expect(relativeError(output.values, expected) <= tolerance)
      #expect(output.isIntact)
    }
  }

  @Test("forward agrees with the dense kernel on the same weights", arguments: SparseCase.all)
  func forwardAsDense(layer: SparseCase) throws {
    let topology = layer.topology()
    var data = RandomData(seed: 2)
    let values = data.values(of: topology)
    let bias = data.floats(layer.shape.outputs)
    let input = data.floats(layer.shape.inputs * panelWidth)
    let dense = AlignedBuffer<Float>(count: layer.shape.weightCount)
    let kernels = KernelArithmetic.fastest
    kernels.scatter(topology, values: values.pointer, dense: dense.pointer)
    let sparse = Guarded(count: layer.shape.outputs * panelWidth)
    let expected = AlignedBuffer<Double>(count: sparse.count)
    kernels.sparseForward(
      topology, values: values.pointer, derived: values.pointer, bias: bias.pointer,
      activation: .identity, input: input.pointer, output: sparse.pointer)
    let (wideDense, wideBias, wideInput) = (dense.doubled, bias.doubled, input.doubled)
    PlainArithmetic<Double>().denseForward(
      layer.shape, weights: wideDense.pointer, bias: wideBias.pointer, activation: .identity,
      input: wideInput.pointer, output: expected.pointer)
    #expect(relativeError(sparse.values, expected) <= tolerance)
  }

  @Test("backward-data agrees", arguments: InstructionSet.available, SparseCase.all)
  func backwardData(set: InstructionSet, layer: SparseCase) throws {
    let kernels = try KernelArithmetic(set)
    let topology = layer.topology()
    var data = RandomData(seed: 3)
    let values = data.values(of: topology)
    let gradient = data.floats(layer.shape.outputs * panelWidth)
    let count = layer.gradientColumns.count * panelWidth
    let gate = data.floats(count)
    let derived = Guarded(count: topology.derivedCapacity)
    kernels.derive(topology, forwardOnly: false, values: values.pointer, derived: derived.pointer)
    #expect(derived.isIntact)
    let plain = PlainArithmetic<Double>()
    let (wideValues, wideGradient, wideGate) = (values.doubled, gradient.doubled, gate.doubled)
    for gated in [true, false] {
      let result = Guarded(count: count)
      kernels.sparseBackwardData(
        topology, values: values.pointer, derived: derived.pointer,
        outputGradient: gradient.pointer,
        gate: gated ? UnsafePointer(gate.pointer) : nil, inputGradient: result.pointer)
      let expected = AlignedBuffer<Double>(count: count)
      plain.sparseBackwardData(
        topology, values: wideValues.pointer, derived: wideValues.pointer,
        outputGradient: wideGradient.pointer,
        gate: gated ? UnsafePointer(wideGate.pointer) : nil, inputGradient: expected.pointer)
      #expect(relativeError(result.values, expected) <= tolerance)
      #expect(result.isIntact)
    }
  }

  @Test(
    "backward-weights agrees for any batch", arguments: InstructionSet.available, SparseCase.all)
  func backwardWeights(set: InstructionSet, layer: SparseCase) throws {
    let topology = layer.topology()
    for samples in [1, 100, 130, 256] {
      let batch = DenseBatch(shape: layer.shape, samples: samples)
      let found = batch.gradients(try KernelArithmetic(set), topology, parts: 1)
      let values = AlignedBuffer<Double>(count: topology.positionCount)
      let bias = AlignedBuffer<Double>(count: layer.shape.outputs)
      let (inputs, gradients) = (batch.inputs.doubled, batch.gradients.doubled)
      PlainArithmetic<Double>().sparseBackwardWeights(
        topology, part: .whole, inputs: inputs.run, outputGradients: gradients.run,
        transposed: nil, valueGradient: values.pointer, biasGradient: bias.pointer)
      #expect(relativeError(found.values.values, values) <= tolerance)
      #expect(relativeError(found.bias.values, bias) <= tolerance)
      #expect(found.values.isIntact && found.bias.isIntact)
    }
  }

  @Test(
    "cutting backward-weights in parts changes no bit", arguments: InstructionSet.available,
    SparseCase.all)
  func parts(set: InstructionSet, layer: SparseCase) throws {
    let kernels = try KernelArithmetic(set)
    let topology = layer.topology()
    let batch = DenseBatch(shape: layer.shape, samples: 200)
    let whole = batch.gradients(kernels, topology, parts: 1)
    for parts in [2, 3, 5] {
      let cut = batch.gradients(kernels, topology, parts: parts)
      #expect(cut.values.buffer.bits == whole.values.buffer.bits)
      #expect(cut.bias.buffer.bits == whole.bias.buffer.bits)
    }
  }

  @Test("gather takes what scatter puts", arguments: InstructionSet.available, SparseCase.all)
  func gatherAndScatter(set: InstructionSet, layer: SparseCase) throws {
    let kernels = try KernelArithmetic(set)
    let topology = layer.topology()
    var data = RandomData(seed: 4)
    let values = data.values(of: topology)
    let dense = AlignedBuffer<Float>(count: layer.shape.weightCount)
    dense.fill(7)
    kernels.scatter(topology, values: values.pointer, dense: dense.pointer)
    for (kept, weight) in zip(topology.keptMask.elements, dense.elements) where kept == 0 {
      #expect(weight == 7)
    }
    let back = Guarded(count: topology.positionCount)
    kernels.gather(topology, dense: dense.pointer, values: back.pointer)
    #expect(back.values == Array(values.elements))
    #expect(back.isIntact)
    let plain = AlignedBuffer<Float>(count: topology.positionCount)
    PlainArithmetic<Float>().gather(topology, dense: dense.pointer, values: plain.pointer)
    #expect(back.values == Array(plain.elements))
  }
}

extension DenseBatch {
  func gradients(
    _ kernels: KernelArithmetic, _ topology: SparseTopology, parts: Int
  ) -> (values: Guarded, bias: Guarded) {
    let values = Guarded(count: topology.positionCount)
    let bias = Guarded(count: shape.outputs)
    let panels = inputs.panelCount
    let transposed = AlignedBuffer<Float>(
      count: kernels.transposedCount(topology, panelCount: panels))
    if transposed.count > 0 {
      for panel in 0..<panels {
        kernels.transpose(
          topology, panel: panel, panelCount: panels, input: inputs.panel(panel),
          transposed: transposed.pointer)
      }
    }
    for part in 0..<parts {
      kernels.sparseBackwardWeights(
        topology, part: Part(part, of: parts), inputs: inputs.run, outputGradients: gradients.run,
        transposed: transposed.count > 0 ? UnsafePointer(transposed.pointer) : nil,
        valueGradient: values.pointer, biasGradient: bias.pointer)
    }
    return (values, bias)
  }
}
