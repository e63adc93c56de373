public import CoppiceGridWorld
public import CoppiceRandom

/// Who decides what the agents of a group do.
///
/// One policy may act for several groups of one episode. What it remembers of agents, by their numbers, it
/// forgets for all of a group where `episode.stepCount` is 0.
public protocol GroupPolicy: AnyObject {
  /// Writes an action for every agent of a group.
  ///
  /// - Parameters:
  ///   - group: Which group.
  ///   - episode: Before its next step.
  ///   - key: Randomness of this step and group.
  func act(for group: Int, in episode: WorldEpisode, key: RandomKey)
}

/// Everybody does anything.
public final class RandomPolicy: GroupPolicy {
  /// The policy.
  public init() {}

  /// Writes an action for every agent of a group, each as likely as any.
  public func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
    episode.world.actByChance(group, key: key)
  }
}

/// Everybody stays and does nothing.
public final class StillPolicy: GroupPolicy {
  /// The policy.
  public init() {}

  /// Leaves every agent of a group without an action.
  public func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
    episode.actions(of: group).update(repeating: -1)
  }
}
