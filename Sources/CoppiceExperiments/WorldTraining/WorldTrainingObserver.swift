public import CoppiceCrowds

/// Where the training of a world stands.
public struct WorldTrainingProgress: Sendable {
  /// Games so far.
  public var games: Int
  /// Steps of agents that learn.
  public var agentSteps: Int
  /// Those of the whole training.
  public var totalAgentSteps: Int
  /// Updates of all learners.
  public var updates: Int
  /// The last game.
  public var record: CrowdGameRecord
  /// The names of its groups.
  public var groups: [String]
  /// How each learner is doing.
  public var learners: [(name: String, measurements: [LearnerMeasurement])]
  /// Seconds since training went on.
  public var seconds: Double
}

/// Somebody who watches the training of a world; all calls come from the thread that trains, between two games.
public protocol WorldTrainingObserver {
  /// Called after every game.
  func played(_ progress: WorldTrainingProgress)
  /// Called after every evaluation.
  func evaluated(_ evaluations: [WorldEvaluation], agentSteps: Int)
  /// Called when a checkpoint lies safely on the disk.
  func checkpointed(environmentStep: Int)
}

extension WorldTrainingObserver {
  /// Nothing.
  public func played(_ progress: WorldTrainingProgress) {}
  /// Nothing.
  public func evaluated(_ evaluations: [WorldEvaluation], agentSteps: Int) {}
  /// Nothing.
  public func checkpointed(environmentStep: Int) {}
}

extension SilentObserver: WorldTrainingObserver {}

/// How the training of a world ended.
public struct WorldTrainingSummary: Codable, Sendable, Equatable {
  /// The format of this summary.
  public var schema = 1
  /// Whether all steps were taken; otherwise somebody asked the run to stop.
  public var finished: Bool
  /// Games so far.
  public var games: Int
  /// Steps of the world.
  public var environmentStep: Int
  /// Steps of agents that learn.
  public var agentSteps: Int
  /// Updates of all learners.
  public var updates: Int
  /// The evaluations at the end; none where it was stopped.
  public var evaluations: [WorldEvaluation]
  /// Seconds that this call took.
  public var seconds: Double

  private enum CodingKeys: String, CodingKey {
    case schema, finished, games, updates, evaluations, seconds
    case environmentStep = "environment_step"
    case agentSteps = "agent_steps"
  }
}
