import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Rules of reward")
struct RewardRuleTests {
  private func place(_ x: Int, _ y: Int) -> Placement.Place { Placement.Place(x, y) }

  private func scene(
    _ rules: [RewardRule], _ groups: [(AgentType, [Placement.Place])], seed: UInt64 = 1
  ) throws -> Scene {
    try Scene(groups, seed: seed, rules: rules)
  }

  /// One that does nothing and earns nothing.
  private var stone: AgentType {
    var type = AgentType()
    type.health = 10
    return type
  }

  private var tiger: AgentType {
    var type = AgentType()
    (type.health, type.damage, type.attack) = (10, 1, Reach(radius: 1.5))
    return type
  }

  private let strike = Event.attack(.any("group 0"), .any("group 1"))

  // MARK: Whom rules pay

  @Test("one that strikes and then dies keeps the reward of its death and is paid by the rule")
  func deadSubject() throws {
    let rule = RewardRule(on: strike, pays: [.any("group 0"): 0.2])
    var weak = AgentType.soldier
    weak.health = 1
    var seen: Set<Float> = []
    for seed in 0..<40 {
      let scene = try scene(
        [rule],
        [
          (weak, [place(5, 5)]), (AgentType.soldier, [place(4, 5)]),
          (AgentType.soldier, [place(6, 5)]),
        ], seed: UInt64(seed))
      scene.step([scene.attack(-1, 0)], [], [scene.attack(-1, 0, of: 2)])
      #expect(scene.world.isAlive(of: 0) == [false])
      seen.formUnion(scene.world.rewards(of: 0))
    }
    // whether it struck before it died is a matter of chance
    #expect(seen.sorted() == [-0.1, 0.1])
  }

  @Test("a blow that kills is a kill and no attack, and one that comes too late is neither")
  func kill() throws {
    let rules = [
      RewardRule(on: strike, pays: [.any("group 0"): 8]),
      RewardRule(on: .kill(.any("group 0"), .any("group 1")), pays: [.any("group 0"): 1]),
      RewardRule(on: .die(.any("group 1")), pays: [.any("group 1"): -4, .all("group 0"): 16]),
    ]
    var weak = stone
    weak.health = 0.5
    let scene = try scene(rules, [(tiger, [place(4, 5), place(6, 5)]), (weak, [place(5, 5)])])
    scene.step([scene.attack(1, 0), scene.attack(-1, 0)])
    #expect(scene.world.rewards(of: 0).sorted() == [16, 17])
    #expect(scene.world.rewards(of: 1) == [-4])
  }

  @Test("hits on one's own group are paid for by rules about one's own group alone")
  func ownGroup() throws {
    var type = tiger
    type.hitsOwnGroup = true
    let own = RewardRule(
      on: .attack(.any("group 0", "a"), .any("group 0", "b")),
      pays: [.any("group 0", "a"): 1, .any("group 0", "b"): -2])
    let rules = [RewardRule(on: strike, pays: [.any("group 0"): 100]), own]
    let scene = try scene(rules, [(type, [place(4, 5), place(5, 5)]), (stone, [place(8, 8)])])
    scene.step([scene.attack(1, 0)])
    #expect(scene.world.rewards(of: 0) == [1, -2] && scene.world.rewards(of: 1) == [0])
  }

  @Test("of k tigers on a deer each has 2 (k - 1) times the value", arguments: 1...6)
  func tigers(count: Int) throws {
    let event = Event.and([
      .attack(.any("group 0", "a"), .any("group 1")),
      .attack(.any("group 0", "b"), .any("group 1")),
    ])
    let rules = [
      RewardRule(on: event, pays: [.any("group 0", "a"): 0.5, .any("group 0", "b"): 0.5]),
      RewardRule(on: strike, pays: [.any("group 1"): -0.1]),
    ]
    let around = [(4, 4), (5, 4), (6, 4), (4, 5), (6, 5), (4, 6)].map { place($0.0, $0.1) }
    let scene = try scene(
      rules, [(tiger, Array(around.prefix(count))), (stone, [place(5, 5), place(9, 9)])])
    scene.step(scene.cells().map { scene.attack(5 - $0[0], 5 - $0[1]) })
    #expect(scene.world.rewards(of: 0) == [Float](repeating: Float(count - 1), count: count))
    #expect(abs(scene.world.rewards(of: 1)[0] + 0.1 * Float(count)) < 1e-6)
    #expect(scene.world.rewards(of: 1)[1] == 0)
  }

