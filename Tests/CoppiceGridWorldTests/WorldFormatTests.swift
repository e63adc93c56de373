import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

@Suite("Worlds as they are written")
struct WorldFormatTests {
  private func read(_ text: String) throws -> WorldDescription {
    try JSONDecoder().decode(WorldDescription.self, from: Data(text.utf8))
  }

  private func found(_ text: String) -> String? {
    #expect(throws: UserError.self) { _ = try read(text) }?.found
  }

  @Test(
    "every world is what is read from what it is written as",
    arguments: WorldCatalogue.standard.entries.map(\.name))
  func standard(name: String) throws {
    let description = try WorldCatalogue.standard.entry(name).description
    #expect(
      try JSONDecoder().decode(
        WorldDescription.self, from: JSONEncoder().encode(description)) == description)
  }

  @Test("everything that can be said of a world is kept")
  func everything() throws {
    var type = AgentType()
    (type.width, type.length, type.speed, type.health) = (2, 3, 1.5, 4)
    (type.view, type.attack) = (Reach(radius: 5, angle: 120), Reach(radius: 2, angle: 90))
    (type.damage, type.recovery, type.killSupply) = (1.25, -0.1, 8)
    (type.foodSupply, type.eatAbility) = (2.5, 0.3)
    (type.hitsOwnGroup, type.absorbs, type.stepReward) = (true, true, -0.005)
    (type.killReward, type.deathReward, type.attackReward) = (5, -1, -0.2)
    var description = WorldDescription(width: 30, height: 20)
    let east = Placement.Place(3, 4, .east)
    description.groups = [
      WorldDescription.Group("a b", type, [.at([east, Placement.Place(9, 9)]), .anywhere(2)]),
      WorldDescription.Group(
        "c", type, [.filling(x: 1, y: 2, width: 6, height: 4, direction: .south)]),
      WorldDescription.Group("empty", AgentType()),
    ]
    description.walls = [.anywhere(7), .filling(x: 15, y: 1, width: 2, height: 9)]
    (description.hasTurns, description.hasMinimap, description.numberBits) = (true, true, 6)
    (description.moveOrder, description.stepLimit) = (.submitted, 250)
    (description.hasFood, description.foodItems) = (true, [Food(2.5, [.anywhere(4)])])
    let red = AgentSymbol.any("a b", "x")
    description.rules = [
      RewardRule(
        on: .and([.die(red), .not(.or([.aligned(red), .at(red, x: 2, y: 3)]))]),
        pays: [red: 0.1, .all("c"): -2], isTerminal: true)
    ]
    let text = try JSONEncoder().encode(description)
    #expect(try JSONDecoder().decode(WorldDescription.self, from: text) == description)
    _ = try GridWorld(description, key: RandomKey(seed: 1))
  }

  @Test("what is left out is as usual, and a type may stand in its group")
  func defaults() throws {
    let read = try read(
      #"{"width": 9, "height": 8, "groups": [{"name": "a"}, {"name": "b", "type": {"speed": 2}}]}"#)
    var runner = AgentType()
    runner.speed = 2
    #expect(
      read
        == WorldDescription(
          width: 9, height: 8,
          groups: [
            WorldDescription.Group("a", AgentType()), WorldDescription.Group("b", runner),
          ]))
  }

  @Test("keys and words that are not known, and those that are missing, are one clear error each")
  func errors() {
    let start = #"{"width": 9, "height": 8, "groups": "#
    #expect(found(#"{"height": 8, "groups": []}"#) == "the world without width")
    #expect(found(#"{"width": 9, "hight": 8}"#) == "unknown key \"hight\" in the world")
    #expect(found(start + #"[{"nam": "a"}]}"#)?.contains("unknown key \"nam\"") == true)
    #expect(found(start + #"[{"type": "x"}]}"#)?.contains("without name") == true)
    #expect(
      found(start + #"[{"name": "a", "type": "x"}]}"#)
        == "the group \"a\" of a type \"x\", which is not there")
    #expect(
      found(start + #"[{"name": "a"}], "types": {"x": {}}}"#)
        == "a type \"x\" that no group is of")
    #expect(
      found(start + #"[{"name": "a", "type": {"sped": 1}}]}"#)?.contains("\"sped\"") == true)
    #expect(
      found(start + #"[{"name": "a", "type": "x"}], "types": {"x": {"veiw": {"radius": 3}}}}"#)
        == "unknown key \"veiw\" in types.x")
    #expect(
      found(start + #"[{"name": "a", "type": {"view": {"angle": 30}}}]}"#)?.contains(
        "without radius") == true)
    for placement in [#"{}"#, #"{"at": [], "anywhere": 2}"#] {
      #expect(
        found(start + #"[{"name": "a", "placements": ["# + placement + "]}]}")?.contains(
          "none or several of its ways") == true)
    }
    #expect(
      found(start + #"[{"name": "a", "placements": [{"at": [[1]]}]}]}"#)
        == "a place with 1 entries")
    #expect(
      found(start + #"[{"name": "a", "placements": [{"at": [[1, 2, "up"]]}]}]}"#)
        == "an agent that faces \"up\"")
    #expect(found(start + #"[], "move_order": "any"}"#) == "move_order is \"any\"")
    for rule in [
      #"{"event": {"atack": ["a", "b"]}}"#, #"{"evnt": {"die": "a"}}"#,
      #"{"event": {"die": "a"}, "receivers": [{"agnt": "a", "value": 1}]}"#,
      #"{"event": {"at": {"agent": "a", "x": 1, "z": 2}}}"#,
      #"{"event": {"within": {"agent": "a", "left": 1, "rigth": 2}}}"#,
    ] {
      let message = found(start + #"[{"name": "a"}], "rules": ["# + rule + "]}") ?? ""
      #expect(message.contains("unknown key") || message.contains("an event with atack"))
    }
  }

  @Test("places outside, food without food and limits of 0 are one clear error each")
  func values() throws {
    func error(_ change: (inout WorldDescription) -> Void) -> String? {
      var description = WorldDescription.battle()
      change(&description)
      return #expect(throws: UserError.self) {
        _ = try GridWorld(description, key: RandomKey(seed: 1))
      }?.found
    }
    let far = Placement.Place(.max, 3)
    #expect(
      error { $0.walls = [.at([far])] }?.hasPrefix("walls at (9223372036854775807, 3)") == true)
    #expect(
      error { $0.groups[1].placements = [.filling(x: .max, y: 1, width: 2, height: 2)] }?.hasPrefix(
        "blue at (9223372036854775807, 1)") == true)
    #expect(error { $0.stepLimit = 0 } == "step_limit is 0")
    #expect(
      error { $0.foodItems = [Food(1, [.anywhere(3)])] } == "food_items in a world without food")
    #expect(
      error { $0.groups[0].type.eatAbility = 1 }
        == "food_supply or eat_ability of red in a world without food")
    #expect(
      error { ($0.hasFood, $0.foodItems) = (true, [Food(0, [])]) }
        == "food_items with an amount of 0.0")
    #expect(
      error { ($0.hasFood, $0.foodItems) = (true, [Food(1, [.anywhere(2000)])]) }?.contains(
        "no room for") == true)
  }
}
