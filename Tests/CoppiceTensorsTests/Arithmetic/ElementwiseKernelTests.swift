import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Element-wise kernels")
struct ElementwiseKernelTests {
  static let counts = [1, 3, 4, 15, 16, 17, 100, 1000]

  @Test("Adam and the running target agree", arguments: InstructionSet.available, counts)
  func adam(set: InstructionSet, count: Int) throws {
    var data = RandomData(seed: count)
    let gradient = data.floats(count)
    let wideGradient = gradient.doubled
    let step = AdamStep<Float>(
      scaledLearningRate: 3e-3, secondMomentCorrection: 20, firstDecay: 0.9, secondDecay: 0.999,
      epsilon: 1e-8, weightDecay: 0.01)
    let wideStep = AdamStep<Double>(
      scaledLearningRate: Double(step.scaledLearningRate),
      secondMomentCorrection: Double(step.secondMomentCorrection),
      firstDecay: Double(step.firstDecay), secondDecay: Double(step.secondDecay),
      epsilon: Double(step.epsilon), weightDecay: Double(step.weightDecay))
    for hasTarget in [true, false] {
      let found = (0..<4).map { _ in Guarded(count: count) }
      for (index, buffer) in found.enumerated() {
        let start = data.floats(count)
        for place in 0..<count {
          buffer.pointer[place] = index == 2 ? abs(start[place]) : start[place]
        }
      }
      let expected = found.map { AlignedBuffer<Double>($0.values.map(Double.init)) }
      try KernelArithmetic(set).adam(
        count: count, parameters: found[0].pointer, firstMoment: found[1].pointer,
        secondMoment: found[2].pointer, gradient: gradient.pointer, step: step,
        target: hasTarget ? found[3].pointer : nil, rate: 0.005)
      PlainArithmetic<Double>().adam(
        count: count, parameters: expected[0].pointer, firstMoment: expected[1].pointer,
        secondMoment: expected[2].pointer, gradient: wideGradient.pointer, step: wideStep,
        target: hasTarget ? expected[3].pointer : nil, rate: Double(Float(0.005)))
      for (buffer, wanted) in zip(found, expected) {
        #expect(relativeError(buffer.values, wanted) <= tolerance)
        #expect(buffer.isIntact)
      }
    }
  }

  @Test("averages agree", arguments: InstructionSet.available, counts)
  func average(set: InstructionSet, count: Int) throws {
    var data = RandomData(seed: count)
    let parameters = data.floats(count)
    let target = Guarded(count: count)
    let before = data.floats(count)
    let wideParameters = parameters.doubled
    target.pointer.update(from: before.pointer, count: count)
    let expected = AlignedBuffer<Double>(target.values.map(Double.init))
    try KernelArithmetic(set).average(
      count: count, parameters: parameters.pointer, target: target.pointer, rate: 0.25)
    PlainArithmetic<Double>().average(
      count: count, parameters: wideParameters.pointer, target: expected.pointer, rate: 0.25)
    #expect(relativeError(target.values, expected) <= tolerance)
    #expect(target.isIntact)
  }

  @Test("sums and products agree", arguments: InstructionSet.available, counts)
  func addAndMultiply(set: InstructionSet, count: Int) throws {
    var data = RandomData(seed: count)
    let (input, before) = (data.floats(count), data.floats(count))
    let found = Guarded(count: count)
    found.pointer.update(from: before.pointer, count: count)
    try KernelArithmetic(set).add(count: count, input: input.pointer, output: found.pointer)
    let expected = AlignedBuffer<Float>(count: count)
    expected.copy(from: before)
    PlainArithmetic<Float>().add(count: count, input: input.pointer, output: expected.pointer)
    #expect(found.values == Array(expected.elements))
    try KernelArithmetic(set).multiply(count: count, input: input.pointer, output: found.pointer)
    PlainArithmetic<Float>().multiply(count: count, input: input.pointer, output: expected.pointer)
    #expect(found.values == Array(expected.elements))
    #expect(found.isIntact)
  }

  @Test(
    "tanh is right to 2e-7 of its scale, odd and saturating", arguments: InstructionSet.available)
  func hyperbolicTangent(set: InstructionSet) throws {
    let count = 40_001
    let input = AlignedBuffer<Float>(
      (0..<count).map { Float($0 - count / 2) * (12 / Float(count / 2)) })
    for scale: Float in [1, 2.5] {
      let output = Guarded(count: count)
      try KernelArithmetic(set).tanh(
        count: count, scale: scale, input: input.pointer, output: output.pointer)
      let error = zip(input.elements, output.values).map {
        abs(Double(scale) * tanh(Double($0)) - Double($1))
      }.max()
      #expect((error ?? 1) <= 2e-7 * Double(scale))
      #expect(output.isIntact)
      let values = output.values
      #expect(values == values.reversed().map { -$0 })
      #expect(values.first == -scale && values.last == scale)
    }
  }

  @Test("tanh of infinity, of NaN and of tiny numbers", arguments: InstructionSet.available)
  func hyperbolicTangentEdges(set: InstructionSet) throws {
    let input = AlignedBuffer<Float>([.infinity, -.infinity, .nan, 1e-20, -1e-30, 0, -0.0])
    let output = Guarded(count: 7)
    try KernelArithmetic(set).tanh(
      count: 7, scale: 1, input: input.pointer, output: output.pointer)
    #expect(output.values[..<2] == [1, -1])
    #expect(output.values[2].isNaN)
    #expect(output.values[3...5] == [1e-20, -1e-30, 0])
    #expect(output.values[6].sign == .minus)
  }

  @Test("the gradient passes back through tanh", arguments: InstructionSet.available, counts)
  func tanhBackward(set: InstructionSet, count: Int) throws {
    var data = RandomData(seed: count)
    let scale: Float = 1.5
    let outputs = AlignedBuffer<Float>(data.numbers(count).map { $0 * scale })
    let before = data.floats(count)
    let gradient = Guarded(count: count)
    gradient.pointer.update(from: before.pointer, count: count)
    try KernelArithmetic(set).tanhBackward(
      count: count, scale: scale, outputs: outputs.pointer, gradient: gradient.pointer)
    let (wideOutputs, expected) = (outputs.doubled, before.doubled)
    PlainArithmetic<Double>().tanhBackward(
      count: count, scale: Double(scale), outputs: wideOutputs.pointer, gradient: expected.pointer)
    #expect(relativeError(gradient.values, expected) <= tolerance)
    #expect(gradient.isIntact)
  }

  @Test("smoothed actions are clipped twice", arguments: InstructionSet.available, counts)
  func smoothAction(set: InstructionSet, count: Int) throws {
    var data = RandomData(seed: count)
    let noise = AlignedBuffer<Float>(data.numbers(count).map { 5 * $0 })
    let before = data.floats(count)
    let actions = Guarded(count: count)
    actions.pointer.update(from: before.pointer, count: count)
    try KernelArithmetic(set).smoothAction(
      count: count, noiseScale: 0.2, noiseClip: 0.5, limit: 0.9, noise: noise.pointer,
      actions: actions.pointer)
    let expected = AlignedBuffer<Double>(
      zip(before.elements, noise.elements).map { action, noise in
        let shift = min(0.5, max(-0.5, Double(Float(0.2)) * Double(noise)))
        return min(Double(Float(0.9)), max(-Double(Float(0.9)), Double(action) + shift))
      })
    #expect(relativeError(actions.values, expected) <= tolerance)
    #expect(actions.isIntact)
  }
}
