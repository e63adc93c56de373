import CoppiceTensors

/// Where the actions of a type lead, for each direction that an agent faces.
final class ActionTable {
  let actionCount: Int
  let firstTurn: Int
  let firstAttack: Int
  /// `[4, actions]`: relative to the body's first cell as it faces.
  let x: AlignedBuffer<Int16>
  let y: AlignedBuffer<Int16>

  init(_ space: ActionSpace) {
    (actionCount, firstTurn, firstAttack) = (space.count, space.firstTurn, space.firstAttack)
    x = AlignedBuffer(count: 4 * actionCount)
    y = AlignedBuffer(count: 4 * actionCount)
    let none = [CellRange.Offset](repeating: CellRange.Offset(0, 0), count: space.turnCount)
    for direction in Direction.allCases {
      for (action, offset) in (space.moves + none + space.attacks).enumerated() {
        let place = direction.rotated(offset.x, offset.y)
        x.pointer[Int(direction.rawValue) * actionCount + action] = Int16(place.x)
        y.pointer[Int(direction.rawValue) * actionCount + action] = Int16(place.y)
      }
    }
  }
}

/// The first cell of a body as the agent sees it: ahead and to the left.
///
/// - Parameters:
///   - x: The upper left cell of the body.
///   - y: The same.
///   - columns: Of the body as it lies on the map.
///   - rows: The same.
///   - direction: Where the agent faces; see ``Direction``.
/// - Returns: The cell.
func firstCell(
  _ x: Int, _ y: Int, columns: Int, rows: Int, _ direction: UInt8
) -> (x: Int, y: Int) {
  switch Direction(rawValue: direction) ?? .north {
  case .north: (x, y)
  case .south: (x + columns - 1, y + rows - 1)
  case .east: (x + columns - 1, y)
  case .west: (x, y + rows - 1)
  }
}
