import CoppiceTensors

/// Finds the nearest agent of another group, however agents lie.
///
/// ```swift
/// let search = NearestSearch(of: world)
/// search.refresh()
/// if let enemy = search.nearest(toX: 12, y: 30, besides: 0) { … }
/// ```
///
/// The living are sorted into squares of 8 × 8 cells; above these lie squares of twice the side, and so on up to one
/// over the whole world, each with the groups that are in it. A search begins in the square of who asks and climbs
/// for as long as somebody nearer could lie outside, so it costs little where the nearest is near, and little more
/// than the number of levels where everybody is far away.
///
/// Distances are between the upper left cells of bodies.
public final class NearestSearch {
  /// Somebody who was found.
  public struct Found: Sendable, Equatable {
    /// The upper left cell of its body.
    public var x: Int
    /// The same, from the top.
    public var y: Int
    /// The square of the distance, in cells.
    public var squaredDistance: Int
  }

  /// Squares of one size, row by row.
  private struct Level {
    var columns: Int
    var rows: Int
    /// Of the first in ``masks``.
    var first: Int
  }

  /// Where agents are looked for.
  public let world: GridWorld
  private let levels: [Level]
  /// `[squares]`, level by level: a bit for each group that has somebody in it.
  private let masks: AlignedBuffer<UInt64>
  /// `[squares of the lowest level + 1]`: where the agents of each begin in the lists below.
  private let first: AlignedBuffer<Int32>
  /// `[N]`, square by square, in each by slot.
  private let slots: AlignedBuffer<Int32>
  private let cells: AlignedBuffer<SIMD2<Int16>>
  private let groupOf: AlignedBuffer<UInt8>
  /// `[N]`, by slot: see ``measureDistances(of:)``.
  let squaredDistances: AlignedBuffer<Int32>
  /// Whose agents are asked for while threads share the work.
  var askedGroup = 0

  private static let shift = 3

  /// A search in `world`, which knows nobody before it is refreshed.
  ///
  /// - Complexity: memory of 13 bytes for each agent, and of about 15 for every 64 cells.
  public init(of world: GridWorld) {
    self.world = world
    var (levels, count): ([Level], Int) = ([], 0)
    var (columns, rows) = (
      (world.map.width + 7) >> Self.shift, (world.map.height + 7) >> Self.shift
    )
    while true {
      levels.append(Level(columns: columns, rows: rows, first: count))
      count += columns * rows
      if columns == 1, rows == 1 { break }
      (columns, rows) = ((columns + 1) / 2, (rows + 1) / 2)
    }
    self.levels = levels
    masks = AlignedBuffer(count: count)
    first = AlignedBuffer(count: levels[0].columns * levels[0].rows + 1)
    let capacity = world.agents.number.count
    slots = AlignedBuffer(count: capacity)
    cells = AlignedBuffer(count: capacity)
    groupOf = AlignedBuffer(count: capacity)
    squaredDistances = AlignedBuffer(count: capacity)
  }

  /// Looks where everybody is now; the dead of the last step are left out.
  ///
  /// - Complexity: O(`N` + cells / 64); nothing is allocated.
  public func refresh() {
    masks.zero()
    first.zero()
    let (agents, starts) = (world.agents, first.pointer)
    for (index, group) in world.groups.enumerated() {
      let bit = UInt64(1) << UInt64(index)
      for slot in group.slots where agents.isDead.pointer[slot] == 0 {
        let square = square(of: slot)
        starts[square] += 1
        masks.pointer[square] |= bit
      }
    }
    // each entry becomes the end of its square, and its beginning while agents are put in from behind
    var sum: Int32 = 0
    for square in 0..<first.count {
      sum += starts[square]
      starts[square] = sum
    }
    for (index, group) in world.groups.enumerated().reversed() {
      for slot in group.slots.reversed() where agents.isDead.pointer[slot] == 0 {
        let square = square(of: slot)
        starts[square] -= 1
        let place = Int(starts[square])
        slots.pointer[place] = Int32(slot)
        cells.pointer[place] = SIMD2(agents.x.pointer[slot], agents.y.pointer[slot])
        groupOf.pointer[place] = UInt8(index)
      }
    }
    buildLevels()
  }

