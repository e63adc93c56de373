import CoppiceTensors

extension Placement: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case anywhere, at, filling
  }

  /// Reads the placement from its table, which has one key.
  ///
  /// - Throws: `UserError` of kind `configuration` for another key, and for none or several.
  public init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "a placement")
    let count: Int? = try table.valueIfPresent(.anywhere)
    let places: [Place]? = try table.valueIfPresent(.at)
    let rectangle: Rectangle? = try table.valueIfPresent(.filling)
    switch (count, places, rectangle) {
    case (let count?, nil, nil): self = .anywhere(count)
    case (nil, let places?, nil): self = .at(places)
    case (nil, nil, let own?):
      self = .filling(
        x: own.x, y: own.y, width: own.width, height: own.height, direction: own.facing)
    default:
      throw UserError(
        .configuration, found: "a placement in \(table.name) that says none or several of its ways",
        expected: "one of \(CodingKeys.allCases.map(\.stringValue).joined(separator: ", "))",
        action: "write a table for each, as in [{ anywhere = 5 }, { at = [[3, 4]] }]")
    }
  }

  /// Writes the placement as a table with one key.
  public func encode(to encoder: any Encoder) throws {
    var table = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .anywhere(let count): try table.encode(count, forKey: .anywhere)
    case .at(let places): try table.encode(places, forKey: .at)
    case .filling(let x, let y, let width, let height, let direction):
      try table.encode(
        Rectangle(x: x, y: y, width: width, height: height, facing: direction), forKey: .filling)
    }
  }
}

/// Cells that are to be filled, as a table.
private struct Rectangle: Codable {
  let x: Int
  let y: Int
  let width: Int
  let height: Int
  var facing = Direction.north

  enum CodingKeys: String, CodingKey, CaseIterable {
    case x, y, width, height, facing
  }

  init(x: Int, y: Int, width: Int, height: Int, facing: Direction) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
    self.facing = facing
  }

  init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "a rectangle")
    (x, y) = (try table.value(.x), try table.value(.y))
    (width, height) = (try table.value(.width), try table.value(.height))
    try table.read(.facing, into: &facing)
  }

  func encode(to encoder: any Encoder) throws {
    var table = encoder.container(keyedBy: CodingKeys.self)
    try table.encode(x, forKey: .x)
    try table.encode(y, forKey: .y)
    try table.encode(width, forKey: .width)
    try table.encode(height, forKey: .height)
    try table.encode(facing, .facing, unless: .north)
  }
}

extension Placement.Place: Codable {
  /// Reads the place from its list, `[3, 4]` or `[3, 4, "east"]`.
  ///
  /// - Throws: `UserError` of kind `configuration` for a list of another length; otherwise as the decoder does.
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    guard list.count == 2 || list.count == 3 else {
      throw UserError(
        .configuration, found: "a place with \(list.count ?? 0) entries",
        expected: "a column, a row, and, where agents turn, where it faces",
        action: "write it like [3, 4] or [3, 4, \"east\"]")
    }
    self.init(try list.decode(Int.self), try list.decode(Int.self))
    if !list.isAtEnd { direction = try list.decode(Direction.self) }
  }

  /// Writes the place as a list.
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(x)
    try list.encode(y)
    if direction != .north { try list.encode(direction) }
  }
}

extension Direction: Codable {
  /// The direction as a word.
  var word: String { String(describing: self) }

  /// Reads the word.
  ///
  /// - Throws: `UserError` of kind `configuration` for another word; otherwise as the decoder does.
  public init(from decoder: any Decoder) throws {
    let word = try decoder.singleValueContainer().decode(String.self)
    guard let direction = Self.allCases.first(where: { $0.word == word }) else {
      throw UserError(
        .configuration, found: "an agent that faces \"\(word)\"",
        expected: "one of \(Self.allCases.map(\.word).joined(separator: ", "))",
        action: "correct it")
    }
    self = direction
  }

  /// Writes the word.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(word)
  }
}
