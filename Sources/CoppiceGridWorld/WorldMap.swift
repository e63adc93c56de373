import CoppiceRandom
import CoppiceTensors

/// What lies in each cell of a world.
final class WorldMap {
  /// In ``kind``: nobody, a wall, food, or an agent of group `kind - 3`.
  static let blank: UInt8 = 0
  static let wall: UInt8 = 1
  static let food: UInt8 = 2
  static let firstGroup: UInt8 = 3

  let width: Int
  let height: Int
  /// From a row to the next: a row is followed by blank cells, as many as anybody sees far.
  let rowStride: Int
  /// What is in each ``cell(_:_:)``; those around the world are blank and may be read, up to a span of a view
  /// before and after one that is seen.
  let kind: UnsafeMutablePointer<UInt8>
  /// The slot of the agent that is in each ``cell(_:_:)``, or the bits of how much food there is; says nothing
  /// elsewhere.
  let occupant: AlignedBuffer<Int32>
  private let kinds: AlignedBuffer<UInt8>

  /// A world with a border of walls.
  ///
  /// - Parameters:
  ///   - width: Cells of a row.
  ///   - height: Rows.
  ///   - margin: How many cells around the world may be read.
  init(width: Int, height: Int, margin: Int) {
    (self.width, self.height) = (width, height)
    rowStride = width + margin
    kinds = AlignedBuffer(
      count: (height + 2 * margin) * rowStride + margin + 2 * ViewTable.spanLength)
    kind = kinds.pointer + margin * rowStride + margin + ViewTable.spanLength
    occupant = AlignedBuffer(count: height * rowStride)
    encloseByWalls()
  }

  /// Takes everything away but the walls of the border.
  func clear() {
    kinds.zero()
    encloseByWalls()
  }

  private func encloseByWalls() {
    for x in 0..<width {
      kind[cell(x, 0)] = Self.wall
      kind[cell(x, height - 1)] = Self.wall
    }
    for y in 0..<height {
      kind[cell(0, y)] = Self.wall
      kind[cell(width - 1, y)] = Self.wall
    }
  }

  /// Cells of the world.
  var cellCount: Int { width * height }
  var byteCount: Int { kinds.byteCount + occupant.byteCount }

  /// Where a cell lies in memory.
  @inline(__always)
  func cell(_ x: Int, _ y: Int) -> Int { y * rowStride + x }

  /// Where a cell is in the world.
  @inline(__always)
  func place(of cell: Int) -> (x: Int, y: Int) {
    let (y, x) = cell.quotientAndRemainder(dividingBy: rowStride)
    return (x, y)
  }

  func contains(_ x: Int, _ y: Int) -> Bool { x >= 0 && y >= 0 && x < width && y < height }

  /// Whether a body fits: every cell is blank, or taken by `slot` itself.
  func isFree(_ x: Int, _ y: Int, _ columns: Int, _ rows: Int, for slot: Int32 = -1) -> Bool {
    guard x >= 0, y >= 0, x + columns <= width, y + rows <= height else { return false }
    for row in y..<(y + rows) {
      for column in x..<(x + columns) {
        let cell = cell(column, row)
        let here = kind[cell]
        if here == Self.blank { continue }
        guard here >= Self.firstGroup, occupant.pointer[cell] == slot else { return false }
      }
    }
    return true
  }

  /// Puts a body down, or takes it away where `kind` is blank.
  func set(_ x: Int, _ y: Int, _ columns: Int, _ rows: Int, _ kind: UInt8, _ slot: Int32) {
    for row in y..<(y + rows) {
      for column in x..<(x + columns) {
        self.kind[cell(column, row)] = kind
        occupant.pointer[cell(column, row)] = slot
      }
    }
  }

  /// Where there are walls.
  var walls: [Placement.Place] {
    (0..<height).flatMap { y in
      (0..<width).filter { kind[cell($0, y)] == Self.wall }.map { Placement.Place($0, y) }
    }
  }

  func placeWalls(_ placements: [Placement], key: RandomKey) throws(UserError) {
    for (index, placement) in placements.enumerated() {
      try place(placement, "walls", columns: 1, rows: 1, hasTurns: false, key: key.split(index)) {
        set($0.x, $0.y, 1, 1, Self.wall, -1)
      }
    }
  }
}
