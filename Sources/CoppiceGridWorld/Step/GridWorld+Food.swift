import CoppiceRandom
import CoppiceTensors

extension GridWorld {
  /// With less than this left, food is gone.
  static let leastFood: Float = 0.1

  /// Puts food into the cell in which an agent was killed.
  func leaveFood(struckBy attacker: Int, _ amount: Float) {
    map.setFood(amount, at: targetCell(of: attacker))
  }

  /// Has an agent eat from the cell that it strikes, where there is food: its health grows by as much, up to what
  /// it began with.
  func eat(_ attacker: Int, _ type: AgentType) {
    let cell = targetCell(of: attacker)
    guard cell >= 0, map.kind[cell] == WorldMap.food else { return }
    let amount = map.food(at: cell)
    let bite = min(type.eatAbility, amount)
    scratch.eaten.pointer[group(of: attacker)] += bite
    agents.health.pointer[attacker] = min(type.health, agents.health.pointer[attacker] + bite)
    if amount - bite < Self.leastFood {
      map.kind[cell] = WorldMap.blank
    } else {
      map.setFood(amount - bite, at: cell)
    }
  }

  private func targetCell(of attacker: Int) -> Int {
    let index = group(of: attacker)
    return cell(
      of: Int(agents.action.pointer[attacker]), attacker, groups[index].type, tables[index])
  }

  /// How much food lies in a cell.
  ///
  /// - Parameters:
  ///   - x: From the left.
  ///   - y: From the top.
  /// - Returns: The amount; 0 where there is none.
  /// - Precondition: The cell lies in the world.
  public func food(x: Int, y: Int) -> Float {
    precondition(map.contains(x, y), "a cell of the world")
    let cell = map.cell(x, y)
    return map.kind[cell] == WorldMap.food ? map.food(at: cell) : 0
  }
}

extension WorldMap {
  /// How much food is in a cell that has some.
  func food(at cell: Int) -> Float {
    Float(bitPattern: UInt32(bitPattern: occupant.pointer[cell]))
  }

  /// Makes a cell one of food.
  func setFood(_ amount: Float, at cell: Int) {
    kind[cell] = Self.food
    occupant.pointer[cell] = Int32(bitPattern: amount.bitPattern)
  }

  /// Puts food at its places.
  func place(_ food: Food, key: RandomKey) throws(UserError) {
    for (index, placement) in food.placements.enumerated() {
      try place(placement, "food", columns: 1, rows: 1, hasTurns: false, key: key.split(index)) {
        setFood(food.amount, at: cell($0.x, $0.y))
      }
    }
  }
}