  @Test("all of a group have the value for every time, and are not told of it as their last reward")
  func all() throws {
    let rule = RewardRule(on: strike, pays: [.all("group 0"): 2, .all("group 1"): -1])
    let scene = try scene(
      [rule], [(tiger, [place(4, 5), place(6, 5), place(9, 9)]), (stone, [place(5, 5)])])
    scene.step([scene.attack(1, 0), scene.attack(-1, 0)])
    #expect(scene.world.rewards(of: 0) == [4, 4, 4] && scene.world.rewards(of: 1) == [-2])
    #expect(scene.world.groups.map(\.reward) == [4, -2])
    scene.world.clearDead()
    #expect(scene.world.groups.map(\.reward) == [0, 0])
    let length = scene.world.featureCount(of: 0)
    let features = AlignedBuffer<Float>(count: length)
    scene.world.writeFeatures(of: 0..<1, in: 0, to: features.pointer)
    #expect(features[length - 1] == 0)
  }

  // MARK: Places

  @Test("a box is without its border, a cell is one cell, and agents have numbers for life")
  func places() throws {
    let box = Event.Box(left: 2, top: 2, right: 5, bottom: 5)
    let rules = [
      RewardRule(on: .within(.any("group 0"), box), pays: [.any("group 0"): 1]),
      RewardRule(on: .at(.any("group 0"), x: 2, y: 3), pays: [.any("group 0"): 10]),
      RewardRule(on: .within(.number("group 0", 3), box), pays: [.number("group 0", 3): 100]),
      RewardRule(on: .at(.number("group 1", 0), x: 8, y: 8), pays: [.number("group 1", 0): 1000]),
    ]
    let cells = [(2, 3), (3, 2), (5, 4), (4, 4), (3, 3), (4, 5)].map { place($0.0, $0.1) }
    let scene = try scene(rules, [(stone, cells), (stone, [place(8, 8)])])
    scene.world.step()
    #expect(scene.world.rewards(of: 0) == [10, 0, 0, 101, 1, 0])
    #expect(scene.world.rewards(of: 1) == [1000])
  }

  @Test("an agent with a number is found where it moved in the list, and gone when it died")
  func numbers() throws {
    let rules = [
      RewardRule(on: .die(.number("group 0", 0)), pays: [.all("group 1"): 1]),
      RewardRule(on: .not(.die(.number("group 0", 2))), pays: [.number("group 0", 2): 4]),
      RewardRule(
        on: .not(.die(.number("group 0", 0))), pays: [.number("group 0", 2): 8]),
      RewardRule(on: .not(.die(.number("group 0", 2))), pays: [.number("group 0", 0): 16]),
    ]
    var weak = stone
    weak.health = 0.5
    let scene = try scene(
      rules, [(weak, [place(5, 5), place(7, 7), place(8, 8)]), (tiger, [place(4, 5)])])
    scene.step([], [scene.attack(1, 0, of: 1)])
    #expect(scene.world.rewards(of: 1) == [1] && scene.world.rewards(of: 0) == [16, 0, 4])
    scene.world.clearDead()
    scene.world.step()
    #expect(scene.world.numbers(of: 0) == [2, 1] && scene.world.rewards(of: 0) == [4, 0])
    #expect(scene.world.rewards(of: 1) == [0])
  }

