public import CoppiceCrowds
import CoppiceGridWorld
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
  public var dqn = DQNLearner.Configuration()
  /// Steps after which a game is cut short.
  public var stepLimit = 400

  /// 64 soldiers against 64, for two million steps of soldiers.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case size, sparsity, seed, dqn
    case agentSteps = "agent_steps"
    case stepLimit = "step_limit"
  }

  /// The world.
  var description: WorldDescription { .battle(size: size) }

  /// A training that has not begun.
  ///
  /// - Parameters:
  ///   - learns: Whether it is to be played, and not only to act.
  ///   - pool: The threads that share the work.
  /// - Returns: The training, with a new learner.
  /// - Throws: `UserError` of kind `configuration` when a value makes no sense.
  public func training(learns: Bool = true, pool: WorkerPool) throws(UserError) -> CrowdTraining {
    guard (12...1000).contains(size) else {
      throw UserError(
        .configuration, found: "a battle on \(size) × \(size) cells", expected: "from 12 to 1000",
        action: "change --size")
    }
    let key = RandomKey(seed: seed)
    let world = try GridWorld(description, key: key, pool: pool)
    var setup = CrowdLearnerSetup(
      AgentShape(of: 0, in: world), key: key.split("learner"), pool: pool)
    (setup.learns, setup.agentSteps) = (learns, agentSteps)
    setup.sparsity = try SparsityExpression(sparsity)
    return try CrowdTraining(
      description, stepLimit: stepLimit, learners: [try DQNLearner(dqn, setup: setup)],
      roles: [CrowdRole(learner: 0), CrowdRole(learner: 0)], key: key.split("play"), pool: pool)
  }
}
