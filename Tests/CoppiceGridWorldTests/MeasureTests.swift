import AllocationCounting
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

#if DEBUG
  private let isDebugBuild = true
#else
  private let isDebugBuild = false
#endif

extension WorldMeasurement {
  /// The number of a measure by its name.
  func value(_ name: String, _ group: Int = 0) -> Double? {
    measures.firstIndex { $0.name == name }.flatMap { value(of: $0, group: group) }
  }

  func summary(_ name: String, _ group: Int = 0) -> Double? {
    measures.firstIndex { $0.name == name }.flatMap { summary(of: $0, group: group) }
  }
}

@Suite("Measures of groups")
struct MeasureTests {
  private func place(_ x: Int, _ y: Int) -> Placement.Place { Placement.Place(x, y) }

  private func expect(_ found: Double?, _ expected: Double, _ tolerance: Double = 1e-6) {
    #expect(found.map { abs($0 - expected) <= tolerance } ?? false, "\(String(describing: found))")
  }

  /// Four fighters, three of which strike, and two victims.
  private func fight() throws -> (Scene, WorldMeasurement) {
    var (fighter, victim) = (AgentType(), AgentType())
    (fighter.health, fighter.damage, fighter.attack) = (10, 4, Reach(radius: 1.5))
    (fighter.stepReward, fighter.attackReward) = (0.5, -0.125)
    (victim.health, victim.killReward, victim.deathReward) = (7, 5, -1)
    let scene = try Scene([
      (fighter, [place(2, 2), place(4, 2), place(7, 7), place(9, 2)]),
      (victim, [place(3, 3), place(7, 8)]),
    ])
    return (scene, WorldMeasurement(of: scene.world))
  }

  @Test("a fight, counted by hand")
  func counts() throws {
    let (scene, measured) = try fight()
    // two strike the same and kill it, one strikes another, one stays
    scene.step([scene.attack(1, 1), scene.attack(-1, 1), scene.attack(0, 1), -1])
    measured.take()
    expect(measured.value("alive"), 4)
    expect(measured.value("alive", 1), 1)
    expect(measured.value("deaths"), 0)
    expect(measured.value("deaths", 1), 1)
    expect(measured.value("kills"), 1)
    expect(measured.value("hits"), 3)
    expect(measured.value("cooperation"), 2.0 / 3)
    #expect(measured.value("cooperation", 1) == nil)
    expect(measured.value("health"), 10)
    expect(measured.value("health", 1), 3)
    // four steps, three blows and a kill
    expect(measured.value("reward"), (4 * 0.5 - 3 * 0.125 + 5) / 4)
    // the dead one has its penalty in place of what it earned, the other nothing
    expect(measured.value("reward", 1), -0.5)
    #expect(measured.value("polarisation") == nil)
    scene.world.clearDead()
    scene.step([-1, -1, scene.attack(0, 1), scene.attack(0, 1)])
    measured.take()
    expect(measured.value("hits"), 1)
    expect(measured.value("kills"), 1)
    expect(measured.value("cooperation"), 0)
    expect(measured.value("alive", 1), 0)
    #expect(measured.value("health", 1) == nil && measured.value("spread", 1) == nil)
    #expect(measured.value("nearest_enemy") == nil)
  }

  @Test("a game has sums of events, and means over all that was counted")
  func summaries() throws {
    let (scene, measured) = try fight()
    scene.step([scene.attack(1, 1), scene.attack(-1, 1), scene.attack(0, 1), -1])
    measured.take()
    scene.world.clearDead()
    scene.step([-1, -1, scene.attack(0, 1), -1])
    measured.take()
    scene.world.clearDead()
    expect(measured.summary("hits"), 4)
    expect(measured.summary("kills"), 2)
    expect(measured.summary("deaths", 1), 2)
    // two of four hits, not the mean of two thirds and nothing
    expect(measured.summary("cooperation"), 0.5)
    expect(measured.summary("alive", 1), 0.5)
    // of three agents' steps: -1 and 0, then -1
    expect(measured.summary("reward", 1), -2.0 / 3)
    #expect(measured.summary("polarisation") == nil)
    try scene.world.reset(key: RandomKey(seed: 1))
    measured.begin()
    #expect(measured.summary("hits") == nil && measured.value("hits") == nil)
  }

  @Test("how far a group is scattered, also where bodies are large and face other ways")
  func spread() throws {
    let still = AgentType()
    let scene = try Scene([(still, [place(2, 2), place(4, 2), place(2, 6), place(4, 6)])])
    let measured = WorldMeasurement(of: scene.world)
    scene.step()
    measured.take()
    // one cell aside and two up or down from the centre
    expect(measured.value("spread"), 5.0.squareRoot())
    var long = AgentType()
    (long.width, long.length) = (1, 3)
    let turned = try Scene([(long, [place(2, 2), Placement.Place(6, 3, .east)])], turns: true)
    let other = WorldMeasurement(of: turned.world)
    turned.step()
    other.take()
    // middles at (2.5, 3.5) and (7.5, 3.5)
    expect(other.value("spread"), 2.5)
  }

