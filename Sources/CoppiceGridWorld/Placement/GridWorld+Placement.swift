import CoppiceRandom
import CoppiceTensors

extension GridWorld {
  /// At most how many agents a group begins with.
  static func mostAgents(
    of group: WorldDescription.Group, on map: WorldMap
  ) throws(UserError) -> Int {
    var most = 0
    for placement in group.placements {
      switch placement {
      case .anywhere(let count):
        guard (0...map.cellCount).contains(count) else {
          throw UserError(
            .configuration, found: "\(count) agents of \(group.name)",
            expected: "from 0 to \(map.cellCount), the cells of the world",
            action: "ask for fewer, or make the world larger")
        }
        most += count
      case .at(let places): most += places.count
      case .filling(_, _, let width, let height, _):
        guard width >= 0, height >= 0, width <= map.width, height <= map.height else {
          throw UserError(
            .configuration, found: "a rectangle of \(width) × \(height) cells for \(group.name)",
            expected: "one that fits into \(map.width) × \(map.height)", action: "make it smaller")
        }
        most += width * height
      }
    }
    return most
  }

  /// Puts everybody at their places.
  func place() throws(UserError) {
    var number: Int32 = 0
    for index in groups.indices {
      let type = groups[index].type
      let own = description.groups[index]
      let key = key.split("agents").split(index)
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
          putDown(slot, group: index)
          number += 1
          groups[index].count += 1
        }
      }
    }
  }

  /// The size of a body as it lies on the map.
  func size(of slot: Int, _ type: AgentType) -> (columns: Int, rows: Int) {
    agents.direction.pointer[slot] & 1 == 1
      ? (type.width, type.length) : (type.length, type.width)
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
