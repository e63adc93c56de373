public import CoppiceTensors

/// Samples in memory with what a network ought to give for them: numbers, or the right class.
///
/// ```swift
/// let data = try LabelledData<Float>(
///   inputs: pixels, inputCount: 64, classes: digits, classCount: 10)
/// ```
///
/// ## Shapes
/// - `N` samples; inputs `[N, I]`; goals `[N, G]`, with `G` = 1 for the number of a class
public struct LabelledData<Scalar: NetworkScalar>: Sendable {
  /// `N`.
  public let count: Int
  /// `I`.
  public let inputCount: Int
  /// `G`.
  public let goalCount: Int
  /// How many classes there are, where goals are classes.
  public let classCount: Int?

  private let inputs: AlignedBuffer<Scalar>
  private let goals: AlignedBuffer<Scalar>

  /// Samples with numbers as goals.
  ///
  /// - Parameters:
  ///   - inputs: `[N, I]`.
  ///   - inputCount: `I`, at least 1.
  ///   - goals: `[N, G]`.
  ///   - goalCount: `G`, at least 1.
  /// - Throws: `UserError` of kind `configuration` when the sizes do not agree, or when a number is not
  ///   finite.
  public init(
    inputs: [Scalar], inputCount: Int, goals: [Scalar], goalCount: Int
  ) throws(UserError) {
    try self.init(
      inputs: inputs, inputCount: inputCount, goals: goals, goalCount: goalCount, classCount: nil)
  }

  /// Samples with classes as goals.
  ///
  /// - Parameters:
  ///   - inputs: `[N, I]`.
  ///   - inputCount: `I`, at least 1.
  ///   - classes: `[N]`, each from 0 to `classCount` − 1.
  ///   - classCount: How many classes there are.
  /// - Throws: `UserError` of kind `configuration` when the sizes do not agree, when a number is not
  ///   finite, or when there is no such class.
  public init(
    inputs: [Scalar], inputCount: Int, classes: [Int], classCount: Int
  ) throws(UserError) {
    if let bad = classes.first(where: { $0 < 0 || $0 >= classCount }) {
      throw UserError(
        .configuration, found: "class \(bad)", expected: "from 0 to \(classCount - 1)",
        action: "number the classes from 0")
    }
    try self.init(
      inputs: inputs, inputCount: inputCount, goals: classes.map { Scalar($0) }, goalCount: 1,
      classCount: classCount)
  }

  private init(
    inputs: [Scalar], inputCount: Int, goals: [Scalar], goalCount: Int, classCount: Int?
  ) throws(UserError) {
    guard inputCount >= 1, goalCount >= 1, !inputs.isEmpty,
      inputs.count.isMultiple(of: inputCount), goals.count.isMultiple(of: goalCount),
      inputs.count / inputCount == goals.count / goalCount
    else {
      throw UserError(
        .configuration,
        found: "\(inputs.count) inputs of \(inputCount) a sample and \(goals.count) goals of "
          + "\(goalCount)",
        expected: "both for the same samples, and at least one", action: "check the sizes")
    }
    if let place = inputs.firstIndex(where: { !$0.isFinite }) {
      throw UserError(
        .configuration, found: "input \(inputs[place]) in sample \(place / inputCount)",
        expected: "finite numbers", action: "leave the sample out")
    }
    if let place = goals.firstIndex(where: { !$0.isFinite }) {
      throw UserError(
        .configuration, found: "goal \(goals[place]) in sample \(place / goalCount)",
        expected: "finite numbers", action: "leave the sample out")
    }
    count = inputs.count / inputCount
    self.inputCount = inputCount
    self.goalCount = goalCount
    self.classCount = classCount
    self.inputs = AlignedBuffer(inputs)
    self.goals = AlignedBuffer(goals)
  }

  /// The class of a sample, or its first goal.
  func firstGoal(of sample: Int) -> Scalar { goals.pointer[sample * goalCount] }

  /// Writes one sample into a lane of a panel.
  @inline(__always)
  func copy(
    sample: Int, panel: Int, lane: Int, inputs inputPanels: Panels<Scalar>,
    goals goalPanels: Panels<Scalar>
  ) {
    let input = inputPanels.panel(panel) + lane
    for feature in 0..<inputCount {
      input[feature * panelWidth] = inputs.pointer[sample * inputCount + feature]
    }
    let goal = goalPanels.panel(panel) + lane
    for feature in 0..<goalCount {
      goal[feature * panelWidth] = goals.pointer[sample * goalCount + feature]
    }
  }
}
