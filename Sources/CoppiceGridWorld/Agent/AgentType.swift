public import CoppiceTensors

/// What all agents of a group have in common: body, senses, strength, and what is good for them.
///
/// ## As a table
/// ```toml
/// [types.soldier]
/// health = 10
/// view = { radius = 6 }
/// attack = { radius = 1.5 }
/// ```
/// Everything may be left out; see ``init()`` for what is meant then.
///
/// ## Source
/// The attributes of MAgent (Zheng et al. 2018, arXiv 1712.00600) and their defaults, under names of our own.
public struct AgentType: Sendable, Equatable {
  /// Cells from left to right, as it faces north.
  public var width = 1
  /// Cells from front to back.
  public var length = 1
  /// How far it moves in a step, in cells.
  public var speed = 1.0
  /// Health at the beginning, and at most; below 0, not at 0, an agent dies.
  public var health: Float = 1
  /// What it sees.
  public var view = Reach(radius: 1)
  /// What it strikes.
  public var attack = Reach(radius: 0)
  /// Health that a hit takes from the victim.
  public var damage: Float = 0
  /// Health that comes back at every step, or that is lost where it is negative.
  public var recovery: Float = 0
  /// Health that its killer gains.
  public var killSupply: Float = 0
  /// What its killer leaves of it in the cell that was struck, in a world with food.
  public var foodSupply: Float = 0
  /// How much food it eats with a strike at it, and so how much health that gives back.
  public var eatAbility: Float = 0
  /// Whether it hits members of its own group.
  public var hitsOwnGroup = false
  /// Whether it swallows the first agent that runs into it.
  public var absorbs = false
  /// Reward of every step.
  public var stepReward: Float = 0
  /// Reward of its killer.
  public var killReward: Float = 0
  /// Its reward when it dies, in place of all that it had earned in the step.
  public var deathReward: Float = 0
  /// Its reward for every attack, hit or not; usually a price.
  public var attackReward: Float = 0

  /// An agent that sees its neighbours, moves by one, and harms nobody.
  public init() {}

  /// The cells that it sees, around its middle.
  public var viewRange: CellRange { CellRange(view, bodyWidth: width, inner: 0) }

  /// The cells that it strikes, around its middle.
  public var attackRange: CellRange {
    CellRange(attack, bodyWidth: width, inner: Double(width) / 2)
  }

  /// Where a move leads, the middle one to where it stands.
  public var moveRange: CellRange { CellRange(circle: speed) }

  /// Checks every attribute.
  ///
  /// - Parameter group: Whose type it is, for the message.
  /// - Throws: `UserError` of kind `configuration` that names the attribute.
  public func validate(_ group: String) throws(UserError) {
    func require(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws(UserError) {
      guard range.contains(value) else {
        throw UserError(
          .configuration, found: "\(name) of \(group) is \(value)",
          expected: "from \(range.lowerBound) to \(range.upperBound)", action: "change it")
      }
    }
    try require("width", Double(width), 1...16)
    try require("length", Double(length), 1...16)
    try require("speed", speed, 0...16)
    try require("health", Double(health), 0...1e9)
    for (name, reach) in [("view", view), ("attack", attack)] {
      try require("\(name) radius", reach.radius, 0...64)
      guard reach.angle == 360 || (reach.angle > 0 && reach.angle < 180) else {
        throw UserError(
          .configuration, found: "the \(name) angle of \(group) is \(reach.angle)",
          expected: "360, or above 0 and below 180", action: "change it")
      }
    }
    for (name, value) in [
      ("damage", damage), ("food_supply", foodSupply), ("eat_ability", eatAbility),
    ] { try require(name, Double(value), 0...1e9) }
    for (name, value) in [
      ("recovery", recovery), ("kill_supply", killSupply), ("step_reward", stepReward),
      ("kill_reward", killReward), ("death_reward", deathReward), ("attack_reward", attackReward),
    ] { try require(name, Double(value), -1e9...1e9) }
  }
}
