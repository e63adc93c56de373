import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Groups that are alike")
struct RolesTests {
  /// Which groups of a world are alike, as pairs.
  private func pairs(_ world: WorldDescription) -> [[Int]] {
    world.groups.indices.flatMap { first in
      world.groups.indices.filter { $0 > first && world.isAlike(first, $0) }.map { [first, $0] }
    }
  }

  @Test("the sides of a battle are, hunters and prey are not")
  func catalogue() {
    #expect(pairs(.battle()) == [[0, 1]])
    #expect(pairs(.battlefield()) == [[0, 1]])
    // fighters of one kind on either side, and not those of two kinds on one side
    #expect(pairs(.combinedArms()) == [[0, 2], [1, 3]])
    for world in [WorldDescription.pursuit(), .gather(), .tigerDeer()] {
      #expect(pairs(world).isEmpty)
    }
    #expect(WorldDescription.pursuit().isAlike(1, 1))
  }

  @Test("what one side alone is paid, or is, sets it apart")
  func differences() {
    var paid = WorldDescription.battle()
    paid.rules.append(RewardRule(on: .die(.any("red")), pays: [.any("blue"): 1]))
    #expect(pairs(paid).isEmpty)
    // the same rule twice is not two rules that mirror each other
    paid.rules.append(RewardRule(on: .die(.any("red")), pays: [.any("blue"): 1]))
    #expect(pairs(paid).isEmpty)
    paid.rules.removeLast()
    paid.rules.append(RewardRule(on: .die(.any("blue")), pays: [.any("red"): 1]))
    #expect(pairs(paid) == [[0, 1]])
    var strong = WorldDescription.battle()
    strong.groups[1].type.health += 1
    #expect(pairs(strong).isEmpty)
  }

  @Test("rules of every kind are turned, down to what they are made of")
  func events() {
    func world(_ event: (AgentSymbol, AgentSymbol) -> Event, mirrored: Bool) -> WorldDescription {
      var world = WorldDescription.battle()
      let (red, blue) = (AgentSymbol.any("red"), AgentSymbol.any("blue"))
      world.rules = [RewardRule(on: event(red, blue), pays: [red: 1])]
      if mirrored { world.rules.append(RewardRule(on: event(blue, red), pays: [blue: 1])) }
      return world
    }
    let box = Event.Box(left: 1, top: 1, right: 9, bottom: 9)
    let events: [(AgentSymbol, AgentSymbol) -> Event] = [
      { .attack($0, $1) }, { .kill($0, $1) }, { .collide($0, $1) },
      { own, _ in .die(own) }, { own, _ in .at(own, x: 3, y: 4) },
      { own, _ in .within(own, box) }, { own, _ in .inALine(own) },
      { own, _ in .aligned(own) }, { .and([.attack($0, $1), .not(.die($1))]) },
      { .or([.die($0), .kill($1, $0)]) },
    ]
    for event in events {
      #expect(pairs(world(event, mirrored: true)) == [[0, 1]])
      #expect(pairs(world(event, mirrored: false)).isEmpty)
    }
  }

  @Test("worlds come in sizes where they have some")
  func sizes() throws {
    let catalogue = WorldCatalogue.standard
    for entry in catalogue.entries where entry.name != "gather" {
      let usual = try entry.description(size: entry.description.width)
      #expect(usual == entry.description)
      for size in Array(4...120) + [301] {
        guard let world = try? entry.description(size: size) else {
          #expect(size < 46)
          continue
        }
        #expect(world.width == size)
        _ = try GridWorld(world, key: RandomKey(seed: 1))
      }
      for size in [3, 1001] {
        let error = #expect(throws: UserError.self) { try entry.description(size: size) }
        #expect(error?.description.contains("\(size)") == true)
      }
    }
    #expect(throws: UserError.self) { try catalogue.entry("gather").description(size: 50) }
  }
}
