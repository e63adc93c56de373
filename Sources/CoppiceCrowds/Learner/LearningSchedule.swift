public import CoppiceTensors

/// How updates follow the steps of agents, and how much they explore, for learners that learn during episodes.
public struct LearningSchedule: Codable, Sendable, Equatable {
  /// Agents' steps for each update; at least 1.
  public var agentStepsPerUpdate = 256
  /// Agents' steps before the first update.
  public var firstAgentSteps = 5000
  /// ε at the beginning, in [0, 1].
  public var initialExploration = 1.0
  /// ε at the end.
  public var finalExploration = 0.05
  /// Agents' steps over which ε falls evenly; at least 1.
  public var explorationAgentSteps = 600_000
  /// What rewards are multiplied by for learning; positive.
  public var rewardScale = 1.0

  /// The values above.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case agentStepsPerUpdate = "agent_steps_per_update"
    case firstAgentSteps = "first_agent_steps"
    case initialExploration = "initial_exploration"
    case finalExploration = "final_exploration"
    case explorationAgentSteps = "exploration_agent_steps"
    case rewardScale = "reward_scale"
  }

  /// ε after so many agents' steps.
  public func exploration(after agentSteps: Int) -> Double {
    let progress = min(1, Double(agentSteps) / Double(max(1, explorationAgentSteps)))
    return initialExploration + (finalExploration - initialExploration) * progress
  }

  /// How many updates there are to be after so many agents' steps.
  public func updates(after agentSteps: Int) -> Int {
    max(0, (agentSteps - firstAgentSteps) / agentStepsPerUpdate)
  }

  /// Checks every value.
  ///
  /// - Parameter learner: Whose it is, for the message.
  /// - Throws: `UserError` of kind `configuration` that names the first bad one.
  public func validate(_ learner: String) throws(UserError) {
    let ranges: [(name: String, value: Double, range: ClosedRange<Double>)] = [
      ("agent_steps_per_update", Double(agentStepsPerUpdate), 1...1e12),
      ("first_agent_steps", Double(firstAgentSteps), 0...1e15),
      ("initial_exploration", initialExploration, 0...1),
      ("final_exploration", finalExploration, 0...1),
      ("exploration_agent_steps", Double(explorationAgentSteps), 1...1e15),
      ("reward_scale", rewardScale, 1e-12...1e12),
    ]
    for (name, value, range) in ranges where !range.contains(value) {
      throw UserError(
        .configuration, found: "\(learner).\(name) = \(value)",
        expected: "\(range.lowerBound) to \(range.upperBound)", action: "change it")
    }
  }
}
