/// What is paid, and to whom, whenever an event comes to pass.
///
/// ```swift
/// // a soldier that strikes another earns a fifth
/// RewardRule(on: .attack(.any("red"), .any("blue")), pays: [.any("red"): 0.2])
/// ```
///
/// ## Meaning
/// A rule pays once for each assignment of agents to its `any` symbols for which its ``Event`` holds. Pairs in
/// either order count, and an agent that occurs in several assignments has the sum. Who died in this step is
/// paid too, on top of the reward of its death. A receiver that is `all` adds to the reward of its group,
/// which each member has besides its own; it is no part of the last reward that agents are told. An agent that
/// was named by number and died in an earlier step takes part in nothing, and is paid nothing.
///
/// ## As a table
/// ```toml
/// [[rules]]
/// event = { attack = ["red", "blue"] }
/// receivers = [{ agent = "red", value = 0.2 }]
/// terminal = false
/// ```
/// `receivers` and `terminal` may be left out.
///
/// ## Cost
/// After every step, in one thread. Linear in the number of agents, and without allocations, for
/// - one `attack`, `kill` or `collide`, and any `and`, `or` and `not` of these about the same two agents;
/// - the `and` or `or` of two of these with the same object and with two subjects, as for the tigers in ``Event``;
/// - everything else that holds for one agent alone, by itself or in an `and` with the first of these.
///
/// Any other event is searched for, without allocations: agents are tried one after the other, those that met
/// with another bring it along, and what cannot hold any more is given up at once. With two `any` symbols that
/// nothing ties together the cost is the product of their groups.
///
/// ## Randomness
/// None, and the same bits for any number of threads.
///
/// ## Source
/// Zheng et al. 2018, arXiv 1712.00600, on the language for rewards, and the rules of its published engine.
/// **Differences**: those of ``Event``; the number of an agent is its own for life, where the engine's is its
/// present place in its group.
public struct RewardRule: Sendable, Equatable {
  /// Who is paid, and how much.
  public struct Receiver: Sendable, Equatable {
    /// Who: an agent of the event, or all of a group, or one with a number.
    public var agent: AgentSymbol
    /// How much, for each time that the event comes to pass; below 0 it is a price.
    public var value: Float

    /// A receiver from its parts.
    public init(_ agent: AgentSymbol, _ value: Float) {
      (self.agent, self.value) = (agent, value)
    }
  }

  /// What has to come to pass.
  public var event: Event
  /// Who is paid for it.
  public var receivers: [Receiver]
  /// Whether the world is over with it.
  public var isTerminal: Bool

  /// A rule from its parts.
  public init(
    on event: Event, pays receivers: KeyValuePairs<AgentSymbol, Float> = [:],
    isTerminal: Bool = false
  ) {
    self.event = event
    self.receivers = receivers.map { Receiver($0.key, $0.value) }
    self.isTerminal = isTerminal
  }
}

extension RewardRule: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case event, receivers
    case isTerminal = "terminal"
  }

  /// Reads the rule from its table.
  ///
  /// - Throws: `UserError` of kind `configuration` for a key that is not known, and without an event.
  public init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "a rule")
    event = try table.value(.event)
    receivers = try table.valueIfPresent(.receivers) ?? []
    isTerminal = try table.valueIfPresent(.isTerminal) ?? false
  }
  /// Writes the rule as a table, without what is empty or false.
  public func encode(to encoder: any Encoder) throws {
    var table = encoder.container(keyedBy: CodingKeys.self)
    try table.encode(event, forKey: .event)
    try table.encode(receivers, .receivers, unless: [])
    try table.encode(isTerminal, .isTerminal, unless: false)
  }
}

extension RewardRule.Receiver: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case agent, value
  }

  /// Reads the receiver from its table.
  ///
  /// - Throws: `UserError` of kind `configuration` for a key that is not known, and for one that is missing.
  public init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "a receiver")
    self.init(try table.value(.agent), try table.value(.value))
  }
}
