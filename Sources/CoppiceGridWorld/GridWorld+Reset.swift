public import CoppiceRandom
public import CoppiceTensors

extension GridWorld {
  /// Begins anew: everybody is back at their places, as in a new world from this key.
  ///
  /// - Parameter key: Everything random is from.
  /// - Throws: `UserError` of kind `configuration` when somebody finds no place, or a rule speaks of an agent that was
  ///   not placed; the world has to be reset again then.
  /// - Complexity: O(cells + `N`). Memory is used again; rules are read anew only where another number of agents
  ///   was placed than before.
  public func reset(key: RandomKey) throws(UserError) {
    self.key = key
    (stepCount, isEndedByRule, needsClearing) = (0, false, false)
    map.clear()
    var isLikeBefore = true
    for index in groups.indices {
      scratch.placedCounts.pointer[index] = groups[index].placedCount
      (groups[index].count, groups[index].deadCount) = (0, 0)
      (groups[index].reward, groups[index].eaten) = (0, 0)
    }
    try place()
    for index in groups.indices {
      isLikeBefore =
        isLikeBefore && scratch.placedCounts.pointer[index] == groups[index].placedCount
    }
    for view in views { view.minimap.isCurrent = false }
    if !isLikeBefore { try planRewards() }
  }
}
