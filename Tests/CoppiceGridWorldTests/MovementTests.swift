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

@Suite("Movement")
struct MovementTests {
  private func mover(speed: Double = 1) -> AgentType {
    var type = AgentType()
    type.speed = speed
    return type
  }

  private func place(_ x: Int, _ y: Int) -> Placement.Place { Placement.Place(x, y) }

  @Test("a move lands on a free cell behind a wall, and not on a wall or outside")
  func jump() throws {
    let scene = try Scene([(mover(speed: 2), [place(4, 5)])], walls: [place(5, 5)])
    scene.step([scene.move(2, 0)])
    #expect(scene.cells() == [[6, 5]])
    scene.world.clearDead()
    scene.step([scene.move(-1, 0)])
    #expect(scene.cells() == [[6, 5]] && scene.world.encounters(of: 0)[0].kind == .none)
    let corner = try Scene([(mover(speed: 3), [place(1, 1)])])
    corner.step([corner.move(-3, 0)])
    corner.world.clearDead()
    corner.step([corner.move(0, -1)])
    #expect(corner.cells() == [[1, 1]])
  }

  @Test("a chain moves when the one in front has its turn first, and a swap never does")
  func chain() throws {
    for (places, ends) in [([6, 5, 4], [7, 6, 5]), ([4, 5, 6], [4, 5, 7])] {
      let scene = try Scene([(mover(), places.map { place($0, 5) })])
      scene.step(Array(repeating: scene.move(1, 0), count: 3))
      #expect(scene.cells().map { $0[0] } == ends)
    }
    let swap = try Scene([(mover(), [place(4, 5), place(5, 5)])])
    swap.step([swap.move(1, 0), swap.move(-1, 0)])
    #expect(swap.cells() == [[4, 5], [5, 5]])
    let met = swap.world.encounters(of: 0)
    #expect(met.map(\.kind) == [.collision, .collision])
    #expect(met.map(\.number) == [1, 0])
  }

  @Test(
    "the first of two gets the cell, the other runs into it; shuffled, each about every other time")
  func contest() throws {
    let places = [place(4, 5), place(6, 5)]
    let scene = try Scene([(mover(), [places[0]]), (mover(), [places[1]])])
    scene.step([scene.move(1, 0)], [scene.move(-1, 0)])
    #expect(scene.cells() == [[5, 5]] && scene.cells(1) == [[6, 5]])
    #expect(scene.world.encounters(of: 1)[0].kind == .collision)
    #expect(scene.world.encounters(of: 1)[0].number == 0)
    var firsts = 0
    for seed in 0..<400 {
      let scene = try Scene(
        [(mover(), [places[0]]), (mover(), [places[1]])], order: .shuffled, seed: UInt64(seed))
      scene.step([scene.move(1, 0)], [scene.move(-1, 0)])
      firsts += scene.cells() == [[5, 5]] ? 1 : 0
      #expect((scene.cells() == [[5, 5]]) != (scene.cells(1) == [[5, 5]]))
    }
    #expect(abs(firsts - 200) < 50)
  }

  @Test("larger bodies need all their cells, those they stand on included")
  func bodies() throws {
    var large = mover()
    (large.width, large.length) = (2, 2)
    let scene = try Scene([(large, [place(3, 3)]), (mover(), [place(6, 4)])])
    scene.step([scene.move(1, 0)])
    #expect(scene.cells() == [[4, 3]])
    scene.world.clearDead()
    scene.step([scene.move(1, 0)])
    #expect(scene.cells() == [[4, 3]])
    #expect(scene.world.encounters(of: 0)[0].kind == .collision)
    #expect(scene.world.encounters(of: 0)[0].number == 1)
  }

  @Test("bodies turn around their first cell, where there is room")
  func turns() throws {
    var long = mover()
    (long.width, long.length) = (1, 3)
    let scene = try Scene([(long, [place(5, 5)])], turns: true)
    let clockwise = scene.world.groups[0].actions.firstTurn
    var seen: [[Int]] = []
    for _ in 0..<4 {
      scene.step([clockwise])
      seen.append(scene.cells()[0] + [Int(scene.world.places(of: 0)[0].direction.rawValue)])
      scene.world.clearDead()
    }
    // ahead is its first cell; the body trails behind
    #expect(seen == [[3, 5, 0], [5, 3, 1], [5, 5, 2], [5, 5, 3]])
    let narrow = try Scene([(long, [place(5, 5)])], walls: [place(4, 5)], turns: true)
    narrow.step([clockwise])
    #expect(narrow.world.places(of: 0)[0].direction == .north)
    narrow.world.clearDead()
    narrow.step([clockwise + 1])
    #expect(narrow.world.places(of: 0)[0].direction == .west)
  }

  @Test("one that swallows another is twice as healthy and stays where it is")
  func absorbing() throws {
    var mouth = mover()
    (mouth.absorbs, mouth.health) = (true, 3)
    let scene = try Scene([(mouth, [place(5, 5)]), (mover(), [place(4, 5), place(6, 5)])])
    scene.step([], [scene.move(1, 0, of: 1), -1])
    #expect(scene.world.health(of: 0) == [6])
    #expect(scene.world.isAlive(of: 1) == [false, true])
    scene.world.clearDead()
    scene.step([scene.move(-1, 0)], [scene.move(-1, 0, of: 1)])
    #expect(scene.cells() == [[5, 5]] && scene.world.health(of: 0) == [6])
    #expect(scene.world.groups[1].livingCount == 1)
  }

