import CoppiceRandom
import CoppiceTensors

extension GridWorld {
  /// At most how many agents a group begins with.
  static func mostAgents(of group: WorldDescription.Group) -> Int {
    group.placements.reduce(0) { $0 + $1.mostPlaces }
  }

  /// Puts walls, food and everybody at their places, on a map without any; who comes to a place that is taken is
  /// left out.
  ///
  /// - Throws: `UserError` of kind `configuration` for places outside of the world, for more of a group than there is
  ///   room for anywhere, and where nobody of a group finds room.
  func place() throws(UserError) {
    try map.placeWalls(description.walls, key: key.split("walls"))
    for (index, food) in description.foodItems.enumerated() {
      try map.place(food, key: key.split("food").split(index))
    }
    var number: Int32 = 0
    for index in groups.indices {
      let type = groups[index].type
      let own = description.groups[index]
      let key = key.split("agents").split(index)
      groups[index].firstNumber = Int(number)
      for (order, placement) in own.placements.enumerated() {
        try map.place(
          placement, own.name, columns: type.width, rows: type.length,
          hasTurns: description.hasTurns, key: key.split(order)
        ) { place in
          let slot = groups[index].first + groups[index].count
          agents.number.pointer[slot] = number
          agents.x.pointer[slot] = Int16(place.x)
          agents.y.pointer[slot] = Int16(place.y)
          agents.direction.pointer[slot] = place.direction.rawValue
          agents.health.pointer[slot] = type.health
          agents.action.pointer[slot] = -1
          agents.lastAction.pointer[slot] = -1
          agents.reward.pointer[slot] = type.stepReward
          agents.lastReward.pointer[slot] = 0
          agents.isDead.pointer[slot] = 0
          agents.hasAbsorbed.pointer[slot] = 0
          agents.encounter.pointer[slot] = Encounter.none.rawValue
          putDown(slot, group: index)
          number += 1
          groups[index].count += 1
        }
      }
      guard groups[index].count > 0 || Self.mostAgents(of: own) == 0 else {
        throw UserError(
          .configuration,
          found: "no room for any of \(own.name), whose places are all taken",
          expected: "a free place for one at least",
          action: "move them, or make the world larger")
      }
      groups[index].placedCount = groups[index].count
    }
  }

  /// The size of a body as it lies on the map.
  func size(of slot: Int, _ type: AgentType) -> (columns: Int, rows: Int) {
    agents.direction.pointer[slot] & 1 == 1
      ? (type.width, type.length) : (type.length, type.width)
  }

  /// The first cell of an agent's body as it faces.
  @inline(__always)
  func firstCell(of slot: Int, _ type: AgentType) -> (x: Int, y: Int) {
    let (x, y) = (Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]))
    guard !isSimple else { return (x, y) }
    let size = size(of: slot, type)
    return CoppiceGridWorld.firstCell(
      x, y, columns: size.columns, rows: size.rows, agents.direction.pointer[slot])
  }

  /// Marks an agent's cells as its own.
  func putDown(_ slot: Int, group: Int) {
    let size = size(of: slot, groups[group].type)
    map.set(
      Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]), size.columns, size.rows,
      WorldMap.firstGroup + UInt8(group), Int32(slot))
  }

  /// Leaves an agent's cells to others.
  func takeAway(_ slot: Int, _ type: AgentType) {
    let size = size(of: slot, type)
    map.set(
      Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]), size.columns, size.rows,
      WorldMap.blank, -1)
  }
}
