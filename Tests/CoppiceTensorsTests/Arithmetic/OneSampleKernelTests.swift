import CoppiceTensors
import Testing

@Suite("One-sample kernels")
struct OneSampleKernelTests {
  static let shapes = [
    (1, 1), (1, 300), (6, 256), (256, 17), (9, 7), (40, 1), (23, 129), (7, 16), (64, 256), (13, 31),
  ].map { LayerShape(outputs: $0, inputs: $1) }

  @Test("dense layers agree with double precision", arguments: InstructionSet.available, shapes)
  func dense(set: InstructionSet, shape: LayerShape) throws {
    var data = RandomData(seed: shape.weightCount)
    let weights = data.floats(shape.weightCount)
    let (bias, input) = (data.floats(shape.outputs), data.floats(shape.inputs))
    let (wideWeights, wideBias, wideInput) = (weights.doubled, bias.doubled, input.doubled)
    for activation in [FusedActivation.identity, .rectifier] {
      let output = Guarded(count: shape.outputs)
      try KernelArithmetic(set).denseForwardOne(
        shape, weights: weights.pointer, bias: bias.pointer, activation: activation,
        input: input.pointer, output: output.pointer)
      let expected = AlignedBuffer<Double>(count: shape.outputs)
      PlainArithmetic<Double>().denseForwardOne(
        shape, weights: wideWeights.pointer, bias: wideBias.pointer, activation: activation,
        input: wideInput.pointer, output: expected.pointer)
      #expect(relativeError(output.values, expected) <= tolerance)
      #expect(output.isIntact)
    }
  }

  @Test(
    "sparse layers agree with double precision", arguments: InstructionSet.available,
    SparseCase.all)
  func sparse(set: InstructionSet, layer: SparseCase) throws {
    let topology = layer.topology()
    var data = RandomData(seed: 2)
    let (values, bias) = (data.values(of: topology), data.floats(layer.shape.outputs))
    let block = sampleRoom
    let input = AlignedBuffer<Float>(count: (layer.shape.inputs + block - 1) / block * block)
    for index in 0..<layer.shape.inputs { input[index] = data.numbers(1)[0] }
    let (wideValues, wideBias, wideInput) = (values.doubled, bias.doubled, input.doubled)
    for activation in [FusedActivation.identity, .rectifier] {
      let output = Guarded(count: layer.shape.outputs)
      try KernelArithmetic(set).sparseForwardOne(
        topology, values: values.pointer, bias: bias.pointer, activation: activation,
        input: input.pointer, output: output.pointer)
      let expected = AlignedBuffer<Double>(count: layer.shape.outputs)
      PlainArithmetic<Double>().sparseForwardOne(
        topology, values: wideValues.pointer, bias: wideBias.pointer, activation: activation,
        input: wideInput.pointer, output: expected.pointer)
      #expect(relativeError(output.values, expected) <= tolerance)
      #expect(output.isIntact)
    }
  }
}
