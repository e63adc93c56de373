import CoppiceTensors

extension NearestSearch {
  /// Has every agent of a group go to the nearest agent of another, and strike it where it can be reached.
  ///
  /// Of those equally near it takes the first; it moves to where its body is free to be and nearest to that one, of
  /// several places to the one whose move comes first, and stays where no move is nearer. Distances are between the
  /// upper left cells of bodies. It serves worlds without turns.
  ///
  /// - Parameter group: Which group.
  /// - Precondition: The search was refreshed since the world changed.
  /// - Complexity: a search for each agent, shared by the world's threads.
  public func act(for group: Int) {
    askedGroup = group
    world.pool.run { [self] worker in
      let own = world.groups[askedGroup]
      for slot in world.slots(of: own, worker.part) {
        world.agents.action.pointer[slot] = Int16(action(of: slot, own, world.tables[askedGroup]))
      }
    }
  }

  private func action(of slot: Int, _ group: GridWorld.Group, _ table: ActionTable) -> Int {
    let (x, y) = (Int(world.agents.x.pointer[slot]), Int(world.agents.y.pointer[slot]))
    let stay = table.firstTurn / 2
    guard world.agents.isDead.pointer[slot] == 0,
      let enemy = nearest(toX: x, y: y, besides: askedGroup)
    else { return stay }
    // offsets of agents that face north
    let north = Int(Direction.north.rawValue) * table.actionCount
    let (offsetX, offsetY) = (table.x.pointer + north, table.y.pointer + north)
    for attack in table.firstAttack..<table.actionCount
    where x + Int(offsetX[attack]) == enemy.x && y + Int(offsetY[attack]) == enemy.y {
      return attack
    }
    let body = world.size(of: slot, group.type)
    var (nearest, chosen) = (enemy.squaredDistance, stay)
    for move in 0..<table.firstTurn {
      let (column, row) = (x + Int(offsetX[move]), y + Int(offsetY[move]))
      let (dx, dy) = (column - enemy.x, row - enemy.y)
      guard dx * dx + dy * dy < nearest,
        world.map.isFree(column, row, body.columns, body.rows, for: Int32(slot))
      else { continue }
      (nearest, chosen) = (dx * dx + dy * dy, move)
    }
    return chosen
  }
}
