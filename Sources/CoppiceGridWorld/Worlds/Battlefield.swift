extension WorldDescription {
  /// Two small armies with walls between them.
  ///
  /// - Parameter size: Cells of a side, 46 or more.
  /// - Returns: With 80 cells, 12 soldiers on each side.
  ///
  /// ## Source
  /// `battlefield_v5` of MAgent2.
  public static func battlefield(size: Int = 80) -> WorldDescription {
    let (middle, side) = (size / 2, 8)
    func block(_ left: Int) -> Placement {
      .at(
        stride(from: left, to: left + side, by: 2).flatMap { x in
          stride(from: (size - side) / 2, to: (size - side) / 2 + side, by: 2).map {
            Placement.Place(x, $0)
          }
        })
    }
    // in a small world there is no room for some of them
    func wall(_ x: Int, from top: Int, to bottom: Int) -> [Placement] {
      top > bottom ? [] : [.filling(x: x, y: top, width: 2, height: bottom - top + 1)]
    }
    var world = WorldDescription(
      width: size, height: size,
      groups: [
        Group("red", .soldier, [block(middle - 3 - side)]),
        Group("blue", .soldier, [block(middle + 3)]),
      ])
    world.walls =
      wall(middle - 5, from: 10, to: 44) + wall(middle - 5, from: 50, to: middle + 24)
      + wall(middle + 4, from: middle - 25, to: size - 51)
      + wall(middle + 4, from: size - 45, to: size - 11)
    world.rules = .battle
    world.numberBits = 10
    world.stepLimit = 1000
    return world
  }
}
