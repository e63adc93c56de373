import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Worlds of any size")
struct ScaleTests {
  @Test(
    "every world has as many agents as it is asked for, at its own density",
    arguments: WorldCatalogue.standard.entries.map(\.name), [64, 1001, 20_000])
  func counts(name: String, agents: Int) throws {
    let description = try WorldCatalogue.standard.entry(name).description
    let original = try GridWorld(description, key: RandomKey(seed: 1))
    let world = try GridWorld(description.scaled(toAgents: agents), key: RandomKey(seed: 1))
    let counts = world.groups.map(\.count)
    #expect(counts.reduce(0, +) == agents)
    let total = Double(original.groups.reduce(0) { $0 + $1.count })
    for (own, group) in zip(counts, original.groups) {
      #expect(abs(Double(own) - Double(group.count) / total * Double(agents)) <= 1)
    }
    func inner(_ world: GridWorld) -> Double {
      Double((world.description.width - 2) * (world.description.height - 2))
    }
    let density = total / inner(original)
    #expect(Double(agents) / inner(world) <= density)
    #expect(Double(agents) / inner(world) > 0.9 * density)
    func walls(_ world: GridWorld) -> Double {
      let (width, height) = (world.description.width, world.description.height)
      return Double(world.walls.count - 2 * (width + height) + 4) / inner(world)
    }
    #expect(abs(walls(world) - walls(original)) < 0.01)
  }

  @Test("density and number are as free as there is room, and what cannot be is one clear error")
  func limits() throws {
    let dense = try WorldDescription.battle().scaled(toAgents: 900, density: 0.5)
    #expect(dense.width == 45 && dense.height == 45)
    #expect(
      try WorldDescription.battle().scaled(toAgents: 2).groups.map(\.placements)
        == [[.anywhere(1)], [.anywhere(1)]])
    // 60 walls of 43 × 43 cells become as many of 87 × 87
    let thin = try WorldDescription.pursuit().scaled(toAgents: 75, density: 0.01)
    #expect(thin.width == 89 && thin.walls == [.anywhere(245)])
    var fed = WorldDescription.pursuit()
    (fed.hasFood, fed.foodItems) = (true, [Food(2, [.anywhere(10), .at([Placement.Place(3, 3)])])])
    let more = try fed.scaled(toAgents: 750, density: 0.02)
    #expect(more.foodItems == [Food(2, [.anywhere(110)])])
    func error(_ agents: Int, _ density: Double? = nil) -> String? {
      #expect(throws: UserError.self) {
        _ = try WorldDescription.combinedArms().scaled(toAgents: agents, density: density)
      }?.found
    }
    #expect(error(3) == "3 agents of 4 groups")
    #expect(error(16_000_001) == "16000001 agents of 4 groups")
    #expect(error(64, 0) == "0.0 agents for each cell")
    #expect(error(64, .nan) == "nan agents for each cell")
  }

  @Test(
    "the same key gives the same world after any steps, on 1, 2 and 4 threads",
    arguments: WorldCatalogue.standard.entries.map(\.name), [100, 10_000])
  func threads(name: String, agents: Int) throws {
    let description = try WorldCatalogue.standard.entry(name).description.scaled(toAgents: agents)
    let digests = try [1, 2, 4, 1].enumerated().map { index, threads in
      let episode = try WorldEpisode(
        description, key: RandomKey(seed: index < 3 ? 5 : 6),
        pool: WorkerPool(threadCount: threads))
      for _ in 0..<(agents > 1000 ? 8 : 40) where !episode.isFinished {
        EpisodeTests.act(episode, RandomKey(seed: 7))
        episode.step()
        episode.clearDead()
      }
      #expect(episode.stepCount > 0)
      return episode.world.digest
    }
    #expect(digests[0] == digests[1] && digests[0] == digests[2])
    #expect(digests[0] != digests[3])
  }
}
