extension AgentType {
  /// A fighter at close range: slow, hard to kill, and a danger to those beside it.
  public static var melee: AgentType {
    var type = soldier
    (type.speed, type.attack, type.hitsOwnGroup, type.killReward) = (1, Reach(radius: 1), true, 0)
    return type
  }

  /// A fighter at a distance: fast, and easy to kill.
  public static var ranged: AgentType {
    var type = melee
    (type.speed, type.attack, type.health) = (2, Reach(radius: 2), 3)
    return type
  }
}

extension WorldDescription {
  /// Two armies of two kinds of fighters each.
  ///
  /// - Parameter size: Cells of a side, 16 or more.
  /// - Returns: With 45 cells, 45 and 36 fighters on each side.
  ///
  /// ## Source
  /// `combined_arms_v6` of MAgent2.
  public static func combinedArms(size: Int = 45) -> WorldDescription {
    let side = 2 * Int((0.04 * Double(size * size)).squareRoot())
    let top = (size - side) / 2
    // columns are by turns of one kind and of the other
    func column(_ left: Int, _ kind: Int) -> Placement {
      .at(
        stride(from: left + 2 * kind, to: left + side, by: 4).flatMap { x in
          stride(from: top, to: top + side, by: 2).map { Placement.Place(x, $0) }
        }.filter { (1..<(size - 1)).contains($0.x) && (1..<(size - 1)).contains($0.y) })
    }
    let (left, right) = (size / 2 - 3 - side, size / 2 + 3)
    var world = WorldDescription(
      width: size, height: size,
      groups: [
        Group("red melee", .melee, [column(left, 0)]),
        Group("red ranged", .ranged, [column(left, 1)]),
        Group("blue melee", .melee, [column(right, 0)]),
        Group("blue ranged", .ranged, [column(right, 1)]),
      ])
    for (own, other) in [("red", "blue"), ("blue", "red")] {
      for fighter in ["melee", "ranged"].map({ AgentSymbol.any("\(own) \($0)") }) {
        for enemy in ["melee", "ranged"].map({ AgentSymbol.any("\(other) \($0)") }) {
          world.rules += [
            RewardRule(on: .attack(fighter, enemy), pays: [fighter: 0.2]),
            RewardRule(on: .kill(fighter, enemy), pays: [fighter: 5]),
          ]
        }
      }
    }
    world.numberBits = 10
    world.stepLimit = 1000
    return world
  }
}
