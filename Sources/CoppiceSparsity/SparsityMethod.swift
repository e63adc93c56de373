public import CoppiceTensors

/// A topology rule that configurations can name: `rigl@90%`.
///
/// A type of this kind and a line in a ``SparsityCatalogue`` are all that a new method takes; its
/// settings are read from the table `[sparsity_options]`.
///
/// ```swift
/// let catalogue = SparsityCatalogue.standard.adding(SparsityCatalogue.Entry(MyRule.self))
/// ```
public protocol SparsityMethod: TopologyRule, SendableMetatype {
  /// The settings of the method.
  associatedtype Configuration: Codable & Sendable & Equatable

  /// The name that stands before `@`.
  static var name: String { get }

  /// What the method does, in a phrase.
  static var summary: String { get }

  /// An expression to try.
  static var example: String { get }

  /// The settings that the method's source uses.
  static var defaults: Configuration { get }

  /// The rule.
  ///
  /// - Parameters:
  ///   - configuration: Its settings.
  ///   - request: What the expression and the run ask of it.
  /// - Throws: `UserError` of kind `configuration` when a value makes no sense.
  init(_ configuration: Configuration, for request: SparsityRequest) throws(UserError)
}

/// What an expression and a run ask of a method.
public struct SparsityRequest: Sendable, Equatable {
  /// The fraction of zeros, in [0, 1); nothing where the expression names the method alone.
  public var sparsity: Double?
  /// How many neighbouring output rows are to keep the same inputs.
  public var sharedRows: Int
  /// The gradient steps of the whole training, which schedules are fractions of.
  public var horizon: Int

  /// A request from its parts.
  public init(sparsity: Double? = nil, sharedRows: Int = 1, horizon: Int = 1_000_000) {
    self.sparsity = sparsity
    self.sharedRows = sharedRows
    self.horizon = horizon
  }

  /// The sparsity, which the method cannot do without.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is none or it is out of range.
  public func requiredSparsity(_ name: String) throws(UserError) -> Double {
    guard let sparsity else {
      throw UserError(
        .configuration, found: "sparsity \"\(name)\" without a fraction", expected: "\(name)@P%",
        action: "write for example \(name)@90%")
    }
    try check(sparsity, name)
    return sparsity
  }

  /// Checks the sparsity where there is one.
  public func check(_ sparsity: Double?, _ name: String) throws(UserError) {
    guard let sparsity, !(sparsity >= 0 && sparsity < 1) else { return }
    throw UserError(
      .configuration, found: "a sparsity of \(sparsity * 100) %",
      expected: "at least 0 % and less than 100 %", action: "write for example \(name)@90%")
  }

  /// Refuses shared rows, for methods that choose weight by weight.
  public func refuseSharedRows(_ name: String) throws(UserError) {
    guard sharedRows != 1 else { return }
    throw UserError(
      .configuration, found: "\(name) with \(sharedRows) rows that share a choice",
      expected: "no x\(sharedRows), for \(name) chooses weight by weight",
      action: "leave it out, or use static@P%x4 or N:Mx4")
  }

  /// `schedule` with the run's gradient steps where it names none, checked.
  ///
  /// - Parameters:
  ///   - schedule: The schedule of a configuration.
  ///   - name: What it is called there, for messages.
  /// - Returns: The schedule of this run.
  /// - Throws: `UserError` of kind `configuration` that names the first bad value.
  public func schedule(
    _ schedule: RevisionSchedule, named name: String = "schedule"
  ) throws(UserError) -> RevisionSchedule {
    try schedule.validate(as: name)
    var schedule = schedule
    if schedule.horizon == 0 { schedule.horizon = horizon }
    return schedule
  }

  /// Checks a fraction of a configuration.
  public static func check(
    _ name: String, _ value: Double, _ range: ClosedRange<Double> = 0...1
  ) throws(UserError) {
    guard !range.contains(value) else { return }
    throw UserError(
      .configuration, found: "\(name) = \(value)",
      expected: "\(range.lowerBound) to \(range.upperBound)", action: "change sparsity_options")
  }
}
