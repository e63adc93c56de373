extension WorldDescription {
  /// Tigers that starve unless they eat, and deer that one tiger alone hardly kills.
  ///
  /// - Parameter size: Cells of a side, 10 or more.
  /// - Returns: With 45 cells, 101 deer, 20 tigers and 81 walls, all anywhere.
  ///
  /// ## Source
  /// `tiger_deer_v4` of MAgent2.
  public static func tigerDeer(size: Int = 45) -> WorldDescription {
    let cells = Double(size * size)
    var (deer, tiger) = (AgentType(), AgentType())
    (deer.health, deer.recovery, deer.killSupply, deer.deathReward) = (5, 0.2, 8, -1)
    (tiger.health, tiger.recovery, tiger.damage) = (10, -0.1, 1)
    (tiger.view, tiger.attack) = (Reach(radius: 4), Reach(radius: 1))
    var world = WorldDescription(
      width: size, height: size,
      groups: [
        Group("deer", deer, [.anywhere(Int(0.05 * cells))]),
        Group("tiger", tiger, [.anywhere(Int(0.01 * cells))]),
      ])
    world.walls = [.anywhere(Int(0.04 * cells))]
    let (one, other) = (AgentSymbol.any("tiger", "a"), AgentSymbol.any("tiger", "b"))
    world.rules = [
      RewardRule(
        on: .and([.attack(one, .any("deer")), .attack(other, .any("deer"))]),
        pays: [one: 0.5, other: 0.5]),
      RewardRule(on: .attack(.any("tiger"), .any("deer")), pays: [.any("deer"): -0.1]),
    ]
    world.numberBits = 10
    world.stepLimit = 300
    return world
  }
}
