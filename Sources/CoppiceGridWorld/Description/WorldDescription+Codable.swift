import CoppiceTensors

extension WorldDescription: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case width, height, types, groups, walls, rules
    case stepLimit = "step_limit"
    case hasTurns = "turns"
    case moveOrder = "move_order"
    case numberBits = "number_bits"
    case hasMinimap = "minimap"
    case hasFood = "food"
    case foodItems = "food_items"
  }

  /// Reads the world from its table; what may be left out is as in ``init(width:height:groups:)``.
  ///
  /// - Throws: `UserError` of kind `configuration` for a key that is not known, for one that is missing, and for a
  ///   type that is not there; otherwise as the decoder does.
  public init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "the world")
    let types: [String: AgentType] = try table.valueIfPresent(.types) ?? [:]
    self.init(width: try table.value(.width), height: try table.value(.height))
    let written: [WrittenGroup] = try table.value(.groups)
    groups = try written.map { try $0.group(types) }
    if let unused = types.keys.sorted().first(where: { name in
      !written.contains { $0.type == .named(name) }
    }) {
      throw UserError(
        .configuration, found: "a type \"\(unused)\" that no group is of",
        expected: "a group with type = \"\(unused)\"", action: "add one, or remove the type")
    }
    try table.read(.walls, into: &walls)
    try table.read(.rules, into: &rules)
    stepLimit = try table.valueIfPresent(.stepLimit)
    try table.read(.hasTurns, into: &hasTurns)
    if let word: String = try table.valueIfPresent(.moveOrder) {
      guard let order = TurnOrder(rawValue: word) else {
        throw UserError(
          .configuration, found: "move_order is \"\(word)\"",
          expected: "one of \(TurnOrder.allCases.map(\.rawValue).joined(separator: ", "))",
          action: "correct it")
      }
      moveOrder = order
    }
    try table.read(.numberBits, into: &numberBits)
    try table.read(.hasMinimap, into: &hasMinimap)
    try table.read(.hasFood, into: &hasFood)
    try table.read(.foodItems, into: &foodItems)
  }

  /// Writes what differs from ``init(width:height:groups:)``; a type that several groups have stands there once,
  /// under the name of the first of them.
  public func encode(to encoder: any Encoder) throws {
    let ordinary = WorldDescription(width: width, height: height)
    var table = encoder.container(keyedBy: CodingKeys.self)
    try table.encode(width, forKey: .width)
    try table.encode(height, forKey: .height)
    if let stepLimit { try table.encode(stepLimit, forKey: .stepLimit) }
    try table.encode(hasTurns, .hasTurns, unless: ordinary.hasTurns)
    try table.encode(moveOrder, .moveOrder, unless: ordinary.moveOrder)
    try table.encode(numberBits, .numberBits, unless: ordinary.numberBits)
    try table.encode(hasMinimap, .hasMinimap, unless: ordinary.hasMinimap)
    try table.encode(hasFood, .hasFood, unless: ordinary.hasFood)
    try table.encode(foodItems, .foodItems, unless: ordinary.foodItems)
    try table.encode(walls, .walls, unless: ordinary.walls)
    try table.encode(rules, .rules, unless: ordinary.rules)
    var types: [String: AgentType] = [:]
    let written = groups.map { group in
      let first = groups.first { $0.type == group.type } ?? group
      types[first.name] = first.type
      return WrittenGroup(group, type: .named(first.name))
    }
    try table.encode(types, forKey: .types)
    try table.encode(written, forKey: .groups)
  }
}

/// A group as a table: its type has a name, or stands in it.
private struct WrittenGroup: Codable {
  enum Kind: Equatable {
    case named(String)
    case own(AgentType)
  }

  let name: String
  var type = Kind.own(AgentType())
  var placements: [Placement] = []

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case name, type, placements
  }

  init(_ group: WorldDescription.Group, type: Kind) {
    (name, placements) = (group.name, group.placements)
    self.type = type
  }

  init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "a group")
    name = try table.value(.name)
    if let word: String = try? table.valueIfPresent(.type) {
      type = .named(word)
    } else if let own: AgentType = try table.valueIfPresent(.type) {
      type = .own(own)
    }
    try table.read(.placements, into: &placements)
  }

  func encode(to encoder: any Encoder) throws {
    var table = encoder.container(keyedBy: CodingKeys.self)
    try table.encode(name, forKey: .name)
    switch type {
    case .named(let word): try table.encode(word, forKey: .type)
    case .own(let type): try table.encode(type, forKey: .type)
    }
    try table.encode(placements, .placements, unless: [])
  }

  func group(_ types: [String: AgentType]) throws -> WorldDescription.Group {
    switch type {
    case .own(let type): return WorldDescription.Group(name, type, placements)
    case .named(let word):
      guard let type = types[word] else {
        throw UserError(
          .configuration, found: "the group \"\(name)\" of a type \"\(word)\", which is not there",
          expected: types.isEmpty
            ? "a table [types.\(word)]" : "one of \(types.keys.sorted().joined(separator: ", "))",
          action: "add the type, or correct its name")
      }
      return WorldDescription.Group(name, type, placements)
    }
  }
}

extension Food: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case amount, placements
  }

  /// Reads the food from its table.
  ///
  /// - Throws: `UserError` of kind `configuration` for a key that is not known, and for one that is missing.
  public init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "food")
    self.init(try table.value(.amount), try table.value(.placements))
  }

  /// Writes the food as a table.
  public func encode(to encoder: any Encoder) throws {
    var table = encoder.container(keyedBy: CodingKeys.self)
    try table.encode(amount, forKey: .amount)
    try table.encode(placements, forKey: .placements)
  }
}
