import CoppiceTensors

extension NearestSearch {
  /// Writes how far each agent of a group is from the nearest of another into ``squaredDistances``; −1 for the dead, and
  /// where there is nobody else.
  ///
  /// - Complexity: a search for each agent, shared by the world's threads; nothing is allocated.
  func measureDistances(of group: Int) {
    askedGroup = group
    // what more a closure captures is allocated
    world.pool.run { [self] worker in
      let (agents, group) = (world.agents, askedGroup)
      for slot in world.slots(of: world.groups[group], worker.part) {
        squaredDistances.pointer[slot] = -1
        guard agents.isDead.pointer[slot] == 0,
          let found = nearest(
            toX: Int(agents.x.pointer[slot]), y: Int(agents.y.pointer[slot]), besides: group)
        else { continue }
        squaredDistances.pointer[slot] = Int32(found.squaredDistance)
      }
    }
  }
}
