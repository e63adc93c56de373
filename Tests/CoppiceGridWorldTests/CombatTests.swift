import CoppiceGridWorld
import CoppiceRandom
import Testing

@Suite("Combat")
struct CombatTests {
  private func fighters(
    _ attackers: Int, order: UInt64 = 1, threads: Int = 1
  ) throws -> Scene {
    let around = [(4, 4), (5, 4), (6, 4), (4, 5), (6, 5), (4, 6)].map {
      Placement.Place($0.0, $0.1)
    }
    return try Scene(
      [
        (AgentType.soldier, Array(around.prefix(attackers))),
        (AgentType.soldier, [Placement.Place(5, 5)]),
      ], seed: order, threads: threads)
  }

  private func attacks(_ scene: Scene) -> [Int] {
    scene.cells().map { scene.attack(5 - $0[0], 5 - $0[1]) }
  }

  @Test(
    "a soldier dies of the sixth hit, whoever gives it",
    arguments: [(1, 6), (2, 3), (3, 2), (4, 2), (5, 2), (6, 1)])
  func sixHits(attackers: Int, steps: Int) throws {
    let scene = try fighters(attackers)
    for step in 1...steps {
      scene.step(attacks(scene))
      #expect(scene.world.isAlive(of: 1) == [step < steps])
      if step < steps, attackers == 1 {
        #expect(abs(scene.world.health(of: 1)[0] - (10 - 1.9 * Float(step))) < 1e-5)
      }
      scene.world.clearDead()
    }
    #expect(scene.world.groups[1].count == 0 && scene.world.isOver)
  }

  @Test("health of exactly 0 is alive")
  func zero() throws {
    let scene = try fighters(5)
    scene.step(attacks(scene))
    #expect(scene.world.isAlive(of: 1) == [true])
    #expect(scene.world.health(of: 1) == [0.1])
  }

  @Test("what a kill, a hit, a miss and idling are worth")
  func rewards() throws {
    let scene = try fighters(6)
    scene.step(attacks(scene))
    let rewards = scene.world.rewards(of: 0)
    let met = scene.world.encounters(of: 0).map(\.kind)
    #expect(met.count { $0 == .kill } == 1 && met.count { $0 == .attack } == 5)
    for (reward, met) in zip(rewards, met) {
      #expect(abs(reward - (met == .kill ? 4.895 : -0.105)) < 1e-6)
    }
    #expect(scene.world.rewards(of: 1) == [-0.1])
    scene.world.clearDead()
    scene.step([scene.attack(0, 1), -1])
    #expect(abs(scene.world.rewards(of: 0)[0] + 0.105) < 1e-6)
    #expect(scene.world.rewards(of: 0)[1] == -0.005)
  }

  @Test("of two that strike a weak one, each kills it about every other time")
  func fairness() throws {
    var weak = AgentType.soldier
    weak.health = 1
    var firsts = 0
    for seed in 0..<400 {
      let scene = try Scene(
        [
          (AgentType.soldier, [Placement.Place(4, 5), Placement.Place(6, 5)]),
          (weak, [Placement.Place(5, 5)]),
        ], seed: UInt64(seed))
      scene.step([scene.attack(1, 0), scene.attack(-1, 0)])
      let rewards = scene.world.rewards(of: 0)
      #expect(rewards.count { $0 > 4 } == 1)
      #expect(rewards.count { abs($0 + 0.105) < 1e-6 } == 1)
      firsts += rewards[0] > 4 ? 1 : 0
    }
    // five deviations of a fair coin
    #expect(abs(firsts - 200) < 50)
  }

  @Test("one that killed and is killed in the same step keeps the reward of its death alone")
  func killedKiller() throws {
    var weak = AgentType.soldier
    weak.health = 1
    for seed in 0..<50 {
      let scene = try Scene(
        [
          (weak, [Placement.Place(5, 5)]), (weak, [Placement.Place(4, 5)]),
          (AgentType.soldier, [Placement.Place(6, 5)]),
        ], seed: UInt64(seed))
      scene.step([scene.attack(-1, 0)], [], [scene.attack(-1, 0)])
      #expect(scene.world.rewards(of: 0) == [-0.1])
      #expect(scene.world.isAlive(of: 0) == [false])
    }
  }

