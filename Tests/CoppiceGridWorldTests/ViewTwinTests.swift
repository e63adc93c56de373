import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Views beside a plain evaluation")
struct ViewTwinTests {
  /// A world with walls, and two groups of any reach, body and direction.
  private func world(_ key: RandomKey, threads: Int) throws -> GridWorld {
    var random = key.stream()
    var description = WorldDescription(
      width: 20 + random.nextIndex(below: 30), height: 20 + random.nextIndex(below: 30))
    for name in ["first", "second"] {
      var type = AgentType()
      type.view = Reach(
        radius: 1 + Double(random.nextIndex(below: 20)) / 2,
        angle: random.nextIndex(below: 3) == 0 ? 120 : 360)
      (type.width, type.length) = (1 + random.nextIndex(below: 2), 1 + random.nextIndex(below: 3))
      type.health = 3
      type.recovery = -0.01
      description.groups.append(
        WorldDescription.Group(name, type, [.anywhere(20 + random.nextIndex(below: 24))]))
    }
    description.walls = [.anywhere(random.nextIndex(below: 60))]
    description.hasTurns = true
    let world = try GridWorld(
      description, key: key.split("world"), pool: WorkerPool(threadCount: threads))
    for step in 0..<5 {
      for group in world.groups.indices {
        world.actByChance(group, key: key.split("act").split(step).split(group))
      }
      world.step()
      world.clearDead()
    }
    return world
  }

  /// `[height, width, channels]` of one agent, cell by cell from the state of the world.
  private func plainView(
    _ world: GridWorld, _ group: Int, _ agent: Int, _ state: [Float]
  ) -> [Float] {
    let (shape, stateShape) = (world.viewShape(of: group), world.stateShape())
    let (type, place) = (world.groups[group].type, world.places(of: group)[agent])
    let direction = place.direction
    // the body as it lies on the map, and its first cell as the agent sees it
    let isAcross = direction == .east || direction == .west
    let columns = isAcross ? type.length : type.width
    let rows = isAcross ? type.width : type.length
    var (x, y) = (place.x, place.y)
    if direction == .south || direction == .east { x += columns - 1 }
    if direction == .south || direction == .west { y += rows - 1 }
    var view = [Float](repeating: 0, count: shape.count)
    let range = type.viewRange
    for offset in range.offsets {
      let turned = direction.rotated(offset.x + type.width / 2, offset.y + type.length / 2)
      let (column, row) = (x + turned.x, y + turned.y)
      guard (0..<stateShape.width).contains(column), (0..<stateShape.height).contains(row) else {
        continue
      }
      let cell = (row * stateShape.width + column) * stateShape.channels
      let seen =
        ((offset.y - range.origin.y) * shape.width + offset.x - range.origin.x) * shape.channels
      view[seen] = state[cell]
      for other in 0..<2 {
        let own = (other + group) % 2
        view[seen + 1 + 2 * other] = state[cell + 1 + 2 * own]
        view[seen + 2 + 2 * other] = state[cell + 2 + 2 * own]
      }
    }
    return view
  }

  @Test("any reach, body and direction, in arrays and panels", arguments: 0..<24)
  func anyWorld(_ number: Int) throws {
    let world = try world(RandomKey(seed: 5).split(number), threads: 1 + number % 2)
    let stateShape = world.stateShape()
    let state = AlignedBuffer<Float>(count: stateShape.count)
    world.writeState(to: state.pointer)
    for group in world.groups.indices {
      let (shape, count) = (world.viewShape(of: group), world.groups[group].count)
      try #require(count > 0)
      let arrays = AlignedBuffer<Float>(count: count * shape.count)
      let panels = Panels<Float>(featureCount: shape.count + 3, sampleCount: count)
      arrays.fill(7)
      panels.buffer.fill(7)
      world.writeViews(of: 0..<count, in: group, to: arrays.pointer)
      world.writeViews(of: 0..<count, in: group, to: panels)
      for agent in 0..<count {
        let plain = plainView(world, group, agent, Array(state.elements))
        #expect(
          Array(arrays.elements[(agent * shape.count)..<((agent + 1) * shape.count)]) == plain)
        for cell in 0..<(shape.height * shape.width) {
          for channel in 0..<shape.channels {
            let feature = channel * shape.height * shape.width + cell
            #expect(
              panels[sample: agent, feature: feature] == plain[cell * shape.channels + channel])
          }
        }
        #expect(panels[sample: agent, feature: shape.count] == 7)
      }
    }
  }

  @Test("panels that know what was seen last hold what fresh ones do", arguments: 0..<12)
  func rememberedPanels(_ number: Int) throws {
    let key = RandomKey(seed: 6).split(number)
    let world = try world(key, threads: 1 + number % 2)
    let features = world.groups.indices.map { world.viewShape(of: $0).count }.max() ?? 0
    let most = world.groups.map(\.count).max() ?? 0
    let views = ViewPanels(featureCount: features + 2, sampleCount: most)
    var random = key.split("part").stream()
    for step in 0..<6 {
      // groups may see as far as each other, or not, and some agents of a group alone
      for group in world.groups.indices {
        let (shape, count) = (world.viewShape(of: group), world.groups[group].count)
        let agents = step % 2 == 0 ? 0..<count : random.nextIndex(below: count)..<count
        let fresh = Panels<Float>(featureCount: shape.count, sampleCount: agents.count)
        world.writeViews(of: agents, in: group, to: fresh)
        world.writeViews(of: agents, in: group, to: views)
        for sample in 0..<agents.count {
          #expect(
            (0..<shape.count).allSatisfy {
              views.panels[sample: sample, feature: $0] == fresh[sample: sample, feature: $0]
            })
        }
        // what others write behind the views
        for feature in shape.count..<(features + 2) {
          for sample in 0..<most { views.panels[sample: sample, feature: feature] = 7 }
        }
        world.actByChance(group, key: key.split("on").split(step).split(group))
      }
      world.step()
      world.clearDead()
    }
  }

  @Test("threads with a panel each write what all together write", arguments: 0..<12)
  func panelsApart(_ number: Int) throws {
    let world = try world(RandomKey(seed: 7).split(number), threads: 1 + number % 2)
    let pool = WorkerPool(threadCount: 2)
    for group in world.groups.indices {
      let (viewCount, count) = (world.viewShape(of: group).count, world.groups[group].count)
      let features = viewCount + world.featureCount(of: group)
      let together = ViewPanels(featureCount: features, sampleCount: count)
      world.writeViews(of: 0..<count, in: group, to: together)
      world.writeFeatures(of: 0..<count, in: group, to: together.panels, from: viewCount)
      let apart = ViewPanels(featureCount: features, sampleCount: 2 * panelWidth)
      let found = AlignedBuffer<Float>(count: count * features)
      world.prepareObservations(of: group)
      pool.run { worker in
        let own = worker.part.range(of: count)
        for first in stride(from: own.lowerBound, to: own.upperBound, by: panelWidth) {
          let agents = first..<min(own.upperBound, first + panelWidth)
          world.writeObservations(of: agents, in: group, to: apart, panel: worker.part.index)
          for agent in agents {
            let sample = worker.part.index * panelWidth + agent - first
            for feature in 0..<features {
              found[agent * features + feature] = apart.panels[sample: sample, feature: feature]
            }
          }
        }
      }
      for agent in 0..<count {
        #expect(
          (0..<features).allSatisfy {
            found[agent * features + $0] == together.panels[sample: agent, feature: $0]
          })
      }
    }
  }
}
