import CCoppiceKernels
import CoppiceTensors

/// The cells that a type sees, for each direction that an agent faces.
final class ViewTable {
  /// Cells of a span.
  static let spanLength = Int(COPPICE_SPAN_LENGTH)

  let shape: ViewShape
  /// Without room where there is no small map.
  let minimap: Minimap
  /// How many spans a row of a view has.
  let spansOfRow: Int
  /// `[directions, rows, spansOfRow]`.
  let spans: AlignedBuffer<coppice_span>
  /// For each direction: in the world, from a cell of a span to the next.
  let steps: AlignedBuffer<Int>
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
    spansOfRow = (range.width + Self.spanLength - 1) / Self.spanLength
    spans = AlignedBuffer(count: Direction.allCases.count * range.height * spansOfRow)
    steps = AlignedBuffer(count: Direction.allCases.count)
    for direction in Direction.allCases {
      func cell(_ x: Int, _ y: Int) -> Int {
        let place = direction.rotated(x, y)
        return place.y * rowStride + place.x
      }
      let step = cell(1, 0) - cell(0, 0)
      steps.pointer[Int(direction.rawValue)] = step
      for offset in range.offsets {
        let (row, column) = (offset.y - range.origin.y, offset.x - range.origin.x)
        let (span, place) = column.quotientAndRemainder(dividingBy: Self.spanLength)
        let index = (Int(direction.rawValue) * range.height + row) * spansOfRow + span
        spans.pointer[index].cell = Int32(
          cell(offset.x + type.width / 2, offset.y + type.length / 2) - place * step)
        spans.pointer[index].seen |= 1 << UInt64(place)
      }
    }
  }

  /// How far from the first cell of its body an agent sees, in rows or columns.
  static func reach(of type: AgentType) -> Int {
    type.viewRange.offsets.map {
      max(abs($0.x + type.width / 2), abs($0.y + type.length / 2))
    }.max() ?? 0
  }
}
