import CoppiceTensors

extension AgentType: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case width, length, speed, health, view, attack, damage, recovery, absorbs
    case killSupply = "kill_supply"
    case foodSupply = "food_supply"
    case eatAbility = "eat_ability"
    case hitsOwnGroup = "hits_own_group"
    case stepReward = "step_reward"
    case killReward = "kill_reward"
    case deathReward = "death_reward"
    case attackReward = "attack_reward"
  }

  /// Reads the type from its table; what is left out is as in ``init()``.
  ///
  /// - Throws: `UserError` of kind `configuration` for a key that is not known; otherwise as the decoder does.
  public init(from decoder: any Decoder) throws {
    self.init()
    let table = try StrictTable<CodingKeys>(decoder, "an agent type")
    try table.read(.width, into: &width)
    try table.read(.length, into: &length)
    try table.read(.speed, into: &speed)
    try table.read(.health, into: &health)
    try table.read(.view, into: &view)
    try table.read(.attack, into: &attack)
    try table.read(.damage, into: &damage)
    try table.read(.recovery, into: &recovery)
    try table.read(.absorbs, into: &absorbs)
    try table.read(.killSupply, into: &killSupply)
    try table.read(.foodSupply, into: &foodSupply)
    try table.read(.eatAbility, into: &eatAbility)
    try table.read(.hitsOwnGroup, into: &hitsOwnGroup)
    try table.read(.stepReward, into: &stepReward)
    try table.read(.killReward, into: &killReward)
    try table.read(.deathReward, into: &deathReward)
    try table.read(.attackReward, into: &attackReward)
  }

  /// Writes what differs from ``init()``.
  public func encode(to encoder: any Encoder) throws {
    let ordinary = AgentType()
    var table = encoder.container(keyedBy: CodingKeys.self)
    try table.encode(width, .width, unless: ordinary.width)
    try table.encode(length, .length, unless: ordinary.length)
    try table.encode(speed, .speed, unless: ordinary.speed)
    try table.encode(health, .health, unless: ordinary.health)
    try table.encode(view, .view, unless: ordinary.view)
    try table.encode(attack, .attack, unless: ordinary.attack)
    try table.encode(damage, .damage, unless: ordinary.damage)
    try table.encode(recovery, .recovery, unless: ordinary.recovery)
    try table.encode(absorbs, .absorbs, unless: ordinary.absorbs)
    try table.encode(killSupply, .killSupply, unless: ordinary.killSupply)
    try table.encode(foodSupply, .foodSupply, unless: ordinary.foodSupply)
    try table.encode(eatAbility, .eatAbility, unless: ordinary.eatAbility)
    try table.encode(hitsOwnGroup, .hitsOwnGroup, unless: ordinary.hitsOwnGroup)
    try table.encode(stepReward, .stepReward, unless: ordinary.stepReward)
    try table.encode(killReward, .killReward, unless: ordinary.killReward)
    try table.encode(deathReward, .deathReward, unless: ordinary.deathReward)
    try table.encode(attackReward, .attackReward, unless: ordinary.attackReward)
  }
}

extension Reach: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case radius, angle
  }

  /// Reads the reach from its table, a circle where no angle is given.
  ///
  /// - Throws: `UserError` of kind `configuration` for a key that is not known, and without a radius.
  public init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "a reach")
    self.init(radius: try table.value(.radius))
    try table.read(.angle, into: &angle)
  }

  /// Writes the reach as a table, without the angle of a circle.
  public func encode(to encoder: any Encoder) throws {
    var table = encoder.container(keyedBy: CodingKeys.self)
    try table.encode(radius, forKey: .radius)
    try table.encode(angle, .angle, unless: 360)
  }
}
