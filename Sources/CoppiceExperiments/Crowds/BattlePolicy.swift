public import CoppiceCrowds
public import CoppiceGridWorld
public import CoppiceRandom
public import CoppiceTensors
import Foundation

/// A policy of the battle as a file: the network, and what it was trained with.
public struct BattlePolicy {
  /// What it was trained with.
  public let settings: BattleSettings
  /// The learner that holds the network; of its history and its optimiser nothing is left.
  public let learner: any CrowdLearner
  /// What its agents see and do.
  private let agents: AgentShape
  private let pool: WorkerPool

  /// The policy of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - pool: The threads that share the work.
  /// - Throws: `UserError` when the file cannot be read, or holds something else.
  public init(path: String, pool: WorkerPool) throws(UserError) {
    let contents = try Safetensors.read(path)
    guard let text = contents.metadata["battle"],
      let settings = try? JSONDecoder().decode(BattleSettings.self, from: Data(text.utf8))
    else {
      throw UserError(
        .checkpoint, found: "\(path) without the settings of a battle",
        expected: "a file that `coppice world train` wrote", action: "name another file")
    }
    (self.settings, self.pool) = (settings, pool)
    let training = try settings.training(learns: false, pool: pool)
    (learner, agents) = (training.learners[0], AgentShape(of: 0, in: training.episode.world))
    try learner.restorePolicy(from: contents.tensors)
  }

  /// Writes the policy of a training.
  ///
  /// - Parameters:
  ///   - training: The training.
  ///   - settings: What it was made from.
  ///   - path: The file.
  /// - Throws: `UserError` of kind `file` when it cannot be written.
  public static func write(
    _ training: CrowdTraining, _ settings: BattleSettings, to path: String
  ) throws(UserError) {
    var tensors = NamedTensors()
    training.learners[0].savePolicy(into: &tensors)
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
      guard agents == AgentShape(of: index, in: world) else {
        throw UserError(
          .configuration,
          found: "\(group.name) with other views, features or actions than the policy's",
          expected: "agents like those of the battle that it was trained in",
          action: "play another world, or leave out --policy")
      }
    }
    let policy = learner.makePolicy()
    return world.groups.map { _ in policy }
  }

  /// Plays against an opponent, from either side by turns; it acts as well as it can.
  ///
  /// - Parameters:
  ///   - opponent: `random`, `nearest`, `still`, or the path of another policy.
  ///   - games: How many games.
  ///   - key: Everything random.
  ///   - watcher: Whoever looks on.
  /// - Returns: How it went.
  /// - Throws: `UserError` when there is no such opponent; what the watcher throws.
  public func match(
    against opponent: String, games: Int, key: RandomKey, watcher: (any MatchWatcher)? = nil
  ) throws(UserError) -> Match {
    let other: any GroupPolicy
    if let scripted = ScriptedPolicyCatalogue.standard.policy(opponent) {
      other = scripted
    } else {
      other = try BattlePolicy(path: opponent, pool: pool).learner.makePolicy()
    }
    return try Match.play(
      settings.description, stepLimit: settings.stepLimit, games: games, learner.makePolicy(),
      against: other, key: key, pool: pool, watcher: watcher)
  }
}
