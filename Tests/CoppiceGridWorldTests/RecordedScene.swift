import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

/// A scene that was recorded from the original package; `Recordings/README.md` has its layout.
struct RecordedScene: Decodable {
  struct World: Decodable {
    let width: Int
    let height: Int
    let embedding_size: Int
    let minimap_mode: Bool
    let turn_mode: Bool
    let food_mode: Bool
    let types: [String: Kind]
    let groups: [String]
    let symbols: [Symbol]
    let rules: [Rule]

    /// Its rules, for groups of these names.
    func rules(_ groups: [WorldDescription.Group]) throws -> [RewardRule] {
      let symbols = symbols.enumerated().map { index, symbol in
        let group = groups[symbol.group].name
        if let number = symbol.number { return AgentSymbol.number(group, number) }
        return symbol.word == "all" ? .all(group) : .any(group, "symbol \(index)")
      }
      return try rules.map { recorded in
        var rule = RewardRule(on: try recorded.on.event(symbols), isTerminal: recorded.terminal)
        rule.receivers = zip(recorded.receivers, recorded.values).map {
          RewardRule.Receiver(symbols[$0], $1)
        }
        return rule
      }
    }
  }

  struct Symbol: Decodable {
    let group: Int
    let word: String?
    let number: Int?

    init(from decoder: any Decoder) throws {
      let table = try decoder.container(keyedBy: CodingKeys.self)
      group = try table.decode(Int.self, forKey: .group)
      number = try? table.decode(Int.self, forKey: .index)
      word = try? table.decode(String.self, forKey: .index)
    }

    private enum CodingKeys: String, CodingKey { case group, index }
  }

  /// `["attack", s, o]`, `["in", s, x1, y1, x2, y2]`, `["and", e, e]`, and so on.
  indirect enum Expression: Decodable {
    case about(String, [Int])
    case joined(String, [Expression])

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      let word = try list.decode(String.self)
      if ["and", "or", "not"].contains(word) {
        var parts: [Expression] = []
        while !list.isAtEnd { parts.append(try list.decode(Expression.self)) }
        self = .joined(word, parts)
      } else {
        var numbers: [Int] = []
        while !list.isAtEnd { numbers.append(try list.decode(Int.self)) }
        self = .about(word, numbers)
      }
    }

    func event(_ symbols: [AgentSymbol]) throws -> Event {
      switch self {
      case .joined("and", let parts): return .and(try parts.map { try $0.event(symbols) })
      case .joined("or", let parts): return .or(try parts.map { try $0.event(symbols) })
      case .joined(_, let parts): return .not(try #require(parts.first).event(symbols))
      case .about(let word, let numbers):
        let subject = symbols[numbers[0]]
        switch word {
        case "attack": return .attack(subject, symbols[numbers[1]])
        case "kill": return .kill(subject, symbols[numbers[1]])
        case "collide": return .collide(subject, symbols[numbers[1]])
        case "die": return .die(subject)
        case "in_a_line": return .inALine(subject)
        case "at": return .at(subject, x: numbers[1], y: numbers[2])
        default:
          try #require(word == "in")
          return .within(
            subject,
            Event.Box(left: numbers[1], top: numbers[2], right: numbers[3], bottom: numbers[4]))
        }
      }
    }
  }

  struct Rule: Decodable {
    let on: Expression
    let receivers: [Int]
    let values: [Float]
    let terminal: Bool
  }

  struct Kind: Decodable {
    let width: Int?
    let length: Int?
    let speed: Double?
    let hp: Float?
    let view_range: [Double]?
    let attack_range: [Double]?
    let damage: Float?
    let step_recover: Float?
    let kill_supply: Float?
    let food_supply: Float?
    let eat_ability: Float?
    let attack_in_group: Bool?
    let can_absorb: Bool?
    let step_reward: Float?
    let kill_reward: Float?
    let dead_penalty: Float?
    let attack_penalty: Float?

    var type: AgentType {
      var type = AgentType()
      (type.width, type.length) = (width ?? 1, length ?? 1)
      (type.speed, type.health) = (speed ?? 1, hp ?? 1)
      view_range.map { type.view = Reach(radius: $0[0], angle: $0[1]) }
      attack_range.map { type.attack = Reach(radius: $0[0], angle: $0[1]) }
      (type.damage, type.recovery) = (damage ?? 0, step_recover ?? 0)
      (type.killSupply, type.hitsOwnGroup) = (kill_supply ?? 0, attack_in_group ?? false)
      (type.absorbs, type.stepReward) = (can_absorb ?? false, step_reward ?? 0)
      (type.killReward, type.deathReward) = (kill_reward ?? 0, dead_penalty ?? 0)
      type.attackReward = attack_penalty ?? 0
      (type.foodSupply, type.eatAbility) = (food_supply ?? 0, eat_ability ?? 0)
      return type
    }
  }

  /// `[handle, "custom", [[x, y, …], …]]` or `[handle, "fill", x, y, width, height, …]`.
  struct Placed: Decodable {
    let handle: Int
    let placement: Placement

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      handle = try list.decode(Int.self)
      if try list.decode(String.self) == "custom" {
        placement = .at(
          try list.decode([[Int]].self).map {
            Placement.Place($0[0], $0[1], Self.direction($0.count > 2 ? $0[2] : 0))
          })
      } else {
        let numbers = try (0..<4).map { _ in try list.decode(Int.self) }
        let direction = list.isAtEnd ? 0 : try list.decode(Int.self)
        placement = .filling(
          x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3],
          direction: Self.direction(direction))
      }
    }

    private static func direction(_ number: Int) -> Direction {
      Direction(rawValue: UInt8(number)) ?? .north
    }
  }

  struct Observations: Decodable {
    let views: [[Float]]
    let features: [[Float]]
  }

  struct State: Decodable {
    let ids: [[Int]]
    let positions: [[Int]]
    let observations: [Observations?]?
  }

  struct Step: Decodable {
    let actions: [[Int]?]
    let done: Bool
    let rewards: [[Float]]
    let alive: [[Int]]
    let before_clear: [Observations?]?
    let after: State
  }

  let world: World
  let placements: [Placed]
  let walls: [[Int]]
  let start: State
  let steps: [Step]

  init(named name: String) throws {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Recordings"))
    self = try JSONDecoder().decode(RecordedScene.self, from: Data(contentsOf: url))
  }

  private enum CodingKeys: String, CodingKey {
    case world, placements, walls, start, steps
  }

  /// The world as it was, in which agents move in the order of their groups.
  func description() throws -> WorldDescription {
    var description = WorldDescription(width: world.width, height: world.height)
    (description.hasTurns, description.hasMinimap) = (world.turn_mode, world.minimap_mode)
    (description.numberBits, description.moveOrder) = (world.embedding_size, .submitted)
    description.hasFood = world.food_mode
    description.walls = placements.filter { $0.handle < 0 }.map(\.placement)
    description.groups = world.groups.enumerated().map { handle, name in
      WorldDescription.Group(
        "\(name) \(handle)", world.types[name]?.type ?? AgentType(),
        placements.filter { $0.handle == handle }.map(\.placement))
    }
    description.rules = try world.rules(description.groups)
    return description
  }
}
