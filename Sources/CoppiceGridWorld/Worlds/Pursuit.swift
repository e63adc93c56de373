extension WorldDescription {
  /// Large, slow predators that tag small, fast prey, which never dies of it.
  ///
  /// - Parameter size: Cells of a side, 7 or more.
  /// - Returns: With 45 cells, 25 predators, 50 prey and 60 walls, all anywhere.
  ///
  /// ## Source
  /// `adversarial_pursuit_v4` of MAgent2.
  public static func pursuit(size: Int = 45) -> WorldDescription {
    let cells = Double(size * size)
    var (predator, prey) = (AgentType(), AgentType())
    (predator.width, predator.length, predator.attackReward) = (2, 2, -0.2)
    (predator.view, predator.attack) = (Reach(radius: 5), Reach(radius: 2))
    (prey.speed, prey.view) = (1.5, Reach(radius: 4))
    var world = WorldDescription(
      width: size, height: size,
      groups: [
        Group("predator", predator, [.anywhere(Int(0.0125 * cells))]),
        Group("prey", prey, [.anywhere(Int(0.025 * cells))]),
      ])
    world.walls = [.anywhere(Int(0.03 * cells))]
    world.rules = [
      RewardRule(
        on: .attack(.any("predator"), .any("prey")),
        pays: [.any("predator"): 1, .any("prey"): -1])
    ]
    world.numberBits = 10
    world.stepLimit = 500
    return world
  }
}
