import CoppiceTensors

/// The cells that a type sees, for each direction that an agent faces, row by row of its view.
final class ViewTable {
  /// Cells in a row that lie side by side in the world, too, and in the view.
  struct Run: BitwiseCopyable {
    /// Relative to the first cell of the body.
    var x: Int
    var y: Int
    /// Steps in the world from a cell to the next.
    var stepX: Int
    var stepY: Int
    var count: Int
    /// In the view.
    var row: Int
    var column: Int
  }

  let shape: ViewShape
  /// Without room where there is no small map.
  let minimap: Minimap
  /// For each direction.
  let runs: [AlignedBuffer<Run>]

  init(_ type: AgentType, groupCount: Int, hasMinimap: Bool) {
    let range = type.viewRange
    shape = ViewShape(
      height: range.height, width: range.width, channels: 1 + groupCount * (hasMinimap ? 3 : 2))
    minimap = Minimap(shape, groupCount: hasMinimap ? groupCount : 0)
    runs = Direction.allCases.map { direction in
      var runs: [Run] = []
      for offset in range.offsets {
        let (row, column) = (offset.y - range.origin.y, offset.x - range.origin.x)
        if let last = runs.last, last.row == row, last.column + last.count == column {
          runs[runs.count - 1].count += 1
          continue
        }
        let place = direction.rotated(offset.x + type.width / 2, offset.y + type.length / 2)
        let step = direction.rotated(1, 0)
        runs.append(
          Run(
            x: place.x, y: place.y, stepX: step.x, stepY: step.y, count: 1, row: row,
            column: column))
      }
      return AlignedBuffer(runs)
    }
  }
}
