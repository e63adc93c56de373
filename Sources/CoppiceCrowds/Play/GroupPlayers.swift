public import CoppiceGridWorld
public import CoppiceRandom

/// Groups of a world that each act by a policy.
public final class GroupPlayers: Players {
  private let policies: [any GroupPolicy]
  private let key: RandomKey
  private var episode: WorldEpisode?

  /// Players from a policy for each group, in their order.
  ///
  /// - Parameters:
  ///   - policies: One for each group; the same one may stand more than once.
  ///   - key: Randomness of policies that need some.
  public init(_ policies: [any GroupPolicy], key: RandomKey) {
    (self.policies, self.key) = (policies, key)
  }

  /// Has every group choose.
  ///
  /// - Precondition: There are as many groups as policies.
  public func choose(in world: GridWorld) {
    precondition(policies.count == world.groups.count, "a policy for each group")
    let known = episode.flatMap { $0.world === world ? $0 : nil } ?? WorldEpisode(world)
    episode = known
    let key = key.split(world.stepCount)
    for (group, policy) in policies.enumerated() {
      policy.act(for: group, in: known, key: key.split(group))
    }
  }
}