  @Test("what agents are told is done, and done once, whether or not the dead were cleared")
  func told() throws {
    let scene = try Scene([(AgentType.soldier, [Placement.Place(5, 5)])])
    scene.step([scene.move(1, 0)])
    scene.step([scene.move(1, 0)])
    #expect(scene.cells() == [[7, 5]])
    scene.world.step()
    #expect(scene.cells() == [[7, 5]])
    var weak = AgentType.soldier
    weak.health = 1
    let row = try Scene([
      (weak, (1...3).map { Placement.Place($0, 5) }), (AgentType.soldier, [Placement.Place(1, 6)]),
    ])
    row.step([], [row.attack(0, -1)])
    // the last of the group takes the place of the first, which is dead, and keeps what it was told
    row.step([row.move(0, 1), -1, row.move(2, 0)])
    #expect(row.world.numbers(of: 0) == [2, 1])
    #expect(row.cells() == [[5, 5], [2, 5]])
  }

  @Test("agents hit their own group only where their type does")
  func ownGroup() throws {
    for hits in [false, true] {
      var type = AgentType.soldier
      type.hitsOwnGroup = hits
      let scene = try Scene([(type, [Placement.Place(5, 5), Placement.Place(6, 5)])])
      scene.step([scene.attack(1, 0), -1])
      #expect(scene.world.health(of: 0)[1] == (hits ? 8.1 : 10))
      #expect(abs(scene.world.rewards(of: 0)[0] + 0.105) < 1e-6)
      #expect(scene.world.encounters(of: 0)[0].kind == (hits ? .attack : .none))
    }
  }

  @Test("starvation adds up in single precision: 100 steps at 0.1")
  func starvation() throws {
    for (recovery, steps) in [(Float(-0.1), 100), (-0.2, 51), (-0.5, 21)] {
      var tiger = AgentType()
      (tiger.health, tiger.recovery) = (10, recovery)
      let scene = try Scene([(tiger, [Placement.Place(5, 5)])])
      var step = 0
      while scene.world.groups[0].livingCount > 0, step < 200 {
        scene.world.step()
        step += 1
      }
      #expect(step == steps)
    }
  }

  @Test("a victim feeds its killer, up to full health")
  func killSupply() throws {
    for (losses, health) in [(9, Float(9)), (5, 10)] {
      var (tiger, deer) = (AgentType(), AgentType())
      (tiger.health, tiger.damage, tiger.attack) = (10, 1, Reach(radius: 1))
      (deer.health, deer.killSupply, deer.damage) = (0.5, 8, 1)
      var (hunter, scourge) = (tiger, tiger)
      hunter.damage = 1
      scourge.damage = Float(losses)
      let scene = try Scene([
        (hunter, [Placement.Place(5, 5)]), (deer, [Placement.Place(6, 5)]),
        (scourge, [Placement.Place(4, 5)]),
      ])
      scene.step([], [], [scene.attack(1, 0)])
      scene.world.clearDead()
      scene.step([scene.attack(1, 0)])
      #expect(scene.world.health(of: 0) == [min(10, 10 - Float(losses) + 8)])
      #expect(scene.world.health(of: 0) == [health])
    }
  }

  @Test("the last of a group take the places of the dead, and keep their numbers and cells")
  func clearing() throws {
    var weak = AgentType.soldier
    weak.health = 1
    let scene = try Scene(
      [
        (weak, (1...6).map { Placement.Place($0, 5) }),
        (AgentType.soldier, [Placement.Place(2, 6)]),
      ])
    scene.step([], [scene.attack(0, -1)])
    #expect(scene.world.groups[0].livingCount == 5)
    scene.world.clearDead()
    #expect(scene.world.numbers(of: 0) == [0, 5, 2, 3, 4])
    #expect(scene.cells() == [[1, 5], [6, 5], [3, 5], [4, 5], [5, 5]])
    // the one that moved up in the list can still be hit where it stands
    scene.step([-1, scene.move(-1, 1)], [scene.move(2, 0)])
    #expect(scene.cells()[1] == [5, 6] && scene.cells(1) == [[4, 6]])
    scene.world.clearDead()
    scene.step([], [scene.attack(1, 0)])
    #expect(
      scene.world.numbers(of: 0).enumerated().allSatisfy {
        ($0.element == 5) != scene.world.isAlive(of: 0)[$0.offset]
      })
  }
}
