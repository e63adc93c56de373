import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

/// The standard worlds are those of MAgent2, of which `Recordings/spaces.json` is.
@Suite("Standard worlds")
struct WorldsTests {
  struct Recorded: Decodable {
    struct Spaces: Decodable {
      let actions: Int
      let attack_base: Int
      let view: [Int]
      let features: Int
    }

    let name: String
    let world: RecordedScene.World
    let spaces: [Spaces]
    let counts: [Int]
    let inner_wall_count: Int
    let max_cycles: Int
    let positions: [[Int]]?
    let walls: [[Int]]?
  }

  private struct File: Decodable {
    let environments: [Recorded]
  }

  private func recorded(_ name: String) throws -> Recorded {
    let url = try #require(
      Bundle.module.url(forResource: "spaces", withExtension: "json", subdirectory: "Recordings"))
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    return try #require(file.environments.first { $0.name == name })
  }

  @Test(
    "types, actions, observations, numbers and places are those of the original",
    arguments: [
      ("battle_v4", WorldDescription.battle()), ("battlefield_v5", .battlefield()),
      ("adversarial_pursuit_v4", .pursuit()), ("combined_arms_v6", .combinedArms()),
      ("gather_v5", .gather()), ("tiger_deer_v4", .tigerDeer()),
    ])
  func original(name: String, description: WorldDescription) throws {
    let recorded = try recorded(name)
    let world = try GridWorld(description, key: RandomKey(seed: 1))
    #expect(
      description.width == recorded.world.width && description.height == recorded.world.height)
    #expect(description.stepLimit == recorded.max_cycles)
    #expect(description.numberBits == recorded.world.embedding_size)
    #expect(world.groups.map(\.count) == recorded.counts)
    for (index, group) in world.groups.enumerated() {
      #expect(group.type == recorded.world.types[recorded.world.groups[index]]?.type)
      let (shape, spaces) = (world.viewShape(of: index), recorded.spaces[index])
      #expect(group.actions.count == spaces.actions)
      #expect(group.actions.firstAttack == spaces.attack_base)
      #expect([shape.height, shape.width, shape.channels] == spaces.view)
      #expect(world.featureCount(of: index) == spaces.features)
      if let positions = recorded.positions {
        #expect(
          world.places(of: index).flatMap { [$0.x, $0.y] } == positions[index], "\(group.name)")
      }
    }
    #expect(
      try Set(description.rules.map(text))
        == Set(recorded.world.rules(description.groups).map(text)))
    let walls = world.walls.filter {
      $0.x > 0 && $0.y > 0 && $0.x < description.width - 1 && $0.y < description.height - 1
    }
    #expect(walls.count == recorded.inner_wall_count)
    if let cells = recorded.walls { #expect(walls.map { [$0.x, $0.y] } == cells) }
  }

  /// A rule as JSON, in which symbols are called by their places in its event.
  private func text(_ rule: RewardRule) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var text = String(decoding: try encoder.encode(rule), as: UTF8.self)
    for (place, symbol) in rule.event.symbols.enumerated() {
      text = text.replacing("\"\(symbol)\"", with: "\"\(symbol.group), \(place)\"")
    }
    return text
  }

  @Test("armies of any size are mixed over a field of the same density")
  func mixed() throws {
    for count in [64, 1001, 20_000] {
      let world = try GridWorld(.mixedBattle(agents: count), key: RandomKey(seed: 1))
      #expect(world.groups.reduce(0) { $0 + $1.count } == count)
      let cells = Double(world.description.width * world.description.height)
      #expect(Double(count) / cells <= 0.08 && Double(count) / cells > 0.05)
    }
  }

  @Test("what cannot be is one clear error")
  func badInput() throws {
    func error(_ change: (inout WorldDescription) -> Void) -> UserError? {
      var description = WorldDescription.battle()
      change(&description)
      return #expect(throws: UserError.self) {
        _ = try GridWorld(description, key: RandomKey(seed: 1))
      }
    }
    #expect(error { $0.groups = [] }?.found == "a world with 0 groups")
    #expect(error { $0.width = 2 }?.found == "a world with a width of 2")
    #expect(error { $0.groups[1].name = "red" }?.found.contains("called \"red\"") == true)
    #expect(error { $0.groups[0].type.speed = -1 }?.found == "speed of red is -1.0")
    #expect(error { $0.groups[0].type.attack.angle = 200 }?.found.contains("attack angle") == true)
    #expect(error { $0.groups[0].type.health = .nan }?.found == "health of red is nan")
    #expect(error { $0.numberBits = 40 }?.found == "number_bits is 40")
    #expect(
      error { $0.groups[0].placements = [.anywhere(-1)] }?.found
        == "-1 places for red in 2025 cells")
    #expect(
      error { $0.groups[0].placements = [.at([Placement.Place(45, 3)])] }?.found
        == "red at (45, 3) of a world of 45 × 45 cells")
    #expect(
      error { $0.groups[0].placements = [.anywhere(2000)] }?.found.contains("no room for 2000 red")
        == true)
    #expect(
      error { $0.walls = [.anywhere(5000)] }?.found == "5000 places for walls in 2025 cells")
    #expect(
      error { $0.groups[0].placements = [.filling(x: 1, y: 1, width: 99, height: 2)] }?.found
        .contains("99 × 2") == true)
    // the border is of walls
    #expect(
      error { $0.groups[0].placements = [.at([Placement.Place(0, 3)])] }?.found
        == "no room for any of red, whose places are all taken")
  }
}
