public import CoppiceGridWorld
import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

/// A ``DRQN`` that notes what all its agents do, and learns while they do it.
public final class DRQNLearner: CrowdLearner {
  /// The hyper-parameters of the network, and how it learns while agents act.
  public struct Configuration: Codable, Sendable, Equatable {
    /// The hyper-parameters of the network and its updates.
    public var drqn = DRQN.Configuration()
    /// How updates follow the steps of agents.
    public var schedule = LearningSchedule()

    /// What serves the battle.
    public init() {
      (drqn.discount, drqn.returnSteps, drqn.learningRate) = (0.98, 3, 3e-4)
    }

    /// Both from one table.
    public init(from decoder: any Decoder) throws {
      drqn = try DRQN.Configuration(from: decoder)
      schedule = try LearningSchedule(from: decoder)
    }

    /// Both in one table.
    public func encode(to encoder: any Encoder) throws {
      try drqn.encode(to: encoder)
      try schedule.encode(to: encoder)
    }
  }

  /// `drqn`.
  public static let name = "drqn"
  /// What it is.
  public static let summary =
    "recurrent dueling double deep Q-learning: agents remember what they saw"
  /// The values of the battle.
  public static let defaults = Configuration()

  /// The network and what it learns from.
  public let drqn: DRQN
  /// Steps of its agents so far.
  public var agentSteps: Int { learning.agentSteps }
  /// Updates so far.
  public var updates: Int { learning.updates }

  private let learning: HistoryLearning
  private let policy: DRQNPolicy

  /// A learner that knows nothing yet.
  ///
  /// - Parameters:
  ///   - configuration: The hyper-parameters.
  ///   - setup: What it is made for.
  /// - Throws: `UserError` of kind `configuration` that names the first value that makes no sense.
  public init(_ configuration: Configuration, setup: CrowdLearnerSetup) throws(UserError) {
    try configuration.schedule.validate(Self.name)
    try setup.encoder.validate()
    let schedule = configuration.schedule
    var own = configuration.drqn
    try own.validate()
    if !setup.learns { (own.sequences, own.sequenceLength, own.historyCapacity) = (1, 1, 1) }
    drqn = try DRQN(
      own, shape: DuelingShape(setup.agents, setup.encoder),
      rule: try setup.rule(updates: schedule.updates(after: setup.agentSteps)), key: setup.key,
      pool: setup.pool, evaluationSize: setup.evaluationSize)
    learning = HistoryLearning(drqn.history, schedule: configuration.schedule)
    policy = DRQNPolicy(drqn)
  }

  /// Its loss, and ε.
  public var measurements: [LearnerMeasurement] {
    [
      LearnerMeasurement("loss", drqn.loss),
      LearnerMeasurement("exploration", learning.exploration),
    ]
  }

  /// Forgets what was open, and what agents remembered.
  public func begin(_ episode: WorldEpisode, groups: [Int]) {
    learning.begin(episode, groups: groups)
    policy.begin(episode)
  }

  /// Acts with the ε of this moment, and notes it.
  public func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
    policy.exploration = learning.exploration
    learning.act(by: policy, for: group, in: episode, key: key)
  }

  /// Notes rewards and ends.
  public func receive(for group: Int, in episode: WorldEpisode) {
    learning.receive(for: group, in: episode)
  }

  /// Notes what those see who were cut off.
  public func finish(_ episode: WorldEpisode) {
    learning.finish(episode, by: policy)
  }

  /// Updates as often as agents' steps are due to be learned from.
  public func learn(key: RandomKey) {
    learning.learn(key: key) { step, key in drqn.update(step: step, key: key) }
  }

  /// The action that it holds best.
  public func makePolicy() -> any GroupPolicy { DRQNPolicy(drqn) }

  /// Saves the network.
  public func savePolicy(into tensors: inout NamedTensors) {
    drqn.learner.network.save(into: &tensors)
  }

  /// Restores the network.
  public func restorePolicy(from tensors: NamedTensors) throws(UserError) {
    try drqn.learner.network.restore(from: tensors)
  }
}

extension DRQNLearner: Checkpointable {
  /// Saves network, target, optimiser, history and how far it is.
  public func save(into tensors: inout NamedTensors) {
    drqn.save(into: &tensors)
    learning.save(into: &tensors)
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    try drqn.restore(from: tensors)
    try learning.restore(from: tensors)
  }
}
