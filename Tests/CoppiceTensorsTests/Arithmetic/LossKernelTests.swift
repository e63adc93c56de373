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

  @Test("soft goals agree", arguments: InstructionSet.available)
  func softGoals(set: InstructionSet) throws {
    var data = RandomData(seed: 2)
    let rows = (0..<5).map { _ in data.floats(panelWidth) }
    for lane in 0..<panelWidth where lane % 5 == 0 { rows[1][lane] = 0 }
    let wide = rows.map(\.doubled)
    let found = Guarded(count: panelWidth)
    let expected = AlignedBuffer<Double>(count: panelWidth)
    try KernelArithmetic(set).softValueGoals(
      discount: 0.75, temperature: 0.5, reward: rows[0].pointer, continues: rows[1].pointer,
      first: rows[2].pointer, second: rows[3].pointer, logDensity: rows[4].pointer,
      goal: found.pointer)
    withExtendedLifetime(wide) {
      plain.softValueGoals(
        discount: 0.75, temperature: 0.5, reward: wide[0].pointer, continues: wide[1].pointer,
        first: wide[2].pointer, second: wide[3].pointer, logDensity: wide[4].pointer,
        goal: expected.pointer)
    }
    #expect(relativeError(found.values, expected) <= tolerance)
    #expect(found.isIntact)
    #expect(found.values[0] == rows[0][0])
  }

  @Test(
    "the gradient of the smaller value goes to the smaller one, of equal ones to the first",
    arguments: InstructionSet.available, [0, 1, 3, 15, 16, 17, 40, 63, 64])
  func smallerGradient(set: InstructionSet, live: Int) throws {
    var data = RandomData(seed: live)
    let (first, second) = (data.floats(panelWidth), data.floats(panelWidth))
    for lane in 0..<panelWidth where lane % 4 == 0 { second[lane] = first[lane] }
    let (wideFirst, wideSecond) = (first.doubled, second.doubled)
    for lane in live..<panelWidth { (first[lane], second[lane]) = (.nan, .infinity) }
    let found = [Guarded(count: panelWidth), Guarded(count: panelWidth)]
    let expected = (0..<2).map { _ in AlignedBuffer<Double>(count: panelWidth) }
    let sum = try KernelArithmetic(set).smallerGradient(
      live: live, weight: -0.25, first: first.pointer, second: second.pointer,
      firstGradient: found[0].pointer, secondGradient: found[1].pointer)
    let wideSum = plain.smallerGradient(
      live: live, weight: -0.25, first: wideFirst.pointer, second: wideSecond.pointer,
      firstGradient: expected[0].pointer, secondGradient: expected[1].pointer)
    #expect(abs(Double(sum) - wideSum) <= tolerance * 64)
    for (buffer, wanted) in zip(found, expected) {
      #expect(buffer.values.map(Double.init) == Array(wanted.elements))
      #expect(buffer.isIntact)
    }
    if live > 0 { #expect(found[0].values[0] == -0.25) }
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
