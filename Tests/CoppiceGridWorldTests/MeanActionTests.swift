import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Mean actions")
struct MeanActionTests {
  private func watcher(_ radius: Double) -> AgentType {
    var type = AgentType()
    (type.view, type.health) = (Reach(radius: radius), 4)
    return type
  }

  private func means(
    _ world: GridWorld, _ company: Company, group: Int = 0, first: Int = 2
  ) -> [[Float]] {
    let (count, actions) = (world.groups[group].count, world.groups[group].actions.count)
    let panels = Panels<Float>(featureCount: first + actions, sampleCount: count)
    panels.buffer.fill(7)
    world.writeMeanActions(of: 0..<count, in: group, among: company, to: panels, from: first)
    #expect((0..<count).allSatisfy { panels[sample: $0, feature: 0] == 7 })
    return (0..<count).map { sample in
      (0..<actions).map { panels[sample: sample, feature: first + $0] }
    }
  }

  @Test("the mean is over those of the group that are seen, by hand")
  func view() throws {
    // three in a row, two apart, one far away, and a stranger among them
    let scene = try Scene([
      (watcher(2), [.init(3, 3), .init(5, 3), .init(7, 3), .init(3, 10)]),
      (watcher(2), [.init(4, 3)]),
    ])
    #expect(means(scene.world, .view).allSatisfy { $0 == [0, 0, 0, 0, 0] })
    let (up, down) = (scene.move(0, -1), scene.move(0, 1))
    scene.step([up, up, down, -1], [up])
    scene.world.clearDead()
    func mean(_ actions: Int...) -> [Float] {
      (0..<5).map { action in
        Float(actions.count { $0 == action }) / Float(max(1, actions.count))
      }
    }
    // the third went down and is out of sight; the first two still see each other
    #expect(means(scene.world, .view) == [mean(up), mean(up), mean(), mean()])
    #expect(means(scene.world, .view, group: 1) == [mean()])
    let group = means(scene.world, .group)
    // the fourth has not done anything yet
    #expect(group.allSatisfy { $0 == mean(up, up, down) })
  }

  @Test("a body of several cells counts once")
  func bodies() throws {
    var type = watcher(3)
    (type.width, type.length) = (2, 2)
    let scene = try Scene([(type, [.init(2, 2), .init(5, 2), .init(2, 5)])])
    let (up, stay) = (scene.move(0, -1), scene.move(0, 0))
    scene.step([stay, stay, stay])
    scene.world.clearDead()
    let found = means(scene.world, .view)
    #expect(found[0][stay] == 1)
    #expect(found[0][up] == 0)
    scene.step([stay, up, stay])
    scene.world.clearDead()
    #expect(means(scene.world, .view)[0][up] == 0.5)
  }

  @Test("any number of threads gives the same means, in the order of the agents")
  func threads() throws {
    let all = try [1, 3].map { threads in
      let world = try GridWorld(
        .battle(size: 45), key: RandomKey(seed: 2), pool: WorkerPool(threadCount: threads))
      for step in 0..<5 {
        for group in 0..<2 {
          world.actByChance(group, key: RandomKey(seed: 3).split(step * 2 + group))
        }
        world.step()
        world.clearDead()
      }
      return means(world, .view) + means(world, .group, group: 1)
    }
    #expect(all[0] == all[1])
    // each sums to 1, or to 0 where nobody is seen
    let sums = all[0].map { $0.reduce(0, +) }
    #expect(sums.allSatisfy { $0 == 0 || abs($0 - 1) < 1e-5 })
    #expect(sums.contains { $0 > 0 })
  }
}
