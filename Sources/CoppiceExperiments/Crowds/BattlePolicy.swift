public import CoppiceCrowds
public import CoppiceGridWorld
import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors
import Foundation

/// A policy of the battle as a file: the network, and what it was trained with.
public struct BattlePolicy {
  /// What it was trained with.
  public let settings: BattleSettings
  /// The learner that holds the network; of its history and its optimiser nothing is left.
  public let learner: DQN

  /// The policy of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - pool: The threads that share the work.
  /// - Throws: `UserError` when the file cannot be read, or holds something else.
  public init(path: String, pool: WorkerPool) throws(UserError) {
    let contents = try Safetensors.read(path)
    guard let text = contents.metadata["battle"],
      var settings = try? JSONDecoder().decode(BattleSettings.self, from: Data(text.utf8))
    else {
      throw UserError(
        .checkpoint, found: "\(path) without the settings of a battle",
        expected: "a file that `coppice world train` wrote", action: "name another file")
    }
    self.settings = settings
    settings.dqn.historyCapacity = settings.dqn.batchSize
    learner = try settings.training(pool: pool).learner
    try learner.learner.network.restore(from: contents.tensors)
  }

  /// Writes the policy of a training.
  ///
  /// - Parameters:
  ///   - training: The training.
  ///   - settings: What it was made from.
  ///   - path: The file.
  /// - Throws: `UserError` of kind `file` when it cannot be written.
  public static func write(
    _ training: SelfPlay, _ settings: BattleSettings, to path: String
  ) throws(UserError) {
    var tensors = NamedTensors()
    training.learner.learner.network.save(into: &tensors)
    let text: String
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      text = String(decoding: try encoder.encode(settings), as: UTF8.self)
    } catch {
      throw UserError(
        .file, found: "settings that cannot be written (\(error))", action: "report it")
    }
    try Safetensors.write(.init(tensors: tensors, metadata: ["battle": text]), to: path)
  }

  /// The policy for every group of a world.
  ///
  /// - Parameter world: Whose agents act by it.
  /// - Returns: The same policy for each group.
  /// - Throws: `UserError` of kind `configuration` when the agents of a group see or do something else than
  ///   those that it was trained with.
  public func players(in world: GridWorld) throws(UserError) -> [any GroupPolicy] {
    for (index, group) in world.groups.enumerated() {
      let (own, theirs) = (learner.shape, CrowdGame.shape(of: index, in: world))
      guard own == theirs else {
        throw UserError(
          .configuration,
          found: "\(group.name) with other views, features or actions than the policy's",
          expected: "agents like those of the battle that it was trained in",
          action: "play another world, or leave out --policy")
      }
    }
    let policy = LearnedPolicy(learner)
    return world.groups.map { _ in policy }
  }

  /// Plays against an opponent, from either side by turns.
  ///
  /// - Parameters:
  ///   - learner: Whose policy is judged; it acts as well as it can.
  ///   - settings: What it was trained with.
  ///   - opponent: `random`, `nearest`, or the path of another policy.
  ///   - games: How many games.
  ///   - key: Everything random.
  /// - Returns: How it went.
  /// - Throws: `UserError` when there is no such opponent.
  public static func match(
    _ learner: DQN, _ settings: BattleSettings, against opponent: String, games: Int,
    key: RandomKey
  ) throws(UserError) -> Match {
    let other: any GroupPolicy
    switch opponent {
    case "random": other = RandomPolicy()
    case "nearest": other = NearestEnemyPolicy()
    default: other = LearnedPolicy(try BattlePolicy(path: opponent, pool: learner.pool).learner)
    }
    return try Match.play(
      settings.description, stepLimit: settings.schedule.stepLimit, games: games,
      LearnedPolicy(learner), against: other, key: key, pool: learner.pool)
  }
}
