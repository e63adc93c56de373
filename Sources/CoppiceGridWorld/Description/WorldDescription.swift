public import CoppiceTensors

/// In which order those who want the same thing get their turn.
public enum TurnOrder: String, Codable, Sendable, CaseIterable {
  /// By chance, anew in every step: no group has an advantage.
  case shuffled
  /// As they were placed, the first group first.
  case submitted
}

/// A world as it is written down: its size, who lives in it, and where they begin.
///
/// ## As a table
/// ```toml
/// width = 30
/// height = 20
/// step_limit = 500
/// walls = [{ filling = { x = 14, y = 4, width = 2, height = 12 } }]
///
/// [types.soldier]
/// health = 10
/// damage = 2
/// view = { radius = 6 }
/// attack = { radius = 1.5 }
///
/// [[groups]]
/// name = "red"
/// type = "soldier"
/// placements = [{ anywhere = 20 }]
///
/// [[groups]]
/// name = "blue"
/// type = "soldier"
/// placements = [{ anywhere = 20 }]
///
/// [[rules]]
/// event = { attack = ["red", "blue"] }
/// receivers = [{ agent = "red", value = 0.2 }]
/// ```
/// Besides these keys there are `turns`, `move_order`, `number_bits`, `minimap`, `food` and `[[food_items]]`
/// (`amount`, `placements`). Only `width`, `height`, `groups` and the names of groups have to be there. A key that
/// is not known is an error. See ``AgentType``, ``Placement``, ``RewardRule`` and ``Event`` for theirs.
public struct WorldDescription: Sendable, Equatable {
  /// A group of agents of one type.
  public struct Group: Sendable, Equatable {
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
  /// Whether there is food that is no agent: whoever is killed leaves some, and views show where it lies.
  public var hasFood = false
  /// Food that is there from the beginning; it is placed after the walls.
  public var foodItems: [Food] = []
  /// After how many steps a ``WorldEpisode`` is cut off; never where there is no number.
  public var stepLimit: Int?
  /// What is paid besides what the types of the agents say.
  public var rules: [RewardRule] = []

  /// A world with a wall around it and nothing in it.
  public init(width: Int, height: Int, groups: [Group] = []) {
    (self.width, self.height, self.groups) = (width, height, groups)
  }

  /// Checks sizes, names, types, places and rules; whether there is room is seen when agents are placed.
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
    if let stepLimit {
      guard stepLimit > 0 else {
        throw UserError(
          .configuration, found: "step_limit is \(stepLimit)", expected: "1 or more",
          action: "change it, or leave it out")
      }
    }
    try validateFood()
    for placement in walls { try placement.validate("walls", in: self) }
    for group in groups {
      for placement in group.placements { try placement.validate(group.name, in: self) }
    }
    for (index, rule) in rules.enumerated() { try rule.validate(in: self, RewardRule.name(index)) }
  }
}
