public import CoppiceRandom
import CoppiceTensors

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
    for group in world.groups.indices { world.actByChance(group, key: key.split(group)) }
  }
}

extension GridWorld {
  /// Draws what every agent of a group does, each action as likely as any other, on all threads.
  ///
  /// - Parameters:
  ///   - group: Which group.
  ///   - key: Randomness; each agent's share goes by its number, whatever the order of the agents.
  /// - Complexity: O(agents).
  public func actByChance(_ group: Int, key: RandomKey) {
    chance = (group, key)
    pool.run { [self] worker in drawActions(worker.part) }
    chance = nil
  }

  private func drawActions(_ part: Part) {
    guard let (group, key) = chance else { return }
    let count = groups[group].actions.count
    for slot in slots(of: groups[group], part) {
      var stream = key.split(Int(agents.number.pointer[slot])).stream()
      agents.action.pointer[slot] = Int16(stream.nextIndex(below: count))
    }
  }
}
