public import CoppiceCrowds
public import CoppiceGridWorld
import CoppiceRandom
public import CoppiceTensors

/// Trained policies for the groups of a world: those of a run folder, or one of a file.
public struct WorldPlayers {
  /// The policies.
  public let policies: [WorldPolicy]
  /// Where they are from.
  public let path: String
  let pool: WorkerPool

  /// The policies at `path`.
  ///
  /// - Parameters:
  ///   - path: The folder of a training, or the file of one policy.
  ///   - pool: The threads that share the work.
  /// - Throws: `UserError` when there is none, or one is damaged.
  public init(path: String, pool: WorkerPool) throws(UserError) {
    (self.path, self.pool) = (path, pool)
    var policies: [WorldPolicy] = []
    for file in Folder(path).exists ? try WorldRunFolder(opening: path).policyPaths() : [path] {
      policies.append(try WorldPolicy(path: file, pool: pool))
    }
    guard !policies.isEmpty else {
      throw UserError(
        .checkpoint, found: "no policy in \(path)", expected: "a training with a checkpoint",
        action: "train on, or name another folder")
    }
    self.policies = policies
  }

  /// The file of the policy that was trained for a group: `path`, or where that is the folder of a training, the
  /// one of its files for a group of that name, otherwise the first.
  ///
  /// - Throws: `UserError` when the folder has none, or one is damaged.
  static func file(
    at path: String, for group: String, pool: WorkerPool
  ) throws(UserError) -> String {
    guard Folder(path).exists else { return path }
    let players = try WorldPlayers(path: path, pool: pool)
    let files = try WorldRunFolder(opening: path).policyPaths()
    let own = players.policies.firstIndex { $0.origin.groups.contains(group) }
    return files[own ?? 0]
  }

  /// A policy for each group of a world that one of them fits: the one that was trained for a group of that name,
  /// otherwise the first.
  ///
  /// - Throws: `UserError` of kind `configuration` when none fits any group.
  public func groupPolicies(in world: GridWorld) throws(UserError) -> [(any GroupPolicy)?] {
    let made = policies.map { $0.makePolicy() }
    let chosen = world.groups.indices.map { group in
      let fitting = policies.indices.filter { policies[$0].fits(group, in: world) }
      let name = world.groups[group].name
      return fitting.first { policies[$0].origin.groups.contains(name) } ?? fitting.first
    }
    guard chosen.contains(where: { $0 != nil }) else {
      throw UserError(
        .configuration,
        found: "\(path), whose agents see or do something else than any group of this world",
        expected: "a policy that was trained in a world like it",
        action: "play the world that it was trained in, or name another policy")
    }
    return chosen.map { $0.map { made[$0] } }
  }

  /// The world that they were trained in.
  public var description: WorldDescription { policies[0].description }

  /// Steps after which games are cut short, as while they were trained.
  public var stepLimit: Int {
    min(policies[0].origin.settings.stepLimit, description.stepLimit ?? .max)
  }

  /// Whether their world is of two groups that are alike, which can change sides.
  public var playMatches: Bool {
    description.groups.count == 2 && description.isAlike(0, 1)
  }

  /// One policy that plays whatever group it is asked to.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is a group that none fits.
  func policyOfAllGroups(in world: GridWorld) throws(UserError) -> any GroupPolicy {
    let all = try groupPolicies(in: world)
    let chosen = all.compactMap { $0 }
    guard chosen.count == all.count else {
      throw UserError(
        .configuration, found: "\(path), which does not fit every group of this world",
        expected: "a policy for each", action: "name another policy, or another world")
    }
    return PolicyOfAllGroups(chosen)
  }

  /// Plays each group by its own policy.
  private final class PolicyOfAllGroups: GroupPolicy {
    private let policies: [any GroupPolicy]

    init(_ policies: [any GroupPolicy]) { self.policies = policies }

    func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
      policies[group].act(for: group, in: episode, key: key)
    }
  }
}
