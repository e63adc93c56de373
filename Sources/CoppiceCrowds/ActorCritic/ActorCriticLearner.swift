public import CoppiceGridWorld
import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

/// An ``ActorCritic`` that learns from rollouts of all its agents, while they act.
///
/// No rollout reaches beyond an episode.
public final class ActorCriticLearner: CrowdLearner {
  /// The hyper-parameters of the network, and what rewards count.
  public struct Configuration: Codable, Sendable, Equatable {
    /// The hyper-parameters of the network and its updates.
    public var actorCritic = ActorCritic.Configuration()
    /// What rewards are multiplied by for learning; positive.
    public var rewardScale = 1.0

    /// What serves the battle.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case rewardScale = "reward_scale"
    }

    /// Both from one table.
    public init(from decoder: any Decoder) throws {
      actorCritic = try ActorCritic.Configuration(from: decoder)
      rewardScale = try decoder.container(keyedBy: CodingKeys.self).decode(
        Double.self, forKey: .rewardScale)
    }

    /// Both in one table.
    public func encode(to encoder: any Encoder) throws {
      try actorCritic.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(rewardScale, forKey: .rewardScale)
    }
  }

  /// `a2c`.
  public static let name = "a2c"
  /// What it is.
  public static let summary =
    "advantage actor-critic: a softmax policy and a value, from short rollouts"
  /// MAgent's weights.
  public static let defaults = Configuration()

  /// The network and its rollout.
  public let actorCritic: ActorCritic
  /// Steps of its agents so far.
  public private(set) var agentSteps = 0
  /// Updates so far.
  public var updates: Int { actorCritic.updates }

  private let rewardScale: Float
  private var notes: HistoryNotes
  private let policy: ActorCriticPolicy
  private var groups: [Int] = []
  /// The first row of the rollout, and the first of what agents saw last.
  private var (firstRow, lastRow) = (0, 0)
  /// Steps of the world in the rollout.
  private var steps = 0
  private var isStepOpen = false
  private var hasFinished = false

  /// A learner that knows nothing yet.
  ///
  /// - Parameters:
  ///   - configuration: The hyper-parameters.
  ///   - setup: What it is made for.
  /// - Throws: `UserError` of kind `configuration` that names the first value that makes no sense.
  public init(_ configuration: Configuration, setup: CrowdLearnerSetup) throws(UserError) {
    guard (1e-12...1e12).contains(configuration.rewardScale) else {
      throw UserError(
        .configuration, found: "a2c.reward_scale = \(configuration.rewardScale)",
        expected: "1e-12 to 1e12", action: "change it")
    }
    try setup.encoder.validate()
    var own = configuration.actorCritic
    try own.validate()
    let updates = setup.agentSteps / own.batchSize
    if !setup.learns { own.batchSize = 1 }
    actorCritic = try ActorCritic(
      own, shape: DuelingShape(setup.agents, setup.encoder),
      rule: try setup.rule(updates: updates), key: setup.key, pool: setup.pool,
      evaluationSize: setup.evaluationSize)
    rewardScale = Float(configuration.rewardScale)
    notes = HistoryNotes(actorCritic.history)
    policy = ActorCriticPolicy(actorCritic)
  }

  /// Its loss, and how long the last gradient was.
  public var measurements: [LearnerMeasurement] {
    [
      LearnerMeasurement("loss", actorCritic.loss),
      LearnerMeasurement("gradient-norm", actorCritic.gradientNorm),
    ]
  }

  /// Makes room for a rollout of the agents that it plays, and forgets what was open.
  public func begin(_ episode: WorldEpisode, groups: [Int]) {
    self.groups = groups
    let agents = groups.reduce(0) { $0 + episode.groups[$1].count }
    let configuration = actorCritic.configuration
    // a rollout that is not long enough yet, what comes of two more steps, and what is seen last
    let rows = max(configuration.rolloutSteps * agents, configuration.batchSize) + 3 * agents
    let held = actorCritic.history
    actorCritic.reserve(rows: rows)
    if actorCritic.history !== held { notes = HistoryNotes(actorCritic.history) }
    notes.begin(episode)
    beginRollout(at: actorCritic.history.openedCount)
    (isStepOpen, hasFinished) = (false, false)
  }

  private func beginRollout(at row: Int) { (firstRow, lastRow, steps) = (row, row, 0) }

  /// Draws from the policy, and notes it.
  public func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
    if !isStepOpen {
      (isStepOpen, lastRow, steps) = (true, actorCritic.history.openedCount, steps + 1)
    }
    policy.act(for: group, in: episode, key: key) { observations, agents in
      notes.see(observations, agents, of: group, in: episode)
    }
    notes.act(group, in: episode)
  }

  /// Notes rewards and ends.
  public func receive(for group: Int, in episode: WorldEpisode) {
    isStepOpen = false
    agentSteps += notes.receive(group, in: episode, scale: rewardScale)
  }

  /// Notes what those see who were cut off.
  public func finish(_ episode: WorldEpisode) {
    (hasFinished, lastRow) = (true, actorCritic.history.openedCount)
    guard !episode.isTerminated else { return }
    for group in groups {
      policy.observe(group, in: episode) { observations, agents in
        notes.see(observations, agents, of: group, in: episode)
      }
    }
  }

  /// Learns from the rollout where it is long enough, or its episode is over.
  public func learn(key: RandomKey) {
    let configuration = actorCritic.configuration
    // what was seen last has no outcome yet: it is only valued, and begins the next rollout
    let isLong =
      steps > configuration.rolloutSteps && lastRow - firstRow >= configuration.batchSize
    guard isLong || hasFinished else { return }
    if lastRow > firstRow { actorCritic.learn(from: firstRow..<lastRow) }
    beginRollout(at: lastRow)
    steps = 1
    hasFinished = false
  }

  /// Draws from its policy.
  public func makePolicy() -> any GroupPolicy { ActorCriticPolicy(actorCritic) }

  /// Saves the network.
  public func savePolicy(into tensors: inout NamedTensors) {
    actorCritic.learner.network.save(into: &tensors)
  }

  /// Restores the network.
  public func restorePolicy(from tensors: NamedTensors) throws(UserError) {
    try actorCritic.learner.network.restore(from: tensors)
  }
}

extension ActorCriticLearner: Checkpointable {
  /// Saves network, optimiser and how far it is.
  public func save(into tensors: inout NamedTensors) {
    actorCritic.save(into: &tensors)
    tensors.set("progress", [Int64(agentSteps)])
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    let progress: [Int64] = try tensors.get("progress")
    guard progress.count == 1, progress[0] >= 0 else {
      throw UserError(
        .checkpoint, found: "\(progress) as progress", expected: "a count",
        action: "use a checkpoint that was not altered")
    }
    try actorCritic.restore(from: tensors)
    agentSteps = Int(progress[0])
  }
}
