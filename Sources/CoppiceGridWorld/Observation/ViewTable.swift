import CoppiceTensors

/// The cells that a type sees, for each direction that an agent faces.
final class ViewTable {
  /// Up to eight cells that lie side by side in the world.
  struct Window: BitwiseCopyable {
    /// From the first cell of the body to the first of these.
    var cell = 0
    /// A bit for each of the eight that is seen.
    var seen: UInt64 = 0
    /// Of the first of these in the view, row by row.
    var place = 0
  }

  /// What is seen in one direction.
  struct Sight {
    /// A multiple of eight; those that fill up see nothing.
    var windows: AlignedBuffer<Window>
    /// In the view, from a cell of a window to the next.
    var step: Int
  }

  let shape: ViewShape
  /// Without room where there is no small map.
  let minimap: Minimap
  /// For each direction.
  let sights: [Sight]
  /// For each kind of ``WorldMap/kind`` the channel in which this group sees it.
  let channels: AlignedBuffer<Int32>

  /// What agents of a type see.
  ///
  /// - Parameters:
  ///   - type: Who looks.
  ///   - group: Its group.
  ///   - groupCount: Groups of the world.
  ///   - hasMinimap: Whether there is a small map.
  ///   - hasFood: Whether there is food that is no agent.
  ///   - rowStride: From a row of the world to the next.
  init(
    _ type: AgentType, _ group: Int, groupCount: Int, hasMinimap: Bool, hasFood: Bool,
    rowStride: Int
  ) {
    let range = type.viewRange
    channels = AlignedBuffer(count: Int(WorldMap.firstGroup) + groupCount)
    channels.pointer[Int(WorldMap.food)] = 1
    let firstGroupChannel = hasFood ? 2 : 1
    for other in 0..<groupCount {
      channels.pointer[Int(WorldMap.firstGroup) + other] = Int32(
        firstGroupChannel + (hasMinimap ? 3 : 2) * ((other - group + groupCount) % groupCount))
    }
    shape = ViewShape(
      height: range.height, width: range.width,
      channels: firstGroupChannel + groupCount * (hasMinimap ? 3 : 2))
    minimap = Minimap(shape, groupCount: hasMinimap ? groupCount : 0)
    sights = Direction.allCases.map { Self.sight(type, $0, rowStride: rowStride) }
  }

  /// How far from the first cell of its body an agent sees, in rows or columns.
  static func reach(of type: AgentType) -> Int {
    type.viewRange.offsets.map {
      max(abs($0.x + type.width / 2), abs($0.y + type.length / 2))
    }.max() ?? 0
  }

  private static func sight(_ type: AgentType, _ direction: Direction, rowStride: Int) -> Sight {
    let range = type.viewRange
    let seen = range.offsets.map { offset in
      (
        place: direction.rotated(offset.x + type.width / 2, offset.y + type.length / 2),
        view: (offset.y - range.origin.y) * range.width + offset.x - range.origin.x
      )
    }.sorted { ($0.place.y, $0.place.x) < ($1.place.y, $1.place.x) }
    var windows: [Window] = []
    var first = (x: 0, y: 0)
    for cell in seen {
      if windows.isEmpty || cell.place.y != first.y || cell.place.x - first.x >= 8 {
        first = cell.place
        windows.append(Window(cell: first.y * rowStride + first.x, place: cell.view))
      }
      windows[windows.count - 1].seen |= 1 << UInt64(cell.place.x - first.x)
    }
    while windows.count % 8 != 0 { windows.append(Window()) }
    // east on the map, as the agent sees it
    let step =
      [(x: 1, y: 0), (x: 0, y: 1), (x: -1, y: 0), (x: 0, y: -1)].first {
        direction.rotated($0.x, $0.y) == (1, 0)
      } ?? (1, 0)
    return Sight(windows: AlignedBuffer(windows), step: step.y * range.width + step.x)
  }
}
