import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Food")
struct FoodTests {
  private func world(
    _ eater: [Placement.Place], food: [Food], eatAbility: Float = 2, threads: Int = 1
  ) throws -> WorldEpisode {
    var type = AgentType()
    (type.health, type.recovery, type.eatAbility) = (10, -1, eatAbility)
    (type.attack, type.attackReward, type.foodSupply) = (Reach(radius: 1), -0.5, 3)
    type.damage = 100
    var description = WorldDescription(width: 9, height: 9)
    description.groups = [
      WorldDescription.Group("eater", type, [.at(eater)]),
      WorldDescription.Group("other", type, [.at([Placement.Place(7, 7), Placement.Place(1, 7)])]),
    ]
    (description.hasFood, description.foodItems) = (true, food)
    return try WorldEpisode(
      description, key: RandomKey(seed: 1), pool: WorkerPool(threadCount: threads))
  }

  private func attack(_ x: Int, _ y: Int, _ episode: WorldEpisode) throws -> Int16 {
    let space = episode.groups[0].actions
    let index = try #require(space.attacks.firstIndex { $0.x == x && $0.y == y })
    return Int16(space.firstAttack + index)
  }

  @Test("several eat of one cell what there is, in the order of the step, on any number of threads")
  func share() throws {
    let places = [(3, 4), (5, 4), (4, 3), (4, 5)].map { Placement.Place($0.0, $0.1) }
    for threads in [1, 2, 4] {
      let episode = try world(
        places, food: [Food(5, [.at([Placement.Place(4, 4)])])], threads: threads)
      for _ in 0..<4 {
        episode.step()
        episode.clearDead()
      }
      #expect(episode.world.food(x: 4, y: 4) == 5)
      for (place, way) in [(1, 0), (-1, 0), (0, 1), (0, -1)].enumerated() {
        episode.actions(of: 0)[place] = try attack(way.0, way.1, episode)
      }
      episode.step()
      #expect(episode.world.food(x: 4, y: 4) == 0)
      // after the loss of a fifth step: 5 of food are two bites of 2 and one of 1, and nothing for one
      #expect(episode.world.health(of: 0).sorted() == [5, 6, 7, 7])
      #expect(Array(episode.rewards(of: 0)) == [-0.5, -0.5, -0.5, -0.5])
      #expect(episode.world.encounters(of: 0).allSatisfy { $0.kind == .none })
    }
  }

  @Test("a bite goes no further than full health, and takes the food all the same")
  func fullHealth() throws {
    let episode = try world(
      [Placement.Place(3, 4)], food: [Food(5, [.at([Placement.Place(4, 4)])])], eatAbility: 4.95)
    episode.actions(of: 0)[0] = try attack(1, 0, episode)
    episode.step()
    // 0.05 would be left, which counts as nothing
    #expect(episode.world.health(of: 0) == [9] && episode.world.food(x: 4, y: 4) == 0)
  }

  @Test("the killed leave food, which the next one eats in the same step; the starved leave none")
  func supply() throws {
    let episode = try world(
      [Placement.Place(6, 7), Placement.Place(7, 6)], food: [])
    for _ in 0..<4 {
      episode.step()
      episode.clearDead()
    }
    episode.actions(of: 0)[0] = try attack(1, 0, episode)
    episode.actions(of: 0)[1] = try attack(0, 1, episode)
    episode.step()
    #expect(Array(episode.isTerminated(of: 1)) == [true, false])
    #expect(episode.world.health(of: 0).sorted() == [5, 7])
    #expect(episode.world.food(x: 7, y: 7) == 1)
    episode.clearDead()
    for _ in 0..<8 where !episode.isFinished {
      episode.step()
      episode.clearDead()
    }
    #expect(episode.groups[1].count == 0 && episode.world.food(x: 1, y: 7) == 0)
    try episode.reset(key: RandomKey(seed: 1))
    #expect(episode.world.food(x: 7, y: 7) == 0)
  }

  @Test("food is in the way of moves and of places, and is no collision")
  func inTheWay() throws {
    let cells = [Placement.Place(4, 4)]
    let episode = try world(
      [Placement.Place(3, 4), Placement.Place(4, 4)], food: [Food(1, [.at(cells)])])
    #expect(episode.groups[0].count == 1)
    let right = episode.groups[0].actions.moves.firstIndex { $0.x == 1 && $0.y == 0 }
    episode.actions(of: 0)[0] = Int16(try #require(right))
    episode.step()
    #expect(episode.world.places(of: 0) == [Placement.Place(3, 4)])
    #expect(episode.world.encounters(of: 0)[0].kind == .none)
  }
}
