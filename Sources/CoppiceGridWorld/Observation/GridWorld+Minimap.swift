import CoppiceTensors

/// Where the agents of each group are, on a map as large as a view.
final class Minimap {
  /// `[groups, height, width]`: which part of the group is where.
  var parts: AlignedBuffer<Float> = AlignedBuffer(count: 0)
  /// Cells of the world that are one here.
  private(set) var cellWidth = 1
  private(set) var cellHeight = 1

  func begin(_ shape: ViewShape, groupCount: Int, _ map: WorldMap) {
    let count = groupCount * shape.height * shape.width
    if parts.count != count { parts = AlignedBuffer(count: count) }
    parts.zero()
    cellWidth = (map.width + shape.width - 1) / shape.width
    cellHeight = (map.height + shape.height - 1) / shape.height
  }
}

extension GridWorld {
  /// Counts where everybody is; those that died in the last step count until they are cleared.
  func countMinimap(_ shape: ViewShape) {
    minimap.begin(shape, groupCount: groups.count, map)
    let area = shape.height * shape.width
    for (index, group) in groups.enumerated() where group.count > 0 {
      for slot in group.slots {
        minimap.parts.pointer[index * area + place(of: slot, shape)] += 1
      }
      for cell in 0..<area { minimap.parts.pointer[index * area + cell] /= Float(group.count) }
    }
  }

  private func place(of slot: Int, _ shape: ViewShape) -> Int {
    Int(agents.y.pointer[slot]) / minimap.cellHeight * shape.width
      + Int(agents.x.pointer[slot]) / minimap.cellWidth
  }

  func writeMinimap(
    of slot: Int, _ group: Int, to view: UnsafeMutablePointer<Float>, _ layout: ViewLayout
  ) {
    let shape = views[group].shape
    let area = shape.height * shape.width
    let own = place(of: slot, shape)
    for other in groups.indices {
      let parts = minimap.parts.pointer + other * area
      let channel = view + (3 + 3 * relative(other, to: group)) * layout.channel
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          channel[row * layout.row + column * layout.column] = parts[row * shape.width + column]
        }
      }
      channel[own / shape.width * layout.row + own % shape.width * layout.column] += 1
    }
  }
}
