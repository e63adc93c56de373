import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

@Suite("Rules as they are written")
struct RewardFormatTests {
  private let red = AgentSymbol.any("red")
  private let blue = AgentSymbol.any("blue")

  private var world: WorldDescription {
    WorldDescription(
      width: 20, height: 10,
      groups: [
        WorldDescription.Group("red", .soldier, [.anywhere(3)]),
        WorldDescription.Group("blue", .soldier, [.anywhere(2)]),
      ])
  }

  private func message(_ rule: RewardRule) -> String {
    var world = world
    let other = RewardRule(on: .die(red), pays: [red: 1])
    world.rules = [other, rule]
    do throws(UserError) {
      _ = try GridWorld(world, key: RandomKey(seed: 1))
      return "fine"
    } catch {
      return error.kind == .configuration
        ? [error.found, error.expected, error.action].joined(separator: "; ") : "another kind"
    }
  }

  // MARK: Errors

  @Test("groups, labels and receivers have to be known")
  func names() {
    let green = AgentSymbol.any("green", "a")
    #expect(
      message(RewardRule(on: .attack(red, green), pays: [red: 1]))
        == "rule 2 speaks of green:a, and there is no group \"green\"; one of red, blue; "
        + "correct the group")
    #expect(message(RewardRule(on: .die(red), pays: [.all("green"): 1])).contains("green:all"))
    #expect(
      message(RewardRule(on: .attack(red, blue), pays: [.any("red", "a"): 1]))
        == "rule 2 pays red:a, who is not in its event; one of red, blue; "
        + "name the receiver as the event does")
    #expect(
      message(RewardRule(on: .die(red), pays: [.all("blue"): 1, .number("red", 2): 1])) == "fine")
    for label in ["all", "3", "-1", "a:b"] {
      #expect(
        message(RewardRule(on: .die(.any("red", label)), pays: [.any("red", label): 1]))
          == "rule 2 has the label of red:\(label); "
          + "a label that is not \"all\", no number and without a colon; "
          + "rename it, or use the symbol that it reads as")
    }
  }

  @Test("numbers have to be those of agents")
  func numbers() {
    #expect(
      message(RewardRule(on: .die(.number("red", -1)), pays: [.all("red"): 1]))
        == "rule 2 speaks of red:-1; a number from 0; "
        + "count the agents of a group from 0, in the order in which they are placed")
    #expect(message(RewardRule(on: .die(.number("blue", 1)), pays: [.all("red"): 1])) == "fine")
    #expect(
      message(RewardRule(on: .die(.number("blue", 2)), pays: [.all("red"): 1]))
        == "rule 2 speaks of blue:2; a number below 2, the agents of blue that were placed; "
        + "correct the number, or place more agents")
  }

  @Test("an object is one other agent, and a line is of all")
  func kinds() {
    for event in [Event.attack(red, .all("blue")), .not(.and([.attack(red, .all("blue"))]))] {
      #expect(
        message(RewardRule(on: event, pays: [red: 1]))
          == "rule 2 has red attack blue:all; one agent to attack; write blue instead")
    }
    #expect(message(RewardRule(on: .kill(red, .all("red")), pays: [red: 1])).contains("to kill"))
    #expect(
      message(RewardRule(on: .collide(red, red), pays: [red: 1]))
        == "rule 2 has red collide itself; two agents; give one of them another label")
    #expect(
      message(RewardRule(on: .inALine(red), pays: [red: 1]))
        == "rule 2 has red in a line; all of a group; "
        + "write red:all, or \"aligned\" for one agent")
  }

  @Test("cells lie in the world, boxes have cells, and nothing is empty")
  func contents() {
    #expect(
      message(RewardRule(on: .at(red, x: 3, y: 10), pays: [red: 1]))
        == "rule 2 has red at (3, 10); a cell of 20 × 10; move it into the world")
    let box = Event.Box(left: 3, top: 3, right: 4, bottom: 9)
    #expect(
      message(RewardRule(on: .within(red, box), pays: [red: 1]))
        == "rule 2 has red between columns 3 and 4, rows 3 and 9, where there are no cells; "
        + "right and bottom larger than left and top by 2 or more; "
        + "widen the box; its border is not part of it")
    for event in [Event.and([]), .or([]), .not(.or([]))] {
      #expect(
        message(RewardRule(on: event, isTerminal: true))
          == "rule 2 has an \"and\" or an \"or\" of no events; one or more; add events, "
          + "or leave it out")
    }
    #expect(
      message(RewardRule(on: .die(red)))
        == "rule 2 pays nobody and is not terminal; a receiver, or terminal; "
        + "add what it is for, or leave the rule out")
    for value in [Float.nan, .infinity, -2e9] {
      #expect(
        message(RewardRule(on: .die(red), pays: [red: value]))
          == "rule 2 pays red \(value); from -1e9 to 1e9; change it")
    }
  }

  // MARK: Text

  @Test("symbols are the text that they are read from")
  func symbols() throws {
    let texts: [(AgentSymbol, String)] = [
      (red, "red"), (.any("red", "a"), "red:a"), (.all("red"), "red:all"),
      (.number("red", 12), "red:12"), (.any("a:b"), "a:b:"), (.any("a:b", "c"), "a:b:c"),
    ]
    for (symbol, text) in texts {
      #expect(symbol.description == text)
      let data = try JSONEncoder().encode([symbol])
      #expect(try JSONDecoder().decode([AgentSymbol].self, from: data) == [symbol])
    }
  }

  @Test("rules are the tables that they are read from, and the same when written and read again")
  func roundTrip() throws {
    let box = Event.Box(left: 2, top: 3, right: 8, bottom: 9)
    let event = Event.and([
      .attack(.any("red", "a"), blue), .kill(.all("red"), blue), .collide(red, .number("blue", 1)),
      .or([.die(red), .at(red, x: 1, y: 2), .within(.all("blue"), box)]),
      .not(.aligned(red)), .inALine(.all("blue")),
    ])
    var rule = RewardRule(on: event, pays: [red: 0.25, .all("blue"): -1], isTerminal: true)
    let text = """
      {"event": {"and": [
        {"attack": ["red:a", "blue"]}, {"kill": ["red:all", "blue"]},
        {"collide": ["red", "blue:1"]},
        {"or": [
          {"die": "red"}, {"at": {"agent": "red", "x": 1, "y": 2}},
          {"within": {"agent": "blue:all", "left": 2, "top": 3, "right": 8, "bottom": 9}}]},
        {"not": {"aligned": "red"}}, {"in_a_line": "blue:all"}]},
       "receivers": [{"agent": "red", "value": 0.25}, {"agent": "blue:all", "value": -1}],
       "terminal": true}
      """
    #expect(try JSONDecoder().decode(RewardRule.self, from: Data(text.utf8)) == rule)
    let data = try JSONEncoder().encode(rule)
    #expect(try JSONDecoder().decode(RewardRule.self, from: data) == rule)
    rule = RewardRule(on: .die(red))
    let short = Data(#"{"event": {"die": "red"}}"#.utf8)
    #expect(try JSONDecoder().decode(RewardRule.self, from: short) == rule)
    var world = world
    world.rules = [rule]
    let written = try JSONEncoder().encode(world)
    #expect(try JSONDecoder().decode(WorldDescription.self, from: written) == world)
  }

  @Test("tables that are no events say why")
  func wrongTables() throws {
    let kinds = "attack, kill, collide, die, at, within, aligned, and, or, not, in_a_line"
    let cases = [
      (#"{"attac": ["a", "b"]}"#, "an event with attac", "one of \(kinds)"),
      (#"{"kill": ["a", "b"], "die": "a"}"#, "an event with die and kill", "one of \(kinds)"),
      (#"{"attack": ["a"]}"#, "attack with 1 agents", "two, who does it and to whom"),
    ]
    for (text, found, expected) in cases {
      do {
        _ = try JSONDecoder().decode(Event.self, from: Data(text.utf8))
        Issue.record("read \(text)")
      } catch let error as UserError {
        #expect(error.found == found && error.expected == expected)
      }
    }
  }
}
