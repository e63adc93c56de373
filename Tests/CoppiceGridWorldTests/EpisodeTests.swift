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

@Suite("Episodes")
struct EpisodeTests {
  /// Has everybody act by chance: the same for any order of the agents and any number of threads.
  static func act(_ episode: WorldEpisode, _ key: RandomKey) {
    for group in episode.groups.indices {
      let (actions, numbers) = (episode.actions(of: group), episode.numbers(of: group))
      let count = episode.groups[group].actions.count
      let key = key.split(episode.stepCount)
      for place in actions.indices {
        var stream = key.split(Int(numbers[place])).stream()
        actions[place] = Int16(stream.nextIndex(below: count))
      }
    }
  }

  private func play(_ episode: WorldEpisode, steps: Int) -> UInt64 {
    for _ in 0..<steps where !episode.isFinished {
      Self.act(episode, RandomKey(seed: 9))
      episode.step()
      episode.clearDead()
    }
    return episode.world.digest
  }

  @Test(
    "a world that begins anew is a new world, whatever happened before",
    arguments: WorldCatalogue.standard.entries.map(\.name))
  func reset(name: String) throws {
    let description = try WorldCatalogue.standard.entry(name).description
    let episode = try WorldEpisode(description, key: RandomKey(seed: 1))
    let begun = episode.world.digest
    _ = play(episode, steps: 12)
    for seed in [2, 1] as [UInt64] {
      try episode.reset(key: RandomKey(seed: seed))
      let fresh = try WorldEpisode(description, key: RandomKey(seed: seed))
      #expect(episode.stepCount == 0 && !episode.isFinished)
      #expect(episode.world.digest == fresh.world.digest)
      #expect((episode.world.digest == begun) == (seed == 1) || description.isPlacedByHand)
      #expect(play(episode, steps: 12) == play(fresh, steps: 12))
    }
  }

  @Test("rules that speak of numbers are read anew where other agents were placed")
  func resetRules() throws {
    // how many of the first group find their places hangs on where the walls are
    var description = WorldDescription(width: 8, height: 8)
    description.walls = [.anywhere(18)]
    let cells = (1..<7).flatMap { x in (1..<4).map { Placement.Place(x, $0) } }
    description.groups = [
      WorldDescription.Group("crowd", AgentType(), [.at(cells)]),
      WorldDescription.Group("runner", AgentType(), [.anywhere(2)]),
    ]
    description.rules = [
      RewardRule(
        on: .within(.number("runner", 1), Event.Box(left: 0, top: 0, right: 7, bottom: 7)),
        pays: [.number("runner", 1): 3])
    ]
    let episode = try WorldEpisode(description, key: RandomKey(seed: 1))
    var counts: Set<Int> = []
    for seed in 2..<12 as Range<UInt64> {
      try episode.reset(key: RandomKey(seed: seed))
      counts.insert(episode.groups[0].count)
      episode.step()
      #expect(Array(episode.rewards(of: 1)) == [0, 3])
      episode.clearDead()
    }
    #expect(counts.count > 1)
  }

