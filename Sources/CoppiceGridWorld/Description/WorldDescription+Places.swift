import CoppiceTensors

extension Placement {
  /// Checks that the first cells of all bodies lie in the world.
  ///
  /// - Parameters:
  ///   - name: Whose places they are, for messages.
  ///   - world: The world.
  /// - Throws: `UserError` of kind `configuration` for a place outside, and for a number of cells that cannot be.
  func validate(_ name: String, in world: WorldDescription) throws(UserError) {
    let cellCount = world.width * world.height
    func require(_ x: Int, _ y: Int) throws(UserError) {
      guard (0..<world.width).contains(x), (0..<world.height).contains(y) else {
        throw UserError(
          .configuration,
          found: "\(name) at (\(x), \(y)) of a world of \(world.width) × \(world.height) cells",
          expected: "places within it", action: "move them, or make the world larger")
      }
    }
    switch self {
    case .anywhere(let count):
      guard (0...cellCount).contains(count) else {
        throw UserError(
          .configuration, found: "\(count) places for \(name) in \(cellCount) cells",
          expected: "from 0 to \(cellCount), the cells of the world",
          action: "ask for fewer, or make the world larger")
      }
    case .at(let places): for place in places { try require(place.x, place.y) }
    case .filling(let x, let y, let width, let height, _):
      try require(x, y)
      guard (0...world.width).contains(width), (0...world.height).contains(height) else {
        throw UserError(
          .configuration, found: "a rectangle of \(width) × \(height) cells for \(name)",
          expected: "one that fits into \(world.width) × \(world.height)", action: "make it smaller"
        )
      }
    }
  }
}

extension WorldDescription {
  /// Checks what is said of food.
  ///
  /// - Throws: `UserError` of kind `configuration` for amounts that cannot be, and for food in a world without it.
  func validateFood() throws(UserError) {
    for food in foodItems {
      guard food.amount > 0, food.amount <= 1e9 else {
        throw UserError(
          .configuration, found: "food_items with an amount of \(food.amount)",
          expected: "above 0, up to 1e9", action: "change it")
      }
      for placement in food.placements { try placement.validate("food", in: self) }
    }
    guard !hasFood else { return }
    let eater = groups.first { $0.type.foodSupply != 0 || $0.type.eatAbility != 0 }
    guard foodItems.isEmpty, eater == nil else {
      throw UserError(
        .configuration,
        found: eater.map { "food_supply or eat_ability of \($0.name) in a world without food" }
          ?? "food_items in a world without food",
        expected: "food = true", action: "add it, or leave out what is said of food")
    }
  }
}