  @inline(__always)
  private func square(of slot: Int) -> Int {
    let (x, y) = (Int(world.agents.x.pointer[slot]), Int(world.agents.y.pointer[slot]))
    return (y >> Self.shift) * levels[0].columns + x >> Self.shift
  }

  private func buildLevels() {
    for index in 1..<max(1, levels.count) {
      let (below, above) = (levels[index - 1], levels[index])
      for row in 0..<below.rows {
        let from = masks.pointer + below.first + row * below.columns
        let to = masks.pointer + above.first + row / 2 * above.columns
        for column in 0..<below.columns { to[column / 2] |= from[column] }
      }
    }
  }

  /// The nearest agent that is not of one group.
  ///
  /// - Parameters:
  ///   - x: A cell of the world, from the left.
  ///   - y: The same, from the top.
  ///   - group: Whose agents are not looked for.
  /// - Returns: Of those equally near the first by group and then by its place in it; nothing where there is nobody.
  /// - Complexity: O(levels + agents within the distance), at worst O(`N`).
  public func nearest(toX x: Int, y: Int, besides group: Int) -> Found? {
    precondition(world.map.contains(x, y), "a cell of the world")
    var search = Search(x: x, y: y, mask: ~(1 << UInt64(group)), group: UInt8(group))
    climb(&search)
    guard search.place >= 0 else { return nil }
    let cell = cells.pointer[search.place]
    return Found(x: Int(cell.x), y: Int(cell.y), squaredDistance: search.squaredDistance)
  }

  // MARK: A search

  private struct Search {
    let x: Int
    let y: Int
    /// The groups that are looked for.
    let mask: UInt64
    let group: UInt8
    var squaredDistance = Int.max
    var slot = Int32.max
    var place = -1
  }

  private func climb(_ search: inout Search) {
    var (column, row) = (search.x >> Self.shift, search.y >> Self.shift)
    look(into: column, row, at: 0, &search)
    for level in 0..<(levels.count - 1) {
      let side = 1 << (Self.shift + level)
      let (left, top) = (column * side, row * side)
      let gap = min(
        search.x - left + 1, left + side - search.x, search.y - top + 1, top + side - search.y)
      if gap * gap > search.squaredDistance { return }
      let own = column & 1 | (row & 1) << 1
      for other in 1..<4 {
        let corner = own ^ other
        look(into: column & ~1 | corner & 1, row & ~1 | corner >> 1, at: level, &search)
      }
      (column, row) = (column >> 1, row >> 1)
    }
  }

  /// Searches a square, unless everybody in it is too far away or of the wrong group.
  private func look(into column: Int, _ row: Int, at level: Int, _ search: inout Search) {
    let own = levels[level]
    guard column < own.columns, row < own.rows else { return }
    let square = row * own.columns + column
    guard masks.pointer[own.first + square] & search.mask != 0 else { return }
    let side = 1 << (Self.shift + level)
    let (left, top) = (column * side, row * side)
    let x = max(left - search.x, search.x - (left + side - 1), 0)
    let y = max(top - search.y, search.y - (top + side - 1), 0)
    // somebody equally near may come first
    guard x * x + y * y <= search.squaredDistance else { return }
    guard level > 0 else { return scan(square, &search) }
    let (middleX, middleY) = (left + side / 2, top + side / 2)
    let near = (search.x >= middleX ? 1 : 0) | (search.y >= middleY ? 2 : 0)
    for other in 0..<4 {
      let corner = near ^ other
      look(into: 2 * column + corner & 1, 2 * row + corner >> 1, at: level - 1, &search)
    }
  }

  @inline(__always)
  private func scan(_ square: Int, _ search: inout Search) {
    let end = Int(first.pointer[square + 1])
    for place in Int(first.pointer[square])..<end where groupOf.pointer[place] != search.group {
      let cell = cells.pointer[place]
      let (x, y) = (Int(cell.x) - search.x, Int(cell.y) - search.y)
      let (distance, slot) = (x * x + y * y, slots.pointer[place])
      guard
        distance < search.squaredDistance
          || distance == search.squaredDistance && slot < search.slot
      else { continue }
      (search.squaredDistance, search.slot, search.place) = (distance, slot, place)
    }
  }
}