  @Test("how much a group moves one way: directions count, lengths and those that stay do not")
  func polarisation() throws {
    var mover = AgentType()
    mover.speed = 2
    let scene = try Scene([(mover, [place(2, 2), place(2, 4), place(2, 6), place(2, 8)])])
    let measured = WorldMeasurement(of: scene.world)
    scene.step([scene.move(2, 0), scene.move(1, 0), scene.move(0, 1), -1])
    measured.take()
    expect(measured.value("polarisation"), 5.0.squareRoot() / 3)
    scene.world.clearDead()
    scene.step([scene.move(1, 1), scene.move(1, 1), scene.move(1, 1), scene.move(1, 1)])
    measured.take()
    expect(measured.value("polarisation"), 1)
    scene.world.clearDead()
    scene.step([scene.move(1, 1), scene.move(-1, -1), -1, -1])
    measured.take()
    expect(measured.value("polarisation"), 0)
  }

  @Test("a turn is no move")
  func turns() throws {
    var long = AgentType()
    (long.width, long.length) = (1, 3)
    let scene = try Scene([(long, [place(5, 5)])], turns: true)
    let measured = WorldMeasurement(of: scene.world)
    scene.step([scene.world.groups[0].actions.firstTurn])
    // the upper left cell is another one now
    #expect(scene.cells() == [[3, 5]])
    measured.take()
    #expect(measured.value("polarisation") == nil)
  }

  @Test("the way to the nearest of another group, from either side")
  func nearestEnemy() throws {
    let still = AgentType()
    let scene = try Scene([
      (still, [place(2, 2), place(5, 2)]), (still, [place(2, 5), place(9, 2)]),
    ])
    let measured = WorldMeasurement(of: scene.world)
    scene.step()
    measured.take()
    expect(measured.value("nearest_enemy"), 3.5)
    expect(measured.value("nearest_enemy", 1), 3.5)
  }

  @Test("food that is eaten, up to what there is")
  func eaten() throws {
    var eater = AgentType()
    (eater.health, eater.eatAbility, eater.attack) = (10, 2, Reach(radius: 1))
    var description = WorldDescription(width: 9, height: 9)
    description.groups = [
      WorldDescription.Group("eater", eater, [.at([place(3, 4), place(5, 4), place(4, 3)])]),
      WorldDescription.Group("other", eater, [.at([place(7, 7)])]),
    ]
    (description.hasFood, description.foodItems) = (true, [Food(5, [.at([place(4, 4)])])])
    let world = try GridWorld(description, key: RandomKey(seed: 1))
    let measured = WorldMeasurement(of: world)
    func strike(_ x: Int, _ y: Int) -> Int {
      let space = world.groups[0].actions
      return space.firstAttack
        + (space.attacks.firstIndex(of: CellRange.Offset(x, y)) ?? -1)
    }
    world.setActions([strike(1, 0), -1, -1], of: 0)
    world.step()
    measured.take()
    world.clearDead()
    expect(measured.value("eaten"), 2)
    world.setActions([strike(1, 0), strike(-1, 0), strike(0, 1)], of: 0)
    world.step()
    measured.take()
    world.clearDead()
    expect(measured.value("eaten"), 3)
    expect(measured.value("hits"), 0)
    expect(measured.value("eaten", 1), 0)
    world.step()
    measured.take()
    expect(measured.value("eaten"), 0)
    expect(measured.summary("eaten"), 5)
  }

  @Test("measures are declared once, with columns that are words")
  func catalogue() {
    let names = WorldMeasure.standard.map(\.name)
    #expect(Set(names).count == names.count)
    for measure in WorldMeasure.standard {
      #expect(measure.name.allSatisfy { $0.isLowercase || $0 == "_" } && !measure.name.isEmpty)
      #expect(!measure.unit.isEmpty && measure.meaning.count > 10)
    }
  }

  @Test("a measure of one's own stands beside the others")
  func own() throws {
    let wounded = WorldMeasure(
      "wounded", unit: "agents", over: .mean, meaning: "living agents below full health"
    ) { step, group in
      let full = step.world.groups[group].type.health
      return Measured(
        zip(step.world.health(of: group), step.world.isAlive(of: group)).count { $0 < full && $1 })
    }
    let (scene, _) = try fight()
    let measured = WorldMeasurement(of: scene.world, [.kills, wounded])
    scene.step([scene.attack(1, 1), scene.attack(-1, 1), scene.attack(0, 1), -1])
    measured.take()
    #expect(measured.value(of: 1, group: 1) == 1 && measured.value(of: 0, group: 0) == 1)
  }

  @Test(
    "measuring allocates nothing", .serialized,
    .enabled(if: AllocationTally.isPossible && !isDebugBuild), arguments: [1, 2])
  func allocations(threads: Int) throws {
    let pool = WorkerPool(threadCount: threads)
    let world = try GridWorld(
      .mixedBattle(agents: 400), key: RandomKey(seed: 1), pool: pool)
    let players = RandomPlayers(key: RandomKey(seed: 2))
    let measured = WorldMeasurement(of: world)
    for _ in 0..<3 {
      players.choose(in: world)
      world.step()
      measured.take()
      world.clearDead()
    }
    let made = AllocationTally.count(of: pool) {
      for _ in 0..<20 {
        players.choose(in: world)
        world.step()
        measured.take()
        world.clearDead()
      }
    }
    #expect(made == 0)
  }
}
