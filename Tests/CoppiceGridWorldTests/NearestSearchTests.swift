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

@Suite("The search for the nearest of another group")
struct NearestSearchTests {
  /// Groups somewhere in a world, in clusters of some cells.
  private func world(
    width: Int, height: Int, counts: [Int], cluster: Int?, seed: UInt64, threads: Int = 1
  ) throws -> GridWorld {
    var stream = RandomKey(seed: seed).stream()
    var description = WorldDescription(width: width, height: height)
    var taken: Set<Int> = []
    for (index, count) in counts.enumerated() {
      let (left, top) = (stream.nextIndex(below: width), stream.nextIndex(below: height))
      var places: [Placement.Place] = []
      while places.count < count {
        let reach = cluster ?? max(width, height)
        let x = left + stream.nextIndex(below: 2 * reach + 1) - reach
        let y = top + stream.nextIndex(below: 2 * reach + 1) - reach
        guard (1..<(width - 1)).contains(x), (1..<(height - 1)).contains(y),
          taken.insert(y * width + x).inserted
        else { continue }
        places.append(Placement.Place(x, y))
      }
      var type = AgentType.soldier
      type.health = 3
      description.groups.append(WorldDescription.Group("group \(index)", type, [.at(places)]))
    }
    return try GridWorld(
      description, key: RandomKey(seed: seed), pool: WorkerPool(threadCount: threads))
  }

  /// The nearest by looking at everybody, the first of those equally near.
  private func plain(_ world: GridWorld, _ x: Int, _ y: Int, besides group: Int) -> [Int]? {
    var best: [Int]?
    for other in world.groups.indices where other != group {
      for (place, isAlive) in zip(world.places(of: other), world.isAlive(of: other)) where isAlive {
        let distance = (place.x - x) * (place.x - x) + (place.y - y) * (place.y - y)
        if best.map({ distance < $0[2] }) ?? true { best = [place.x, place.y, distance] }
      }
    }
    return best
  }

  @Test("it finds whom looking at everybody finds, wherever they are")
  func likePlain() throws {
    let sizes = [
      (5, 5, [1, 1]), (9, 40, [20, 3]), (64, 64, [90, 80, 5]), (65, 63, [1, 300]),
      (200, 7, [30, 30]), (301, 203, [60, 2, 60]), (128, 128, [4, 0]),
    ]
    for (index, size) in sizes.enumerated() {
      for cluster in [nil, 6] as [Int?] {
        if cluster != nil, size.2.contains(where: { $0 > 100 }) { continue }
        let world = try world(
          width: size.0, height: size.1, counts: size.2, cluster: cluster, seed: UInt64(index))
        let search = NearestSearch(of: world)
        var stream = RandomKey(seed: UInt64(index)).split("asked").stream()
        let players = RandomPlayers(key: RandomKey(seed: 3))
        for _ in 0..<4 {
          search.refresh()
          for _ in 0..<200 {
            let (x, y) = (stream.nextIndex(below: size.0), stream.nextIndex(below: size.1))
            let group = stream.nextIndex(below: size.2.count)
            let found = search.nearest(toX: x, y: y, besides: group).map {
              [$0.x, $0.y, $0.squaredDistance]
            }
            #expect(found == plain(world, x, y, besides: group), "\(size) \(x) \(y) \(group)")
          }
          players.choose(in: world)
          world.step()
        }
      }
    }
  }

  @Test("those that died in the step are not found")
  func dead() throws {
    var (fighter, victim) = (AgentType(), AgentType())
    (fighter.attack, fighter.damage, victim.health) = (Reach(radius: 1), 5, 1)
    let scene = try Scene([
      (fighter, [Placement.Place(3, 3)]), (victim, [Placement.Place(4, 3), Placement.Place(9, 3)]),
    ])
    let search = NearestSearch(of: scene.world)
    search.refresh()
    #expect(search.nearest(toX: 3, y: 3, besides: 0)?.x == 4)
    scene.step([scene.attack(1, 0)])
    search.refresh()
    #expect(search.nearest(toX: 3, y: 3, besides: 0)?.x == 9)
    #expect(search.nearest(toX: 3, y: 3, besides: 0)?.squaredDistance == 36)
  }

  @Test(
    "looking and acting allocate nothing", .serialized,
    .enabled(if: AllocationTally.isPossible && !isDebugBuild), arguments: [1, 2])
  func allocations(threads: Int) throws {
    let world = try world(
      width: 60, height: 60, counts: [200, 200], cluster: nil, seed: 1, threads: threads)
    let search = NearestSearch(of: world)
    let pool = WorkerPool(threadCount: 1)
    for _ in 0..<3 {
      search.refresh()
      search.act(for: 0)
      world.step()
      world.clearDead()
    }
    let made = AllocationTally.count(of: pool) {
      for _ in 0..<20 {
        for group in 0..<2 {
          search.refresh()
          search.act(for: group)
        }
        world.step()
        world.clearDead()
      }
    }
    #expect(made == 0)
  }
}
