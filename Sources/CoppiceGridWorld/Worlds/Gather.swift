extension WorldDescription {
  /// Omnivores in rings around food, of which there is not enough for ever; they can kill one another.
  ///
  /// The food is a group of agents that does nothing, and that rewards who eats it up.
  ///
  /// - Returns: On 200 × 200 cells, 2272 pieces of food and 495 omnivores.
  ///
  /// ## Source
  /// `gather_v5` of MAgent2.
  public static func gather() -> WorldDescription {
    let size = 200
    var (food, omnivore) = (AgentType(), AgentType())
    (food.health, food.speed, food.killReward) = (25, 0, 5)
    (omnivore.health, omnivore.speed, omnivore.damage) = (3, 3, 6)
    (omnivore.view, omnivore.attack) = (Reach(radius: 7), Reach(radius: 1))
    (omnivore.hitsOwnGroup, omnivore.stepReward) = (true, -0.01)
    (omnivore.attackReward, omnivore.deathReward) = (-0.1, -1)
    let omnivores = [(180, 3), (160, 4), (140, 6)].flatMap { ring($0.0, gap: $0.1, in: size) }
    let rings = [
      (130, 10), (120, 10), (110, 10), (100, 4), (90, 3), (80, 1), (60, 1), (58, 1), (56, 1),
      (54, 1),
    ].flatMap { ring($0.0, gap: $0.1, in: size) }
    // squares of 2 × 2 in the middle, 2 cells apart
    let (first, count) = (size / 2 - 26, 53)
    let squares = (0..<count).filter { $0 % 4 >= 2 }.flatMap { y in
      (0..<count).filter { $0 % 4 >= 2 }.map { x in Placement.Place(first + x, first + y) }
    }
    var world = WorldDescription(
      width: size, height: size,
      groups: [
        Group("food", food, [.at(distinct(rings)), .at(squares)]),
        Group("omnivore", omnivore, [.at(distinct(omnivores))]),
      ])
    world.rules = [
      RewardRule(on: .attack(.any("omnivore"), .any("food")), pays: [.any("omnivore"): 0.5])
    ]
    world.stepLimit = 500
    return world
  }

  /// The border of a square around the middle of the world, by turns above and below, then left and right.
  private static func ring(_ side: Int, gap: Int, in size: Int) -> [Placement.Place] {
    let (low, high) = (size / 2 - side / 2, size / 2 + side / 2)
    let steps = stride(from: low, through: high, by: gap)
    return steps.flatMap { [Placement.Place($0, low), Placement.Place($0, high)] }
      + steps.flatMap { [Placement.Place(low, $0), Placement.Place(high, $0)] }
  }

  /// Each place once, where it first stands.
  private static func distinct(_ places: [Placement.Place]) -> [Placement.Place] {
    var seen: Set<Int> = []
    return places.filter { seen.insert($0.y << 16 | $0.x).inserted }
  }
}
