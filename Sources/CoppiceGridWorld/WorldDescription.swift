public import CoppiceTensors

/// In which order those who want the same thing get their turn.
public enum TurnOrder: String, Codable, Sendable, CaseIterable {
  /// By chance, anew in every step: no group has an advantage.
  case shuffled
  /// As they were placed, the first group first.
  case submitted
}

/// A world as it is written down: its size, who lives in it, and where they begin.
public struct WorldDescription: Codable, Sendable, Equatable {
  /// A group of agents of one type.
  public struct Group: Codable, Sendable, Equatable {
    /// What it is called.
    public var name: String
    /// What its agents are.
    public var type: AgentType
    /// Where they begin, one after the other.
    public var placements: [Placement]

    /// A group from its parts.
    public init(_ name: String, _ type: AgentType, _ placements: [Placement] = []) {
      self.name = name
      self.type = type
      self.placements = placements
    }
  }

  /// How many groups there are at most.
  static let mostGroups = 64

  /// Cells from left to right, the walls at the border included.
  public var width: Int
  /// Cells from top to bottom.
  public var height: Int
  /// The groups, in their order.
  public var groups: [Group]
  /// Walls besides those of the border; they are placed first.
  public var walls: [Placement] = []
  /// Whether agents face somewhere, and turn.
  public var hasTurns = false
  /// In which order agents move.
  public var moveOrder = TurnOrder.shuffled
  /// Bits of an agent's number that it is told.
  public var numberBits = 0
  /// Whether views show where all agents are, on a small map.
  public var hasMinimap = false
  /// What is paid besides what the types of the agents say.
  public var rules: [RewardRule] = []

  /// A world with a wall around it and nothing in it.
  public init(width: Int, height: Int, groups: [Group] = []) {
    (self.width, self.height, self.groups) = (width, height, groups)
  }

  private enum CodingKeys: String, CodingKey {
    case width, height, groups, walls, rules
    case hasTurns = "turns"
    case moveOrder = "move_order"
    case numberBits = "number_bits"
    case hasMinimap = "minimap"
  }

  /// Checks sizes, names, types and rules; places are checked when agents are placed.
  ///
  /// - Throws: `UserError` of kind `configuration` that names what is wrong.
  public func validate() throws(UserError) {
    for (name, value) in [("width", width), ("height", height)] {
      guard (3...32_000).contains(value) else {
        throw UserError(
          .configuration, found: "a world with a \(name) of \(value)", expected: "from 3 to 32000",
          action: "change it; its border is of walls")
      }
    }
    guard !groups.isEmpty, groups.count <= Self.mostGroups else {
      throw UserError(
        .configuration, found: "a world with \(groups.count) groups",
        expected: "from 1 to \(Self.mostGroups)",
        action: "add a group, or leave some out")
    }
    for (index, group) in groups.enumerated() {
      guard !group.name.isEmpty, !groups[..<index].contains(where: { $0.name == group.name }) else {
        throw UserError(
          .configuration, found: "two groups called \"\(group.name)\", or one without a name",
          expected: "a name for each", action: "rename one of them")
      }
      try group.type.validate(group.name)
    }
    guard (0...31).contains(numberBits) else {
      throw UserError(
        .configuration, found: "number_bits is \(numberBits)", expected: "from 0 to 31",
        action: "change it")
    }
    for (index, rule) in rules.enumerated() { try rule.validate(in: self, RewardRule.name(index)) }
  }
}
