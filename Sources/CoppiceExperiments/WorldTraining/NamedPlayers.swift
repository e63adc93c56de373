public import CoppiceCrowds
public import CoppiceGridWorld
import CoppiceRandom
public import CoppiceTensors

/// Who plays the groups of a world, as a person names them.
public struct NamedPlayers {
  /// By group: the policy.
  public private(set) var policies: [any GroupPolicy]
  /// By group: what its policy is called.
  public private(set) var names: [String]

  /// The players of a world.
  ///
  /// - Parameters:
  ///   - assignments: `GROUP=WHO`, where who is `random`, `nearest`, `still`, or the path of trained policies.
  ///   - path: Trained policies for the groups that are left; chance plays those that none fits.
  ///   - world: The world.
  ///   - pool: The threads that share the work.
  /// - Throws: `UserError` when there is no such group or policy, a policy does not fit its group, or a group is
  ///   named twice.
  public init(
    _ assignments: [String], others path: String?, in world: GridWorld, pool: WorkerPool
  ) throws(UserError) {
    names = world.groups.map { _ in "random" }
    policies = world.groups.map { _ in RandomPolicy() }
    if let path {
      let trained = try WorldPlayers(path: path, pool: pool).groupPolicies(in: world)
      for (group, policy) in trained.enumerated() {
        names[group] = path
        if let policy { policies[group] = policy }
      }
    }
    var taken: Set<Int> = []
    for text in assignments {
      let own = try WorldOpponent(text, in: world.description)
      guard own.share == 1, taken.insert(own.group).inserted else {
        throw UserError(
          .configuration,
          found: own.share < 1
            ? "player \"\(text)\"" : "two players for \(world.groups[own.group].name)",
          expected: "one who plays all the time", action: "leave the other out")
      }
      names[own.group] = own.policy
      policies[own.group] = try Self.policy(own, in: world, pool)
    }
  }

  private static func policy(
    _ player: WorldOpponent, in world: GridWorld, _ pool: WorkerPool
  ) throws(UserError) -> any GroupPolicy {
    if let scripted = ScriptedPolicyCatalogue.standard.policy(player.policy) { return scripted }
    guard Folder.exists(player.policy) else { throw NamedOpponent.unknown(player.policy) }
    let trained = try WorldPlayers(path: player.policy, pool: pool).groupPolicies(in: world)
    guard let policy = trained[player.group] else {
      throw UserError(
        .configuration,
        found:
          "\(player.policy), whose agents see or do something else than "
          + world.groups[player.group].name,
        expected: "a policy that was trained for agents like them", action: "name another one")
    }
    return policy
  }
}
