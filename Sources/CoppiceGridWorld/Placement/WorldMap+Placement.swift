import CoppiceRandom
import CoppiceTensors

extension WorldMap {
  /// Calls `put` for every place of `placement` that is free, one after the other.
  ///
  /// - Parameters:
  ///   - columns: Of a body that faces north; as many as rows of one that faces east.
  ///   - rows: The others.
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
      try placeAnywhere(count, name, size, hasTurns, key, put)
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
        guard failures <= cellCount else {
          throw UserError(
            .configuration,
            found: "no room for \(count) \(name) in \(width) × \(height) cells, after \(placed)",
            expected: "fewer of them", action: "ask for fewer, or make the world larger")
        }
      }
    }
  }
}
