public import CoppiceCrowds
import CoppiceGridWorld
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

/// All that a training on the battle is made from.
public struct BattleSettings: Codable, Sendable, Equatable {
  /// Cells of a side of the field; 40 have 64 soldiers on each side.
  public var size = 40
  /// Which weights are kept, as in `sparsity` of a run.
  public var sparsity = "dense"
  /// Everything random.
  public var seed: UInt64 = 0
  /// Agents' steps of the whole training.
  public var agentSteps = 2_000_000
  /// The learner.
  public var dqn = DQN.Configuration()
  /// How games and updates follow each other.
  public var schedule = SelfPlay.Schedule()

  /// 64 soldiers against 64, for two million steps of soldiers.
  public init() {
    dqn.discount = 0.98
    dqn.returnSteps = 3
    dqn.learningRate = 3e-4
    schedule.agentStepsPerUpdate = 256
    schedule.explorationAgentSteps = 600_000
  }

  private enum CodingKeys: String, CodingKey {
    case size, sparsity, seed, dqn, schedule
    case agentSteps = "agent_steps"
  }

  /// The world.
  var description: WorldDescription { .battle(size: size) }

  /// A training that has not begun.
  ///
  /// - Parameter pool: The threads that share the work.
  /// - Returns: The training, with a new learner.
  /// - Throws: `UserError` of kind `configuration` when a value makes no sense.
  public func training(pool: WorkerPool) throws(UserError) -> SelfPlay {
    guard (12...1000).contains(size) else {
      throw UserError(
        .configuration, found: "a battle on \(size) × \(size) cells", expected: "from 12 to 1000",
        action: "change --size")
    }
    let key = RandomKey(seed: seed)
    let world = try GridWorld(description, key: key, pool: pool)
    let updates = max(1, (agentSteps - schedule.firstAgentSteps) / schedule.agentStepsPerUpdate)
    let choice = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(sparsity), horizon: updates)
    let learner = try DQN(
      dqn, shape: CrowdGame.shape(of: 0, in: world), rule: choice.rule, key: key.split("learner"),
      pool: pool, evaluationSize: 64 * max(2, pool.threadCount))
    return SelfPlay(description, learner: learner, schedule: schedule, key: key.split("play"))
  }
}
