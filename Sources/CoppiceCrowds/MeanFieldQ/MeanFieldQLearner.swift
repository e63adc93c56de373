public import CoppiceGridWorld
import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

/// Mean-field Q-learning: a Q-network that reads what an agent's company did last as well, and learns what
/// states are worth to whoever chooses the better actions more often.
///
/// With ā the mean of the one-hot actions of an agent's company:
/// - agents choose by π(a | s, ā) ∝ exp(Q(s, a, ā) / T)
/// - y = r + γ v(s′), v(s′) = Σ π′(a | s′, ā′) Q′(s′, a, ā′), both by the target network
///
/// T is what explores: it falls as ε does in other learners.
///
/// ## Source
/// Yang, Luo, Li, Zhou, Zhang, Wang 2018, "Mean Field Multi-Agent Reinforcement Learning", arXiv
/// 1802.05438, equations 9 to 12.
/// **Differences**: ā is what the company did in the step before, which is known when an agent chooses,
/// where the paper's Q reads what it does in the same step; T stands for 1/β. The company is who an agent
/// sees of its group, or the whole group, as in the battle of the published code. One dense layer reads ā.
/// Returns may have several steps, the heads are dueling, and the target may choose by the learning network
/// (`double`).
public final class MeanFieldQLearner: CrowdLearner {
  /// The hyper-parameters of the network, and how it learns while agents act.
  public struct Configuration: Codable, Sendable, Equatable {
    /// Whose actions the mean action is the mean of.
    public var company = Company.view
    /// Units of the dense layer that reads the mean action; at least 1.
    public var meanActionUnits = 64
    /// The hyper-parameters of the network and its updates.
    public var dqn = DQN.Configuration()
    /// How updates follow the steps of agents, with T in place of ε.
    public var schedule = LearningSchedule()

    /// What serves the battle.
    public init() {
      (dqn.discount, dqn.returnSteps, dqn.learningRate) = (0.98, 3, 3e-4)
      dqn.isDouble = false
      schedule.finalExploration = 0.1
    }

    private enum CodingKeys: String, CodingKey {
      case company
      case meanActionUnits = "mean_action_units"
    }

    /// All from one table.
    public init(from decoder: any Decoder) throws {
      dqn = try DQN.Configuration(from: decoder)
      schedule = try LearningSchedule(from: decoder)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      company = try container.decode(Company.self, forKey: .company)
      meanActionUnits = try container.decode(Int.self, forKey: .meanActionUnits)
    }

    /// All in one table.
    public func encode(to encoder: any Encoder) throws {
      try dqn.encode(to: encoder)
      try schedule.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(company, forKey: .company)
      try container.encode(meanActionUnits, forKey: .meanActionUnits)
    }
  }

  /// `mfq`.
  public static let name = "mfq"
  /// What it is.
  public static let summary = "mean-field Q-learning: agents know what those around them did last"
  /// The values of the battle.
  public static let defaults = Configuration()

  /// The network and what it learns from.
  public let dqn: DQN
  /// Steps of its agents so far.
  public var agentSteps: Int { learning.agentSteps }
  /// Updates so far.
  public var updates: Int { learning.updates }

  private let configuration: Configuration
  private let learning: HistoryLearning
  private let policy: MeanFieldQPolicy

  /// A learner that knows nothing yet.
  ///
  /// - Parameters:
  ///   - configuration: The hyper-parameters.
  ///   - setup: What it is made for.
  /// - Throws: `UserError` of kind `configuration` that names the first value that makes no sense.
  public init(_ configuration: Configuration, setup: CrowdLearnerSetup) throws(UserError) {
    try configuration.schedule.validate(Self.name)
    guard (1...65_536).contains(configuration.meanActionUnits) else {
      throw UserError(
        .configuration, found: "mfq.mean_action_units = \(configuration.meanActionUnits)",
        expected: "1 to 65536", action: "change it")
    }
    try setup.encoder.validate()
    self.configuration = configuration
    let schedule = configuration.schedule
    var own = configuration.dqn
    try own.validate(Self.name)
    if !setup.learns { (own.batchSize, own.historyCapacity) = (1, 1) }
    var shape = DuelingShape(setup.agents, setup.encoder)
    shape.branches = [
      InputBranch(inputCount: shape.actionCount, units: configuration.meanActionUnits)
    ]
    dqn = try DQN(
      own, shape: shape, rule: try setup.rule(updates: schedule.updates(after: setup.agentSteps)),
      key: setup.key, pool: setup.pool, evaluationSize: setup.evaluationSize)
    learning = HistoryLearning(dqn.history, schedule: configuration.schedule)
    policy = MeanFieldQPolicy(
      dqn, company: configuration.company, temperature: schedule.initialExploration)
  }

  /// T.
  private var temperature: Double { learning.exploration }

  /// Its loss, and T.
  public var measurements: [LearnerMeasurement] {
    [
      LearnerMeasurement("loss", dqn.loss),
      LearnerMeasurement("temperature", temperature),
    ]
  }

  /// Forgets what was open.
  public func begin(_ episode: WorldEpisode, groups: [Int]) {
    learning.begin(episode, groups: groups)
  }

  /// Acts with the T of this moment, and notes it.
  public func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
    policy.temperature = temperature
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
    dqn.stateValue = MeanActionValue(
      CategoricalPolicy(actionCount: dqn.actionCount, temperature: temperature))
    learning.learn(key: key) { step, key in dqn.update(step: step, key: key) }
  }

  /// Chooses with the last T.
  public func makePolicy() -> any GroupPolicy {
    MeanFieldQPolicy(
      dqn, company: configuration.company, temperature: configuration.schedule.finalExploration,
      isAveraged: dqn.configuration.hasAveragedPolicy)
  }

  /// Saves the network that its policy acts by.
  public func savePolicy(into tensors: inout NamedTensors) { dqn.savePolicy(into: &tensors) }

  /// Restores the network that its policy acts by.
  public func restorePolicy(from tensors: NamedTensors) throws(UserError) {
    try dqn.restorePolicy(from: tensors)
  }
}

extension MeanFieldQLearner: Checkpointable {
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
