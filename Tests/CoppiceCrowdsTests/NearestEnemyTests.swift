import CoppiceCrowds
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("The scripted opponent")
struct NearestEnemyTests {
  /// What the policy says, by looking at everybody.
  private func plain(_ world: GridWorld, _ group: Int) -> [Int] {
    let space = world.groups[group].actions
    let type = world.groups[group].type
    var (enemies, taken) = ([Cell](), Set(world.walls.map(Cell.init)))
    for other in world.groups.indices {
      let places = world.places(of: other).map(Cell.init)
      for place in places { taken.formUnion(place.body(world.groups[other].type)) }
      if other != group { enemies += places }
    }
    let (width, height) = (world.description.width, world.description.height)
    return world.places(of: group).map { place in
      let own = Cell(place)
      guard let enemy = enemies.min(by: { own.distance($0) < own.distance($1) }) else {
        return space.stay
      }
      if let attack = space.attacks.firstIndex(where: { own.moved($0) == enemy }) {
        return space.firstAttack + attack
      }
      var (nearest, chosen) = (own.distance(enemy), space.stay)
      for (move, offset) in space.moves.enumerated() {
        let cell = own.moved(offset)
        let body = cell.body(type)
        let isFree = body.allSatisfy {
          (0..<width).contains($0.x) && (0..<height).contains($0.y)
            && (!taken.contains($0) || own.body(type).contains($0))
        }
        guard isFree else { continue }
        if cell.distance(enemy) < nearest { (nearest, chosen) = (cell.distance(enemy), move) }
      }
      return chosen
    }
  }

  private struct Cell: Hashable {
    var x: Int
    var y: Int

    init(_ place: Placement.Place) { (x, y) = (place.x, place.y) }

    func moved(_ offset: CellRange.Offset) -> Cell {
      var cell = self
      cell.x += offset.x
      cell.y += offset.y
      return cell
    }

    /// The cells of a body whose upper left one this is, where nobody turns.
    func body(_ type: AgentType) -> [Cell] {
      (0..<type.length).flatMap { row in
        (0..<type.width).map { moved(CellRange.Offset($0, row)) }
      }
    }

    func distance(_ other: Cell) -> Int {
      (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)
    }
  }

  @Test("a body of several cells goes where its own cells are, in every direction")
  func bodies() throws {
    for (x, y) in [(6, 10), (14, 10), (10, 6), (10, 14)] {
      var world = WorldDescription.pursuit(size: 20)
      world.walls = []
      world.groups[0].placements = [.at([Placement.Place(10, 10)])]
      world.groups[1].placements = [.at([Placement.Place(x, y)])]
      let game = try WorldEpisode(world, stepLimit: 9, key: RandomKey(seed: 1))
      NearestEnemyPolicy().act(for: 0, in: game, key: RandomKey(seed: 1))
      game.step()
      let own = game.world.places(of: 0)[0]
      #expect(own.x == 10 + (x - 10).signum() && own.y == 10 + (y - 10).signum())
    }
  }

  @Test(
    "chooses what looking at everybody chooses, for any number of threads", arguments: [1, 2, 4])
  func likePlain(threads: Int) throws {
    var worlds: [WorldDescription] = [
      .battle(size: 30), .battlefield(), .gather(), .combinedArms(), .tigerDeer(), .pursuit(),
    ]
    // walls, little room, and moves of several sizes
    for (index, speed) in [1.0, 2, 3.5].enumerated() {
      var world = WorldDescription.mixedBattle(agents: 70 + 10 * index, density: 0.3)
      for group in world.groups.indices { world.groups[group].type.speed = speed }
      world.walls = [.anywhere(25)]
      worlds.append(world)
    }
    let policy = NearestEnemyPolicy()
    for (seed, description) in worlds.enumerated() {
      let game = try WorldEpisode(
        description, stepLimit: 30, key: RandomKey(seed: UInt64(seed)),
        pool: WorkerPool(threadCount: threads))
      // large worlds are slow to look at plainly
      let steps = game.world.groups.reduce(0) { $0 + $1.count } > 500 ? 2 : 25
      var acted = 0
      while !game.isFinished, game.world.stepCount < steps {
        for group in game.world.groups.indices {
          let expected = plain(game.world, group)
          policy.act(for: group, in: game, key: RandomKey(seed: 1))
          let actions = game.actions(of: group)
          #expect((0..<expected.count).allSatisfy { Int(actions[$0]) == expected[$0] })
          acted += expected.count
          // some do anything, so that places differ
          for agent in expected.indices where (agent + game.world.stepCount) % 7 == 0 {
            actions[agent] = Int16((agent * 31) % game.world.groups[group].actions.count)
          }
        }
        game.step()
        game.clearDead()
      }
      #expect(acted > 50)
    }
  }
}
