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
    func wall(_ x: Int, _ rows: ClosedRange<Int>) -> Placement {
      .filling(x: x, y: rows.lowerBound, width: 2, height: rows.count)
    }
    var world = WorldDescription(
      width: size, height: size,
      groups: [
        Group("red", .soldier, [block(middle - 3 - side)]),
        Group("blue", .soldier, [block(middle + 3)]),
      ])
    world.walls = [
      wall(middle - 5, 10...44), wall(middle - 5, 50...(middle + 24)),
      wall(middle + 4, (middle - 25)...(size - 51)), wall(middle + 4, (size - 45)...(size - 11)),
    ]
    world.rules = .battle
    world.numberBits = 10
    world.stepLimit = 1000
    return world
  }
}
