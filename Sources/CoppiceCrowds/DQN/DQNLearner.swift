public import CoppiceGridWorld
import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

/// A ``DQN`` that notes what all its agents do, and learns while they do it.
///
/// ## Source
/// The training of MAgent's battle (Zheng et al. 2018, arXiv 1712.00600).
/// **Differences**: learns during the episodes, where the source learns after each; every agent is recorded;
/// agents that are left when a world is over have no future, where the source leaves their last step out.
public final class DQNLearner: CrowdLearner {
  /// The hyper-parameters of the network, and how it learns while agents act.
  public struct Configuration: Codable, Sendable, Equatable {
    /// The hyper-parameters of the network and its updates.
    public var dqn = DQN.Configuration()
    /// How updates follow the steps of agents.
    public var schedule = LearningSchedule()

    /// What serves the battle.
    public init() {
      (dqn.discount, dqn.returnSteps, dqn.learningRate) = (0.98, 3, 3e-4)
    }

    /// Both from one table.
    public init(from decoder: any Decoder) throws {
      dqn = try DQN.Configuration(from: decoder)
      schedule = try LearningSchedule(from: decoder)
    }

    /// Both in one table.
    public func encode(to encoder: any Encoder) throws {
      try dqn.encode(to: encoder)
      try schedule.encode(to: encoder)
    }
  }

  /// `dqn`.
  public static let name = "dqn"
  /// What it is.
  public static let summary = "dueling double deep Q-learning with returns of several steps"
  /// The values of the battle.
  public static let defaults = Configuration()

  /// The network and what it learns from.
  public let dqn: DQN
  /// Steps of its agents so far.
  public var agentSteps: Int { learning.agentSteps }
  /// Updates so far.
  public var updates: Int { learning.updates }

  private let learning: HistoryLearning
  private let policy: DQNPolicy

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
    var own = configuration.dqn
    try own.validate()
    if !setup.learns { (own.batchSize, own.historyCapacity) = (1, 1) }
    dqn = try DQN(
      own, shape: DuelingShape(setup.agents, setup.encoder),
      rule: try setup.rule(updates: schedule.updates(after: setup.agentSteps)), key: setup.key,
      pool: setup.pool, evaluationSize: setup.evaluationSize)
    learning = HistoryLearning(dqn.history, schedule: configuration.schedule)
    policy = DQNPolicy(dqn)
  }

  /// Its loss, and ε.
  public var measurements: [LearnerMeasurement] {
    [
      LearnerMeasurement("loss", dqn.loss),
      LearnerMeasurement("exploration", learning.exploration),
    ]
  }

  /// Forgets what was open.
  public func begin(_ episode: WorldEpisode, groups: [Int]) {
    learning.begin(episode, groups: groups)
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
    learning.learn(key: key) { step, key in dqn.update(step: step, key: key) }
  }

  /// The action that it holds best, on average over its last updates where it is told so.
  public func makePolicy() -> any GroupPolicy {
    DQNPolicy(dqn, isAveraged: dqn.configuration.hasAveragedPolicy)
  }

  /// Saves the network that its policy acts by.
  public func savePolicy(into tensors: inout NamedTensors) { dqn.savePolicy(into: &tensors) }

  /// Restores the network that its policy acts by.
  public func restorePolicy(from tensors: NamedTensors) throws(UserError) {
    try dqn.restorePolicy(from: tensors)
  }
}

extension DQNLearner: Checkpointable {
  /// Saves network, target, optimiser, history and how far it is.
  public func save(into tensors: inout NamedTensors) {
    dqn.save(into: &tensors)
    learning.save(into: &tensors)
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    try dqn.restore(from: tensors)
    try learning.restore(from: tensors)
  }
}
