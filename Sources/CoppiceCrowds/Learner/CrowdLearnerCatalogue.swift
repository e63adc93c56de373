public import CoppiceSparsity
public import CoppiceTensors

/// The learners that can be named, one line each.
public struct CrowdLearnerCatalogue: Sendable {
  /// One learner.
  public struct Entry: Sendable {
    /// The name in settings.
    public let name: String
    /// What it is, in a phrase.
    public let summary: String
    /// Its hyper-parameters, at their defaults.
    public let defaults: any Encodable & Sendable

    private let make:
      @Sendable (any LearnerOptions, CrowdLearnerSetup) throws(UserError) -> any CrowdLearner
    private let resolve:
      @Sendable (any LearnerOptions) throws(UserError) -> any Encodable & Sendable

    /// A learner that settings name.
    public init<Learner: CrowdLearner>(_ learner: Learner.Type) {
      (name, summary, defaults) = (Learner.name, Learner.summary, Learner.defaults)
      make = { (options, setup) throws(UserError) in
        try Learner(try options.resolve(over: Learner.defaults), setup: setup)
      }
      resolve = { (options) throws(UserError) in try options.resolve(over: Learner.defaults) }
    }

    /// A new learner.
    ///
    /// - Parameters:
    ///   - options: Its hyper-parameters, as far as they are not the defaults.
    ///   - setup: What it is made for.
    /// - Returns: The learner, which knows nothing yet.
    /// - Throws: `UserError` of kind `configuration` when a value makes no sense.
    public func learner(
      _ options: any LearnerOptions, setup: CrowdLearnerSetup
    ) throws(UserError) -> any CrowdLearner {
      try make(options, setup)
    }

    /// All hyper-parameters, those at their defaults too.
    ///
    /// - Throws: `UserError` of kind `configuration` for a name that does not exist, or another kind of value.
    public func settings(
      _ options: any LearnerOptions
    ) throws(UserError) -> any Encodable & Sendable {
      try resolve(options)
    }
  }

  /// The learners, in the order in which they are listed.
  public let entries: [Entry]

  /// A catalogue of these learners.
  public init(entries: [Entry]) { self.entries = entries }

  /// The learners that come with Coppice.
  public static let standard = CrowdLearnerCatalogue(entries: [
    Entry(DQNLearner.self),
    Entry(DRQNLearner.self),
    Entry(ActorCriticLearner.self),
    Entry(MeanFieldQLearner.self),
  ])

  /// The learner called `name`.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is none, with the nearest match.
  public func entry(_ name: String) throws(UserError) -> Entry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let hint = nearestMatch(to: name, in: entries.map(\.name)).map { "did you mean \"\($0)\"?" }
    throw UserError(
      .configuration, found: "no learner called \"\(name)\"",
      expected: "one of \(entries.map(\.name).joined(separator: ", "))",
      action: hint ?? "see `coppice list learners`")
  }
}

/// Where a learner's hyper-parameters are from.
public protocol LearnerOptions {
  /// The hyper-parameters, whole.
  ///
  /// - Parameter defaults: What is not set.
  /// - Returns: The defaults with what is set in their place.
  /// - Throws: `UserError` of kind `configuration` for a name that does not exist and for a value of
  ///   the wrong kind.
  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value
}

extension DefaultOptions: LearnerOptions {}