  // MARK: Properties

  /// Two groups that do anything, and a third without anybody, which may be what makes bodies large.
  static func crowd(
    size: Int, count: Int, _ pool: WorkerPool, oneByOne: Bool, seed: UInt64,
    order: TurnOrder = .shuffled
  ) throws -> GridWorld {
    var description = WorldDescription(width: size, height: size)
    var soldier = AgentType.soldier
    soldier.health = 3
    var slow = soldier
    (slow.speed, slow.hitsOwnGroup, slow.recovery) = (3, true, -0.05)
    var nobody = AgentType()
    nobody.absorbs = oneByOne
    description.groups = [
      WorldDescription.Group("red", soldier, [.anywhere(count / 2)]),
      WorldDescription.Group("blue", slow, [.anywhere(count - count / 2)]),
      WorldDescription.Group("nobody", nobody),
    ]
    description.walls = [.anywhere(size)]
    description.moveOrder = order
    return try GridWorld(
      description, key: RandomKey(seed: seed), pool: pool)
  }

  static func act(_ world: GridWorld, _ stream: inout RandomStream) {
    for group in world.groups.indices {
      let count = world.groups[group].actions.count
      for index in 0..<world.groups[group].count {
        // some are told nothing
        world.actions(of: group)[index] = Int16(stream.nextIndex(below: count + 1) - 1)
      }
    }
    world.step()
  }

  @Test(
    "everybody at once is everybody one after the other",
    arguments: [(12, 60), (30, 500), (60, 400)], TurnOrder.allCases)
  func atOnce(world: (size: Int, count: Int), order: TurnOrder) throws {
    for seed in 0..<10 {
      let worlds = try [(1, false), (2, false), (1, true)].map {
        try Self.crowd(
          size: world.size, count: world.count, WorkerPool(threadCount: $0.0), oneByOne: $0.1,
          seed: UInt64(seed),
          order: order)
      }
      for step in 0..<20 {
        for world in worlds {
          var stream = RandomKey(seed: 5).split(seed).split(step).stream()
          Self.act(world, &stream)
        }
        let kinds = worlds.map { world in
          world.groups.indices.map {
            world.encounters(of: $0).map { [Int($0.kind.rawValue), $0.number ?? -1] }
          }
        }
        #expect(kinds[0] == kinds[1] && kinds[0] == kinds[2])
        #expect(worlds[0].digest == worlds[1].digest && worlds[0].digest == worlds[2].digest)
        for world in worlds { world.clearDead() }
      }
    }
  }

  @Test("nobody shares a cell, counts balance, and the dead do nothing", arguments: [1, 2, 3])
  func properties(threads: Int) throws {
    let world = try Self.crowd(
      size: 40, count: 700, WorkerPool(threadCount: threads), oneByOne: false, seed: 9)
    let walls = Set(world.walls.map { $0.y * 40 + $0.x })
    var stream = RandomKey(seed: 6).stream()
    var (living, buried) = (700, 0)
    for _ in 0..<60 {
      let before = world.groups.indices.map { group in
        Dictionary(uniqueKeysWithValues: zip(world.numbers(of: group), world.places(of: group)))
      }
      Self.act(world, &stream)
      var taken = walls
      for group in world.groups.indices {
        let own = zip(
          zip(world.numbers(of: group), world.places(of: group)), world.isAlive(of: group))
        for ((number, place), isAlive) in own {
          if isAlive {
            #expect(taken.insert(place.y * 40 + place.x).inserted)
          } else {
            #expect(before[group][number] == place)
          }
        }
        #expect(
          world.health(of: group).enumerated().allSatisfy {
            !world.isAlive(of: group)[$0.offset] || ($0.element >= 0 && $0.element <= 3)
          })
      }
      buried += world.groups.reduce(0) { $0 + $1.deadCount }
      living = world.groups.reduce(0) { $0 + $1.livingCount }
      #expect(living + buried == 700)
      world.clearDead()
    }
    #expect(buried > 100)
  }

  @Test(
    "1, 2 and 4 threads give the same world after 1,000 steps",
    arguments: [(20, 100), (120, 2000)])
  func threads(world: (size: Int, count: Int)) throws {
    let digests = try [1, 2, 4].map { threads in
      let world = try Self.crowd(
        size: world.size, count: world.count, WorkerPool(threadCount: threads), oneByOne: false,
        seed: 3)
      var stream = RandomKey(seed: 4).stream()
      for _ in 0..<1000 {
        Self.act(world, &stream)
        world.clearDead()
      }
      return world.digest
    }
    #expect(digests[0] == digests[1] && digests[0] == digests[2])
  }

  @Test(
    "a step allocates nothing", .serialized,
    .enabled(if: AllocationTally.isPossible && !isDebugBuild), arguments: [1, 2])
  func allocations(threads: Int) throws {
    let pool = WorkerPool(threadCount: threads)
    let world = try Self.crowd(size: 60, count: 800, pool, oneByOne: false, seed: 3)
    var stream = RandomKey(seed: 4).stream()
    for _ in 0..<5 { Self.act(world, &stream) }
    let made = AllocationTally.count(of: pool) {
      for _ in 0..<20 {
        Self.act(world, &stream)
        world.clearDead()
      }
    }
    #expect(made == 0)
  }
}
