import CoppiceTensors
import Testing

@Suite("Loss kernels")
struct LossKernelTests {
  private let plain = PlainArithmetic<Double>()

  @Test("goals agree", arguments: InstructionSet.available)
  func goals(set: InstructionSet) throws {
    var data = RandomData(seed: 1)
    let rows = (0..<4).map { _ in data.floats(panelWidth) }
    for lane in 0..<panelWidth where lane % 5 == 0 { rows[1][lane] = 0 }
    let wide = rows.map(\.doubled)
    let found = Guarded(count: panelWidth)
    let expected = AlignedBuffer<Double>(count: panelWidth)
    try KernelArithmetic(set).valueGoals(
      discount: 0.75, reward: rows[0].pointer, continues: rows[1].pointer, first: rows[2].pointer,
      second: rows[3].pointer, goal: found.pointer)
    withExtendedLifetime(wide) {
      plain.valueGoals(
        discount: 0.75, reward: wide[0].pointer, continues: wide[1].pointer,
        first: wide[2].pointer, second: wide[3].pointer, goal: expected.pointer)
    }
    #expect(relativeError(found.values, expected) <= tolerance)
    #expect(found.isIntact)
    #expect(found.values[0] == rows[0][0])
  }

  @Test(
    "squared errors and their gradients agree, and lanes without a sample count for nothing",
    arguments: InstructionSet.available, [0, 1, 3, 15, 16, 17, 40, 63, 64])
  func squaredError(set: InstructionSet, live: Int) throws {
    var data = RandomData(seed: live)
    let (prediction, goal) = (data.floats(panelWidth), data.floats(panelWidth))
    let (widePrediction, wideGoal) = (prediction.doubled, goal.doubled)
    for lane in live..<panelWidth { (prediction[lane], goal[lane]) = (.nan, .infinity) }
    let found = Guarded(count: panelWidth)
    let expected = AlignedBuffer<Double>(count: panelWidth)
    let sum = try KernelArithmetic(set).squaredError(
      live: live, weight: 0.125, prediction: prediction.pointer, goal: goal.pointer,
      gradient: found.pointer)
    let wideSum = plain.squaredError(
      live: live, weight: 0.125, prediction: widePrediction.pointer, goal: wideGoal.pointer,
      gradient: expected.pointer)
    #expect(abs(Double(sum) - wideSum) <= tolerance * max(1, wideSum))
    #expect(relativeError(found.values, expected) <= tolerance)
    #expect(found.values[live...].allSatisfy { $0 == 0 })
    #expect(found.isIntact)
  }

  @Test(
    "the gradient of a mean is the same for every sample and nothing elsewhere",
    arguments: InstructionSet.available, [0, 1, 3, 15, 16, 17, 40, 63, 64])
  func meanGradient(set: InstructionSet, live: Int) throws {
    var data = RandomData(seed: live)
    let value = data.floats(panelWidth)
    let wideValue = value.doubled
    for lane in live..<panelWidth { value[lane] = .nan }
    let found = Guarded(count: panelWidth)
    let expected = AlignedBuffer<Double>(count: panelWidth)
    let sum = try KernelArithmetic(set).meanGradient(
      live: live, weight: -0.25, value: value.pointer, gradient: found.pointer)
    let wideSum = plain.meanGradient(
      live: live, weight: -0.25, value: wideValue.pointer, gradient: expected.pointer)
    #expect(abs(Double(sum) - wideSum) <= tolerance * 64)
    #expect(found.values.map(Double.init) == Array(expected.elements))
    #expect(found.isIntact)
  }
}
