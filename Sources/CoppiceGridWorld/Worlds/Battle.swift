extension AgentType {
  /// A soldier of the battle: it moves by 2, sees 6 and strikes its neighbours for 2 of 10 health.
  public static var soldier: AgentType {
    var type = AgentType()
    (type.health, type.recovery, type.speed, type.damage) = (10, 0.1, 2, 2)
    (type.view, type.attack) = (Reach(radius: 6), Reach(radius: 1.5))
    (type.stepReward, type.attackReward) = (-0.005, -0.1)
    (type.deathReward, type.killReward) = (-0.1, 5)
    return type
  }
}

extension [RewardRule] {
  /// A soldier that strikes an enemy earns a fifth; what a kill is worth is of its type.
  static var battle: [RewardRule] {
    [("red", "blue"), ("blue", "red")].map { own, other in
      RewardRule(on: .attack(.any(own), .any(other)), pays: [.any(own): 0.2])
    }
  }
}

extension WorldDescription {
  /// Two armies in blocks that face each other.
  ///
  /// - Parameter size: Cells of a side, 12 or more.
  /// - Returns: With 45 cells, 81 soldiers on each side.
  ///
  /// ## Source
  /// `battle_v4` of MAgent2.
  public static func battle(size: Int = 45) -> WorldDescription {
    let side = 2 * Int((0.04 * Double(size * size)).squareRoot())
    let top = (size - side) / 2
    func block(_ left: Int) -> [Placement.Place] {
      stride(from: left, to: left + side, by: 2).flatMap { x in
        stride(from: top, to: top + side, by: 2).map { Placement.Place(x, $0) }
      }.filter { (1..<(size - 1)).contains($0.x) && (1..<(size - 1)).contains($0.y) }
    }
    let left = block(size / 2 - 3 - side)
    var world = WorldDescription(
      width: size, height: size,
      groups: [
        Group("red", .soldier, [.at(left)]),
        Group("blue", .soldier, [.at(Array(block(size / 2 + 3).prefix(left.count)))]),
      ])
    world.rules = .battle
    world.numberBits = 10
    world.stepLimit = 1000
    return world
  }

  /// Two armies of any size, mixed all over a field.
  ///
  /// - Parameters:
  ///   - agents: How many of both together.
  ///   - density: Agents for each cell; that of ``battle(size:)`` unless told otherwise.
  /// - Returns: Half of the agents on each side.
  public static func mixedBattle(agents: Int, density: Double = 0.08) -> WorldDescription {
    let size = max(12, Int((Double(agents) / density).squareRoot().rounded(.up)) + 2)
    var world = WorldDescription(
      width: size, height: size,
      groups: [
        Group("red", .soldier, [.anywhere((agents + 1) / 2)]),
        Group("blue", .soldier, [.anywhere(agents / 2)]),
      ])
    world.rules = .battle
    world.numberBits = 10
    world.stepLimit = 1000
    return world
  }
}
