import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Observations of worlds")
struct ObservationTests {
  /// `[agents, height, width, channels]`.
  private func views(_ world: GridWorld, _ group: Int = 0) -> [[Float]] {
    let (shape, count) = (world.viewShape(of: group), world.groups[group].count)
    let buffer = AlignedBuffer<Float>(count: count * shape.count)
    buffer.fill(7)
    world.writeViews(of: 0..<count, in: group, to: buffer.pointer)
    return (0..<count).map { Array(buffer.elements[($0 * shape.count)..<(($0 + 1) * shape.count)]) }
  }

  private func features(_ world: GridWorld, _ group: Int = 0) -> [[Float]] {
    let (length, count) = (world.featureCount(of: group), world.groups[group].count)
    let buffer = AlignedBuffer<Float>(count: count * length)
    buffer.fill(7)
    world.writeFeatures(of: 0..<count, in: group, to: buffer.pointer)
    return (0..<count).map { Array(buffer.elements[($0 * length)..<(($0 + 1) * length)]) }
  }

  /// The numbers of a view that are not 0, as row, column, channel, value.
  private func seen(_ view: [Float], _ shape: ViewShape) -> [[Float]] {
    view.indices.filter { view[$0] != 0 }.map { index in
      let (cell, channel) = index.quotientAndRemainder(dividingBy: shape.channels)
      return [Float(cell / shape.width), Float(cell % shape.width), Float(channel), view[index]]
    }
  }

  private func watcher(_ radius: Double) -> AgentType {
    var type = AgentType()
    (type.view, type.health) = (Reach(radius: radius), 4)
    return type
  }

  @Test("one alone sees itself in the middle; walls only within its reach")
  func alone() throws {
    let scene = try Scene(
      [(watcher(2), [Placement.Place(6, 6)])],
      walls: [Placement.Place(6, 4), Placement.Place(8, 8)])
    let shape = scene.world.viewShape(of: 0)
    #expect(shape == ViewShape(height: 5, width: 5, channels: 3))
    let view = views(scene.world)[0]
    #expect(seen(view, shape) == [[0, 2, 0, 1], [2, 2, 1, 1], [2, 2, 2, 1]])
  }

  @Test("the border is a wall, and what is beyond it is nothing")
  func border() throws {
    let scene = try Scene([(watcher(2), [Placement.Place(1, 1)])], size: 5)
    let shape = scene.world.viewShape(of: 0)
    let walls = seen(views(scene.world)[0], shape).filter { $0[2] == 0 }.map { [$0[0], $0[1]] }
    // of the circle: the row above and the column to the left, and the far border
    #expect(walls == [[1, 1], [1, 2], [1, 3], [2, 1], [3, 1]])
  }

  @Test("every group sees itself first, then those that follow it, with their health")
  func groups() throws {
    let places = [[Placement.Place(5, 5)], [Placement.Place(6, 5)], [Placement.Place(5, 6)]]
    let scene = try Scene(places.map { (watcher(1), $0) })
    for group in 0..<3 {
      let shape = scene.world.viewShape(of: group)
      #expect(shape.channels == 7)
      let own = seen(views(scene.world, group)[0], shape)
      #expect(own.contains([1, 1, 1, 1]) && own.contains([1, 1, 2, 1]))
    }
    let shape = scene.world.viewShape(of: 0)
    let first = seen(views(scene.world, 0)[0], shape)
    #expect(first.contains([1, 2, 3, 1]) && first.contains([2, 1, 5, 1]))
    let second = seen(views(scene.world, 1)[0], shape)
    #expect(second.contains([1, 0, 5, 1]) && !second.contains { $0[2] == 3 })
  }

  @Test("health is seen as a part of the full one")
  func health() throws {
    let scene = try Scene([
      (AgentType.soldier, [Placement.Place(5, 5)]), (AgentType.soldier, [Placement.Place(6, 5)]),
    ])
    scene.step([scene.attack(1, 0)])
    let shape = scene.world.viewShape(of: 0)
    #expect(seen(views(scene.world, 0)[0], shape).contains([6, 7, 4, Float(8.1) / 10]))
  }