  @Test("who dies is terminated, and everybody where a group is gone; the limit truncates")
  func ends() throws {
    var victim = AgentType()
    (victim.health, victim.deathReward) = (1, -1)
    var description = WorldDescription(width: 9, height: 9)
    description.groups = [
      WorldDescription.Group(
        "red", .soldier, [.at([Placement.Place(3, 3), Placement.Place(6, 6)])]),
      WorldDescription.Group(
        "blue", victim, [.at([Placement.Place(4, 3), Placement.Place(7, 6)])]),
    ]
    description.stepLimit = 2
    let episode = try WorldEpisode(description, key: RandomKey(seed: 1))
    let space = episode.groups[0].actions
    let right = Int16(
      space.firstAttack + (try #require(space.attacks.firstIndex { $0.x == 1 && $0.y == 0 })))

    episode.actions(of: 0)[0] = right
    episode.step()
    #expect(Array(episode.isTerminated(of: 0)) == [false, false])
    #expect(Array(episode.isTerminated(of: 1)) == [true, false])
    #expect(Array(episode.isTruncated(of: 1)) == [false, false])
    #expect(Array(episode.rewards(of: 1)) == [-1, 0])
    #expect(Array(episode.numbers(of: 1)) == [2, 3] && !episode.isFinished)
    episode.clearDead()
    #expect(Array(episode.numbers(of: 1)) == [3] && episode.groups[1].firstNumber == 2)
    #expect(episode.groups[1].placedCount == 2)

    episode.actions(of: 0)[1] = right
    episode.step()
    #expect(episode.isTerminated && episode.isTruncated && episode.isFinished)
    #expect(Array(episode.isTerminated(of: 0)) == [true, true])
    #expect(Array(episode.isTruncated(of: 0)) == [true, true])
    #expect(Array(episode.isTerminated(of: 1)) == [true])
    // the shares of a group that earns something together are its members'
    try episode.reset(key: RandomKey(seed: 2))
    #expect(episode.stepCount == 0 && !episode.isFinished && episode.groups[1].count == 2)
  }

  @Test("a state has walls, food, and everybody with their health, one row after the other")
  func state() throws {
    var eater = AgentType()
    (eater.width, eater.length, eater.health) = (2, 1, 4)
    var description = WorldDescription(width: 6, height: 4)
    description.groups = [
      WorldDescription.Group("none", AgentType()),
      WorldDescription.Group("eater", eater, [.at([Placement.Place(2, 1)])]),
    ]
    description.hasFood = true
    description.foodItems = [Food(2, [.at([Placement.Place(4, 2)])])]
    let world = try GridWorld(
      description, key: RandomKey(seed: 1), pool: WorkerPool(threadCount: 3))
    let shape = world.stateShape()
    #expect(shape == ViewShape(height: 4, width: 6, channels: 6))
    let numbers = AlignedBuffer<Float>(count: shape.count)
    numbers.fill(7)
    world.writeState(to: numbers.pointer)
    var expected = [Float](repeating: 0, count: shape.count)
    for y in 0..<4 {
      for x in 0..<6 where x == 0 || y == 0 || x == 5 || y == 3 { expected[(y * 6 + x) * 6] = 1 }
    }
    expected[(2 * 6 + 4) * 6 + 1] = 1
    for x in 2...3 { (expected[(6 + x) * 6 + 4], expected[(6 + x) * 6 + 5]) = (1, 1) }
    #expect((0..<shape.count).map { numbers.pointer[$0] } == expected)
  }

  @Test(
    "episodes allocate nothing between two beginnings", .serialized,
    .enabled(if: AllocationTally.isPossible && !isDebugBuild), arguments: [1, 2])
  func allocations(threads: Int) throws {
    let pool = WorkerPool(threadCount: threads)
    let description = try WorldDescription.tigerDeer().scaled(toAgents: 500)
    let episode = try WorldEpisode(description, key: RandomKey(seed: 1), pool: pool)
    let shape = episode.world.stateShape(features: true)
    let state = AlignedBuffer<Float>(count: shape.count)
    var stream = RandomKey(seed: 4).stream()
    var sum: Float = 0
    func cycle() {
      for group in episode.groups.indices {
        let (actions, count) = (episode.actions(of: group), episode.groups[group].actions.count)
        for place in actions.indices { actions[place] = Int16(stream.nextIndex(below: count)) }
      }
      episode.step()
      for group in episode.groups.indices {
        for (reward, isOver) in zip(episode.rewards(of: group), episode.isTerminated(of: group)) {
          sum += isOver ? 0 : reward
        }
      }
      episode.clearDead()
      episode.world.writeState(to: state.pointer, features: true)
    }
    for _ in 0..<5 { cycle() }
    let made = AllocationTally.count(of: pool) {
      for _ in 0..<20 { cycle() }
    }
    #expect(made == 0)
    #expect(sum != 0)
  }
}

extension WorldDescription {
  /// Whether nobody's place is drawn.
  fileprivate var isPlacedByHand: Bool {
    !groups.contains { $0.placements.contains { if case .anywhere = $0 { true } else { false } } }
  }
}
