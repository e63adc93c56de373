import CoppiceRandom
import CoppiceTensors

extension WorldMap {
  /// Calls `put` for every place of `placement` that is free, one after the other.
  ///
  /// - Parameters:
  ///   - placement: Where.
  ///   - name: Whose places they are, for messages.
  ///   - columns: Of a body that faces north; as many as rows of one that faces east.
  ///   - rows: The others.
  ///   - hasTurns: Whether agents face somewhere.
  ///   - key: Randomness, where places are drawn.
  ///   - put: Takes a place that is free.
  /// - Throws: `UserError` of kind `configuration` for a place outside, and when there is no room.
  func place(
    _ placement: Placement, _ name: String, columns: Int, rows: Int, hasTurns: Bool,
    key: RandomKey, _ put: (Placement.Place) -> Void
  ) throws(UserError) {
    func size(_ direction: Direction) -> (columns: Int, rows: Int) {
      direction == .north || direction == .south ? (columns, rows) : (rows, columns)
    }
    func putWhereFree(_ place: Placement.Place) throws(UserError) {
      var place = place
      if !hasTurns { place.direction = .north }
      let size = size(place.direction)
      guard place.x >= 0, place.y >= 0, place.x + size.columns <= width,
        place.y + size.rows <= height
      else {
        throw UserError(
          .configuration,
          found: "\(name) at (\(place.x), \(place.y)) of a world of \(width) × \(height) cells",
          expected: "places within it", action: "move them, or make the world larger")
      }
      if isFree(place.x, place.y, size.columns, size.rows) { put(place) }
    }
    switch placement {
    case .at(let places):
      for place in places { try putWhereFree(place) }
    case .filling(let x, let y, let fillWidth, let fillHeight, let direction):
      let size = size(hasTurns ? direction : .north)
      for row in stride(from: y, through: y + fillHeight - size.rows, by: size.rows) {
        for column in stride(from: x, through: x + fillWidth - size.columns, by: size.columns) {
          try putWhereFree(Placement.Place(column, row, direction))
        }
      }
    case .anywhere(let count):
      if columns == 1, rows == 1 {
        try scatter(count, name, hasTurns, key, put)
      } else {
        try placeAnywhere(count, name, size, hasTurns, key, put)
      }
    }
  }

  private func placeAnywhere(
    _ count: Int, _ name: String, _ size: (Direction) -> (columns: Int, rows: Int),
    _ hasTurns: Bool, _ key: RandomKey, _ put: (Placement.Place) -> Void
  ) throws(UserError) {
    var stream = key.stream()
    for placed in 0..<max(0, count) {
      var failures = 0
      while true {
        let direction: Direction =
          hasTurns
          ? Direction(rawValue: UInt8(stream.nextIndex(below: 4))) ?? .north : .north
        let own = size(direction)
        let x = stream.nextIndex(below: max(1, width - own.columns))
        let y = stream.nextIndex(below: max(1, height - own.rows))
        if isFree(x, y, own.columns, own.rows) {
          put(Placement.Place(x, y, direction))
          break
        }
        failures += 1
        guard failures <= cellCount else { throw noRoom(count, name, for: placed) }
      }
    }
  }

  /// Draws `count` of the free cells, every choice as likely as any other, in the order of rows: those that are
  /// near each other in the world are so in memory.
  ///
  /// ## Source
  /// Selection sampling, algorithm S of Knuth, The Art of Computer Programming, volume 2, section 3.4.2.
  private func scatter(
    _ count: Int, _ name: String, _ hasTurns: Bool, _ key: RandomKey,
    _ put: (Placement.Place) -> Void
  ) throws(UserError) {
    var free = (0..<height).reduce(0) { free, y in
      free + (0..<width).count { kind[cell($0, y)] == Self.blank }
    }
    guard count <= free else { throw noRoom(count, name, for: free) }
    var (wanted, stream) = (count, key.stream())
    for y in 0..<height {
      for x in 0..<width where wanted > 0 && kind[cell(x, y)] == Self.blank {
        if stream.nextUniform() * Double(free) < Double(wanted) {
          let direction = hasTurns ? stream.nextIndex(below: 4) : Int(Direction.north.rawValue)
          put(Placement.Place(x, y, Direction(rawValue: UInt8(direction)) ?? .north))
          wanted -= 1
        }
        free -= 1
      }
    }
  }

  private func noRoom(_ count: Int, _ name: String, for placed: Int) -> UserError {
    UserError(
      .configuration,
      found: "no room for \(count) \(name) in \(width) × \(height) cells, but for \(placed)",
      expected: "no more than there is room for",
      action: "ask for fewer, or make the world larger")
  }
}