  @Test("panels hold the same numbers as arrays, channels first", arguments: [1, 2])
  func panels(threads: Int) throws {
    let world = try MovementTests.crowd(
      size: 30, count: 300, WorkerPool(threadCount: threads), oneByOne: false, seed: 2)
    let (shape, count) = (world.viewShape(of: 0), world.groups[0].count)
    let array = views(world)
    let panels = Panels<Float>(featureCount: shape.count + 3, sampleCount: count)
    world.writeViews(of: 0..<count, in: 0, to: panels)
    for agent in 0..<count {
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          for channel in 0..<shape.channels {
            let here = (row * shape.width + column) * shape.channels + channel
            let there = (channel * shape.height + row) * shape.width + column
            #expect(array[agent][here] == panels[sample: agent, feature: there])
          }
        }
      }
    }
    let some = AlignedBuffer<Float>(count: 20 * shape.count)
    world.writeViews(of: 70..<90, in: 0, to: some.pointer)
    #expect(Array(some.elements) == array[70..<90].flatMap { $0 })
  }

  @Test("the small map adds up to 1 for each group, and 1 more where the agent is")
  func minimap() throws {
    var description = WorldDescription(width: 40, height: 30)
    description.hasMinimap = true
    description.groups = [
      WorldDescription.Group("a", watcher(6), [.anywhere(30)]),
      WorldDescription.Group("b", watcher(4), [.anywhere(12)]),
      WorldDescription.Group("c", watcher(1)),
    ]
    let world = try GridWorld(description, key: RandomKey(seed: 1))
    for group in 0..<2 {
      let shape = world.viewShape(of: group)
      #expect(shape.channels == 10)
      for (agent, view) in views(world, group).enumerated() {
        for other in 0..<3 {
          let cells = stride(from: 3 * other + 3, to: view.count, by: shape.channels).map {
            view[$0]
          }
          let isEmpty = (group + other) % 3 == 2
          #expect(abs(cells.reduce(0, +) - (isEmpty ? 1 : 2)) < 1e-5)
          let place = world.places(of: group)[agent]
          let (wide, high) = ((39 + shape.width) / shape.width, (29 + shape.height) / shape.height)
          #expect(cells[place.y / high * shape.width + place.x / wide] >= 1)
        }
      }
      #expect(features(world, group).allSatisfy { $0.count == world.featureCount(of: group) })
    }
    let place = world.places(of: 0)[3]
    #expect(features(world)[3].suffix(2) == [Float(place.x) / 40, Float(place.y) / 30])
  }

  @Test("features are bits of the number, the last action and what it earned")
  func tellsOfItself() throws {
    var description = WorldDescription(width: 12, height: 12)
    description.numberBits = 10
    description.groups = [
      WorldDescription.Group("a", AgentType.soldier, [.filling(x: 2, y: 2, width: 6, height: 1)])
    ]
    let world = try GridWorld(description, key: RandomKey(seed: 1))
    #expect(world.featureCount(of: 0) == 32)
    let before = features(world)[5]
    #expect(before.prefix(4) == [1, 0, 1, 0] && before.reduce(0, +) == 2)
    world.setActions([-1, -1, -1, -1, -1, 13], of: 0)
    world.step()
    world.clearDead()
    let after = features(world)[5]
    #expect(after[10 + 13] == 1 && abs(after[31] + 0.105) < 1e-6)
    #expect(features(world)[4][10..<31].allSatisfy { $0 == 0 })
  }

  @Test("one that turns sees the same things turned, and after four turns as before")
  func turns() throws {
    let around = [Placement.Place(6, 4), Placement.Place(7, 6), Placement.Place(4, 7)]
    let scene = try Scene(
      [(watcher(3), [Placement.Place(6, 6)]), (watcher(1), around)], walls: [Placement.Place(8, 5)],
      turns: true)
    let shape = scene.world.viewShape(of: 0)
    let first = views(scene.world)[0]
    var view = first
    for _ in 0..<4 {
      scene.step([scene.world.groups[0].actions.firstTurn])
      scene.world.clearDead()
      let turned = views(scene.world)[0]
      // what was ahead is to the left after a clockwise turn
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          for channel in 0..<shape.channels {
            let old = (row * shape.width + column) * shape.channels + channel
            let new = ((shape.width - 1 - column) * shape.width + row) * shape.channels + channel
            #expect(turned[new] == view[old])
          }
        }
      }
      view = turned
    }
    #expect(view == first)
  }
}
