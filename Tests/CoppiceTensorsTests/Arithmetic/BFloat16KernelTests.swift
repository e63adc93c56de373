import CoppiceTensors
import Testing

/// Products of bf16 numbers, compared with the same products of rounded numbers in double precision.
@Suite(
  "Kernels of bf16 numbers",
  .enabled(if: InstructionSet.fastest.precisions.contains(.bfloat16)))
struct BFloat16KernelTests {
  /// Every shape by every plan of bf16 numbers that can serve it, and some of several scratches.
  static let layers: [SparseCase] = {
    let long = [
      SparseCase(1, 700, .random(density: 1)), SparseCase(530, 9, .random(density: 0.7)),
      SparseCase(301, 515, .random(density: 1), gradientColumns: 200..<307),
    ]
    return (SparseCase.shapes + long).flatMap { shape in
      SparsePlan.all.filter { $0.precision == .bfloat16 }.map { plan in
        var layer = shape
        layer.plan = plan
        layer.sharedRows = plan.sharesRows ? 4 : 1
        return layer
      }
    }
  }()

  /// How far rounded factors may lead from the product in single precision: two roundings of 2⁻⁹ in
  /// every term, and terms that cancel.
  static let rounding = 1e-2

  @Test("forward agrees with rounded numbers in double precision", arguments: layers)
  func forward(layer: SparseCase) throws {
    let (kernels, topology) = (try bfloat16Kernels(), layer.topology())
    var data = RandomData(seed: 1)
    let values = data.values(of: topology)
    let bias = data.floats(layer.shape.outputs)
    let input = data.floats(layer.shape.inputs * panelWidth)
    for activation in [FusedActivation.identity, .rectifier] {
      for forwardOnly in [true, false] {
        let derived = derived(kernels, topology, forwardOnly: forwardOnly, values)
        let output = Guarded(count: layer.shape.outputs * panelWidth)
        kernels.sparseForward(
          topology, values: values.pointer, derived: derived.pointer, bias: bias.pointer,
          activation: activation, input: input.pointer, output: output.pointer)
        let expected = { (values: AlignedBuffer<Double>, input: AlignedBuffer<Double>) in
          let (output, bias) = (AlignedBuffer<Double>(count: output.count), bias.doubled)
          PlainArithmetic<Double>().sparseForward(
            topology, values: values.pointer, derived: values.pointer, bias: bias.pointer,
            activation: activation, input: input.pointer, output: output.pointer)
          return output
        }
        #expect(relativeError(output.values, expected(values.rounded, input.rounded)) <= tolerance)
        #expect(
          relativeError(output.values, expected(values.doubled, input.doubled)) <= Self.rounding)
        #expect(output.isIntact && derived.isIntact)
      }
    }
  }

  @Test("backward-data agrees with rounded numbers in double precision", arguments: layers)
  func backwardData(layer: SparseCase) throws {
    let (kernels, topology) = (try bfloat16Kernels(), layer.topology())
    var data = RandomData(seed: 3)
    let values = data.values(of: topology)
    let gradient = data.floats(layer.shape.outputs * panelWidth)
    let count = layer.gradientColumns.count * panelWidth
    let gate = data.floats(count)
    let derived = derived(kernels, topology, forwardOnly: false, values)
    for gate in [gate, nil] {
      let result = Guarded(count: count)
      kernels.sparseBackwardData(
        topology, values: values.pointer, derived: derived.pointer,
        outputGradient: gradient.pointer, gate: gate.map { UnsafePointer($0.pointer) },
        inputGradient: result.pointer)
      let expected = { (values: AlignedBuffer<Double>, gradient: AlignedBuffer<Double>) in
        let (result, wideGate) = (AlignedBuffer<Double>(count: count), gate?.doubled)
        PlainArithmetic<Double>().sparseBackwardData(
          topology, values: values.pointer, derived: values.pointer,
          outputGradient: gradient.pointer, gate: wideGate.map { UnsafePointer($0.pointer) },
          inputGradient: result.pointer)
        return result
      }
      #expect(relativeError(result.values, expected(values.rounded, gradient.rounded)) <= tolerance)
      #expect(
        relativeError(result.values, expected(values.doubled, gradient.doubled)) <= Self.rounding)
      #expect(result.isIntact)
    }
  }

  @Test("backward-weights agrees with rounded numbers for any batch", arguments: layers)
  func backwardWeights(layer: SparseCase) throws {
    let (kernels, topology) = (try bfloat16Kernels(), layer.topology())
    for samples in [1, 100, 130, 600] where samples < 200 || layer.shape.weightCount < 50_000 {
      let batch = DenseBatch(shape: layer.shape, samples: samples)
      let found = batch.gradients(kernels, topology, parts: 1)
      let bias = AlignedBuffer<Double>(count: layer.shape.outputs)
      let expected = { (inputs: Panels<Double>, gradients: Panels<Double>) in
        let values = AlignedBuffer<Double>(count: topology.positionCount)
        PlainArithmetic<Double>().sparseBackwardWeights(
          topology, part: .whole, inputs: inputs.run, outputGradients: gradients.run,
          transposed: nil, valueGradient: values.pointer, biasGradient: bias.pointer)
        return values
      }
      let rounded = expected(batch.inputs.rounded, batch.gradients.rounded)
      #expect(relativeError(found.values.values, rounded) <= tolerance)
      let exact = expected(batch.inputs.doubled, batch.gradients.doubled)
      #expect(relativeError(found.values.values, exact) <= Self.rounding)
      // the biases' gradients are sums without a product: nothing is rounded
      #expect(relativeError(found.bias.values, bias) <= tolerance)
      #expect(found.values.isIntact && found.bias.isIntact)
    }
  }

  @Test("cutting backward-weights in parts changes no bit", arguments: layers)
  func parts(layer: SparseCase) throws {
    let (kernels, topology) = (try bfloat16Kernels(), layer.topology())
    let batch = DenseBatch(shape: layer.shape, samples: 600)
    let whole = batch.gradients(kernels, topology, parts: 1)
    for parts in [2, 3, 5] {
      let cut = batch.gradients(kernels, topology, parts: parts)
      #expect(cut.values.buffer.bits == whole.values.buffer.bits)
      #expect(cut.bias.buffer.bits == whole.bias.buffer.bits)
    }
  }

  @Test("ties are rounded to the even neighbour", arguments: [UInt32(0x3f80_8000), 0x3f81_8000])
  func ties(bits: UInt32) throws {
    let kernels = try bfloat16Kernels()
    let topology = SparseTopology(
      shape: LayerShape(outputs: 1, inputs: 1), capacity: 1, plan: .denseBFloat16)
    topology.rebuild(mask: [1])
    let (values, one) = (AlignedBuffer([Float(bitPattern: bits)]), AlignedBuffer<Float>(count: 64))
    one.fill(1)
    let (bias, output) = (AlignedBuffer<Float>(count: 1), AlignedBuffer<Float>(count: 64))
    let derived = derived(kernels, topology, forwardOnly: true, values)
    kernels.sparseForward(
      topology, values: values.pointer, derived: derived.pointer, bias: bias.pointer,
      activation: .identity, input: one.pointer, output: output.pointer)
    #expect(output.bits.allSatisfy { $0 == (bits == 0x3f80_8000 ? 0x3f80_0000 : 0x3f82_0000) })
  }

  private func bfloat16Kernels() throws -> KernelArithmetic {
    try KernelArithmetic(.fastest, precision: .bfloat16)
  }

  private func derived(
    _ kernels: KernelArithmetic, _ topology: SparseTopology, forwardOnly: Bool,
    _ values: AlignedBuffer<Float>
  ) -> Guarded {
    let derived = Guarded(
      count: forwardOnly ? topology.forwardDerivedCapacity : topology.derivedCapacity)
    kernels.derive(
      topology, forwardOnly: forwardOnly, values: values.pointer, derived: derived.pointer)
    return derived
  }
}

/// A number with 8 bits of precision, the nearest; of two as near the even one.
private func rounded(_ number: Float) -> Double {
  let bits = number.bitPattern
  return Double(Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000))
}

extension AlignedBuffer<Float> {
  /// The numbers rounded to bf16, in double precision.
  fileprivate var rounded: AlignedBuffer<Double> {
    AlignedBuffer<Double>(elements.map { CoppiceTensorsTests.rounded($0) })
  }
}

extension Panels<Float> {
  /// The numbers rounded to bf16, in double precision.
  fileprivate var rounded: Panels<Double> {
    let result = Panels<Double>(featureCount: featureCount, sampleCount: panelCount * panelWidth)
    for index in 0..<buffer.count {
      result.buffer[index] = CoppiceTensorsTests.rounded(buffer[index])
    }
    return result
  }
}