  @Test("aligned agents share a row or a column with a living mate")
  func aligned() throws {
    let rule = RewardRule(on: .aligned(.any("group 0")), pays: [.any("group 0"): 1])
    let everybody = RewardRule(on: .aligned(.all("group 0")), pays: [.all("group 1"): 1])
    var weak = stone
    weak.health = 0.5
    let scene = try scene(
      [rule, everybody],
      [(weak, [place(2, 2), place(7, 2), place(7, 9), place(4, 5)]), (tiger, [place(8, 9)])])
    scene.world.step()
    #expect(scene.world.rewards(of: 0) == [1, 1, 1, 0] && scene.world.rewards(of: 1) == [0])
    scene.world.clearDead()
    scene.step([-1, -1, -1, scene.move(0, 1)], [scene.attack(-1, 0, of: 1)])
    // the dead one is nobody's mate
    #expect(scene.world.isAlive(of: 0) == [true, true, false, true])
    #expect(scene.world.rewards(of: 0) == [1, 1, 0, 0])
  }

  @Test("a line is one row or column without gaps, of bodies of any size")
  func line() throws {
    let rule = RewardRule(on: .inALine(.all("group 0")), pays: [.all("group 0"): 1])
    var wide = stone
    wide.width = 2
    let cases: [(AgentType, [(Int, Int)], Float)] = [
      (stone, [(3, 4), (5, 4), (4, 4)], 1), (stone, [(3, 4), (3, 6), (3, 5)], 1),
      (stone, [(3, 4), (4, 4), (6, 4)], 0), (stone, [(3, 4), (4, 4), (5, 5)], 0),
      (stone, [(3, 4)], 1), (wide, [(2, 4), (4, 4)], 1), (wide, [(2, 4), (5, 4)], 0),
      (wide, [(2, 4), (2, 5)], 1),
    ]
    for (type, cells, reward) in cases {
      let scene = try scene([rule], [(type, cells.map { place($0.0, $0.1) })])
      scene.world.step()
      #expect(scene.world.rewards(of: 0)[0] == reward, "\(cells)")
    }
  }

  // MARK: All of a group, none of a group

  @Test("what is not done to anybody in particular is paid to those that met with nobody too")
  func negation() throws {
    let rule = RewardRule(on: .not(strike), pays: [.any("group 0"): 1, .any("group 1"): 8])
    let scene = try scene(
      [rule], [(tiger, [place(4, 5), place(8, 8)]), (stone, [place(5, 5), place(1, 1)])])
    scene.step([scene.attack(1, 0)])
    #expect(scene.world.rewards(of: 0) == [1, 2] && scene.world.rewards(of: 1) == [8, 16])
  }

  @Test("what all do, each of them does; of nobody it is true")
  func everybody() throws {
    let rules = [
      RewardRule(
        on: .attack(.all("group 0"), .any("group 1")),
        pays: [.all("group 0"): 1, .any("group 1"): -1]),
      RewardRule(on: .die(.all("group 2")), pays: [.all("group 1"): 16]),
    ]
    let groups = [
      (tiger, [place(4, 5), place(6, 5)]), (stone, [place(5, 5), place(1, 1)]), (stone, []),
    ]
    for both in [false, true] {
      let scene = try scene(rules, groups)
      scene.step([scene.attack(1, 0), both ? scene.attack(-1, 0) : -1])
      #expect(scene.world.rewards(of: 0) == (both ? [1, 1] : [0, 0]))
      #expect(scene.world.rewards(of: 1) == (both ? [15, 16] : [16, 16]))
    }
  }

  // MARK: The end

  @Test("a terminal rule ends the world until the next step, and so does an empty group")
  func terminal() throws {
    let rule = RewardRule(on: .at(.any("group 0"), x: 5, y: 5), isTerminal: true)
    let scene = try scene([rule], [(stone, [place(4, 5)]), (stone, [place(1, 1)])])
    #expect(!scene.world.isOver)
    scene.step([scene.move(1, 0)])
    #expect(scene.world.isOver && scene.world.isEndedByRule)
    scene.world.clearDead()
    #expect(scene.world.isOver)
    scene.step([scene.move(1, 0)])
    #expect(!scene.world.isOver && !scene.world.isEndedByRule)
    let alone = try self.scene([rule], [(stone, [place(4, 5)]), (stone, [])])
    #expect(alone.world.isOver && !alone.world.isEndedByRule)
  }
}
