import CoppiceExperiments
import CoppiceGridWorld
import CoppiceTensors
import Testing

@Suite("World files")
struct WorldFileTests {
  private static let small = """
    width = 30
    height = 20
    step_limit = 500
    walls = [{ filling = { x = 14, y = 4, width = 2, height = 12 } }]

    [types.soldier]
    health = 10
    view = { radius = 6 }
    attack = { radius = 1.5 }

    [[groups]]
    name = "red"
    type = "soldier"
    placements = [{ anywhere = 20 }, { at = [[3, 4], [5, 6]] }]

    [[groups]]
    name = "blue"
    type = "soldier"
    placements = [{ anywhere = 20 }]

    [[rules]]
    event = { and = [{ attack = ["red", "blue"] }, { not = { aligned = "red" } }] }
    receivers = [{ agent = "red", value = 0.2 }]

    """

  private func found(_ text: String) -> String? {
    #expect(throws: UserError.self) {
      _ = try WorldFile.decode(text, from: "my.toml")
    }?.found
  }

  @Test("a file says what differs from the defaults")
  func decode() throws {
    let world = try WorldFile.decode(Self.small, from: "my.toml")
    var soldier = AgentType()
    (soldier.health, soldier.view, soldier.attack) = (10, Reach(radius: 6), Reach(radius: 1.5))
    var expected = WorldDescription(
      width: 30, height: 20,
      groups: [
        WorldDescription.Group(
          "red", soldier, [.anywhere(20), .at([Placement.Place(3, 4), Placement.Place(5, 6)])]),
        WorldDescription.Group("blue", soldier, [.anywhere(20)]),
      ])
    expected.walls = [.filling(x: 14, y: 4, width: 2, height: 12)]
    expected.stepLimit = 500
    let (red, blue) = (AgentSymbol.any("red"), AgentSymbol.any("blue"))
    expected.rules = [
      RewardRule(on: .and([.attack(red, blue), .not(.aligned(red))]), pays: [red: 0.2])
    ]
    #expect(world == expected)
  }

  @Test(
    "every world is what is read from its text, at its own size and at another",
    arguments: WorldCatalogue.standard.entries.map(\.name), [nil, 3000])
  func roundTrip(name: String, agents: Int?) throws {
    var world = try WorldFile.world(called: name)
    if let agents { world = try world.scaled(toAgents: agents) }
    let text = try WorldFile.text(of: world)
    #expect(try WorldFile.decode(text, from: name) == world)
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 120 })
  }

  @Test("food, turns and names with spaces are kept in the text")
  func everything() throws {
    var eater = AgentType()
    (eater.eatAbility, eater.foodSupply, eater.recovery) = (0.3, 2.5, -0.1)
    (eater.view, eater.hitsOwnGroup) = (Reach(radius: 5, angle: 120), true)
    var world = WorldDescription(width: 12, height: 11)
    world.groups = [
      WorldDescription.Group("red \"one\"", eater, [.at([Placement.Place(3, 4, .east)])]),
      WorldDescription.Group("none", AgentType()),
    ]
    (world.hasFood, world.foodItems) = (true, [Food(2.5, [.anywhere(4)])])
    (world.hasTurns, world.hasMinimap, world.moveOrder) = (true, true, .submitted)
    let all = AgentSymbol.all("none")
    world.rules = [
      RewardRule(on: .or([.inALine(all), .die(all)]), pays: [all: -1], isTerminal: true)
    ]
    #expect(try WorldFile.decode(WorldFile.text(of: world), from: "my.toml") == world)
  }

  @Test("what is wrong is one clear error that names the file")
  func errors() throws {
    func changed(_ old: String, _ new: String) -> String? {
      let text = Self.small.replacing(old, with: new)
      #expect(text != Self.small)
      return found(text)
    }
    #expect(
      changed("health = 10", "helth = 10") == "unknown key \"helth\" in types.soldier (my.toml)")
    #expect(
      changed("step_limit", "max_cycles") == "unknown key \"max_cycles\" in the world (my.toml)")
    #expect(
      changed("[\"red\", \"blue\"]", "[\"red\", \"green\"]")
        == "rule 1 speaks of green, and there is no group \"green\" (my.toml)")
    #expect(
      changed("{ anywhere = 20 }, ", "{ anywhere = 2e4 }, ")
        == "20000 places for red in 600 cells (my.toml)")
    #expect(changed("[3, 4]", "[3, 20]")?.hasPrefix("red at (3, 20) of a world") == true)
    #expect(changed("health = 10", "health = \"much\"") == "types.soldier.health is text (my.toml)")
    #expect(changed("aligned", "algned") == "an event with algned (my.toml)")
    #expect(changed("width = 30", "width = \n")?.hasPrefix("my.toml, line 1, is no TOML") == true)
    #expect(found("width = 9\nheight = 9\ngroups = []\n") == "a world with 0 groups (my.toml)")
    #expect(found("") == "the world without width (my.toml)")
  }
}
