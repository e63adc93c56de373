/// What came of a game of a training.
public struct CrowdGameRecord: Sendable, Equatable {
  /// One group.
  public struct Group: Sendable, Equatable {
    /// The learner that played it, where one did.
    public var learner: Int?
    /// Agents at the beginning.
    public var began = 0
    /// Agents that were alive at the end.
    public var survivors = 0
    /// Steps of its agents.
    public var agentSteps = 0
    /// What its agents earned, all together.
    public var reward = 0.0

    /// What an agent earned in a step, on average.
    public var rewardPerAgentStep: Double { reward / Double(max(1, agentSteps)) }
  }

  /// Steps of the world.
  public var steps = 0
  /// Whether it was cut short.
  public var isTruncated = false
  /// The groups, in their order.
  public var groups: [Group]
}
