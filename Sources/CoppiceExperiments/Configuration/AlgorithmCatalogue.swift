public import CoppiceAgents
public import CoppiceRandom
public import CoppiceTensors

/// The algorithms that can be named, one line each.
public struct AlgorithmCatalogue: Sendable {
  /// One algorithm.
  public struct Entry: Sendable {
    /// The name in configurations.
    public let name: String
    /// What it is, in a phrase.
    public let summary: String

    private let make:
      @Sendable (RunConfiguration, AgentSetup, RandomKey) throws(UserError) -> any Algorithm

    /// `algorithm`, with the hyper-parameters that `settings` finds in a configuration.
    public init<Agent: Algorithm & SendableMetatype>(
      _ algorithm: Agent.Type, summary: String,
      settings: @escaping @Sendable (RunConfiguration) -> Agent.Configuration
    ) {
      name = Agent.name
      self.summary = summary
      make = { (configuration, setup, key) throws(UserError) in
        try Agent(settings(configuration), setup: setup, key: key)
      }
    }

    /// A new agent.
    ///
    /// - Throws: `UserError` of kind `configuration` when a value makes no sense.
    public func agent(
      for configuration: RunConfiguration, setup: AgentSetup, key: RandomKey
    ) throws(UserError) -> any Algorithm {
      try make(configuration, setup, key)
    }
  }

  /// The algorithms, in the order in which they are listed.
  public let entries: [Entry]

  /// The algorithms that come with Coppice.
  public static let standard = AlgorithmCatalogue(entries: [
    Entry(TD3.self, summary: "twin-delayed deep deterministic policy gradient") { $0.td3 },
    Entry(SAC.self, summary: "soft actor-critic with a learnt temperature") { $0.sac },
  ])

  /// The algorithm called `name`.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is none, with the nearest match.
  public func entry(_ name: String) throws(UserError) -> Entry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let hint = nearestMatch(to: name, in: entries.map(\.name)).map { "did you mean \"\($0)\"?" }
    throw UserError(
      .configuration, found: "no algorithm called \"\(name)\"",
      expected: "one of \(entries.map(\.name).joined(separator: ", "))",
      action: hint ?? "see `coppice list algorithms`")
  }
}
