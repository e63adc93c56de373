public import CoppiceRandom

/// Agents that choose between all their actions, each as likely as any other.
///
/// ## Randomness
/// The key and the number of steps that the world has done: the same world is played the same way.
public struct RandomPlayers: Players {
  private let key: RandomKey

  /// Players that draw by `key`.
  public init(key: RandomKey) { self.key = key }

  /// Draws an action for every agent.
  ///
  /// - Complexity: O(`N`).
  public func choose(in world: GridWorld) {
    let key = key.split(world.stepCount)
    for (index, group) in world.groups.enumerated() {
      var stream = key.split(index).stream()
      let actions = world.actions(of: index)
      for agent in actions.indices {
        actions[agent] = Int16(stream.nextIndex(below: group.actions.count))
      }
    }
  }
}
