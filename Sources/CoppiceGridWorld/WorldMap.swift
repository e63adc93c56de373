import CoppiceRandom
import CoppiceTensors

/// What lies in each cell of a world.
final class WorldMap {
  /// In ``kind``: nobody, a wall, or an agent of group `kind - 2`.
  static let blank: UInt8 = 0
  static let wall: UInt8 = 1
  static let firstGroup: UInt8 = 2

  let width: Int
  let height: Int
  /// `[height, width]`.
  let kind: AlignedBuffer<UInt8>
  /// `[height, width]`: the slot of the agent that is there; says nothing where there is none.
  let occupant: AlignedBuffer<Int32>

  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    kind = AlignedBuffer(count: width * height)
    occupant = AlignedBuffer(count: width * height)
    for x in 0..<width {
      kind.pointer[x] = Self.wall
      kind.pointer[(height - 1) * width + x] = Self.wall
    }
    for y in 0..<height {
      kind.pointer[y * width] = Self.wall
      kind.pointer[y * width + width - 1] = Self.wall
    }
  }

  var cellCount: Int { width * height }
  var byteCount: Int { kind.byteCount + occupant.byteCount }

  func contains(_ x: Int, _ y: Int) -> Bool { x >= 0 && y >= 0 && x < width && y < height }

  /// Whether a body fits: every cell is blank, or taken by `slot` itself.
  func isFree(_ x: Int, _ y: Int, _ columns: Int, _ rows: Int, for slot: Int32 = -1) -> Bool {
    guard x >= 0, y >= 0, x + columns <= width, y + rows <= height else { return false }
    for row in y..<(y + rows) {
      for column in x..<(x + columns) {
        let cell = row * width + column
        let here = kind.pointer[cell]
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
        self.kind.pointer[row * width + column] = kind
        occupant.pointer[row * width + column] = slot
      }
    }
  }

  /// Where there are walls.
  var walls: [Placement.Place] {
    (0..<cellCount).filter { kind.pointer[$0] == Self.wall }
      .map { Placement.Place($0 % width, $0 / width) }
  }

  func placeWalls(_ placements: [Placement], key: RandomKey) throws(UserError) {
    for (index, placement) in placements.enumerated() {
      try place(placement, "walls", columns: 1, rows: 1, hasTurns: false, key: key.split(index)) {
        set($0.x, $0.y, 1, 1, Self.wall, -1)
      }
    }
  }
}
