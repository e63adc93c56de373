import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

/// Scenes that were recorded from MAgent2 have the same outcome here.
///
/// Not among them: `moves-large-map` (the original moves by bands of columns there), `moves-order` (groups hand in their actions in another order than theirs) and
/// `placements` (walls after agents).
@Suite("Scenes of MAgent2")
struct RecordedSceneTests {
  static let scenes = [
    "attack-itself", "battle-chain", "battle-duel", "battle-own-group", "battle-random",
    "battle-together", "combined-arms", "food", "gather", "moves-absorb", "moves-all",
    "moves-bodies",
    "moves-conflicts", "moves-random", "observe-borders", "observe-three-groups",
    "observe-three-groups-minimap", "pursuit", "pursuit-random", "rules-collide", "rules-fights",
    "rules-numbers", "rules-places", "rules-terminal", "rules-together", "tiger-last-hit",
    "tiger-starves", "tiger-starves-faster", "tiger-supply", "tiger-supply-cap", "tiger-together",
    "turns-alone", "turns-attacks", "turns-blocked", "turns-random",
  ]

  /// Scenes with rules that mean something else here: where an agent's number is its present place in the group,
  /// and where `not` passes over those that met with nobody.
  static let otherRules = ["rules-fights", "rules-numbers"]

  @Test("step by step, agent by agent", arguments: scenes, [1, 2])
  func replay(name: String, threads: Int) throws {
    let scene = try RecordedScene(named: name)
    let world = try GridWorld(
      scene.description(), key: RandomKey(seed: 1), pool: WorkerPool(threadCount: threads))
    let inner = world.walls.filter {
      $0.x > 0 && $0.y > 0 && $0.x < scene.world.width - 1 && $0.y < scene.world.height - 1
    }
    #expect(inner.map { [$0.x, $0.y] } == scene.walls)
    // the numbers here follow groups, there the order of placement
    var recorded: [Int: Int] = [:]
    for group in world.groups.indices {
      for (own, theirs) in zip(world.numbers(of: group), scene.start.ids[group]) {
        recorded[own] = theirs
      }
    }
    var ids = scene.start.ids
    let otherRules = Self.otherRules.contains(name)
    compare(world, scene.start, recorded, "\(name), start", otherRules: otherRules)
    for (index, step) in scene.steps.enumerated() {
      let place = "\(name), step \(index + 1)"
      for (group, actions) in step.actions.enumerated() {
        guard let actions else { continue }
        let byID = Dictionary(uniqueKeysWithValues: zip(ids[group], actions))
        world.setActions(
          world.numbers(of: group).map { byID[recorded[$0] ?? -1] ?? -1 }, of: group)
      }
      world.step()
      for group in world.groups.indices {
        let own = world.numbers(of: group).map { recorded[$0] ?? -1 }
        let alive = Dictionary(uniqueKeysWithValues: zip(own, world.isAlive(of: group)))
        #expect(
          ids[group].map { alive[$0] ?? false } == step.alive[group].map { $0 == 1 }, "\(place)")
        let rewards = Dictionary(uniqueKeysWithValues: zip(own, world.rewards(of: group)))
        if !otherRules {
          #expect(ids[group].map { rewards[$0] ?? .nan } == step.rewards[group], "\(place)")
        }
      }
      #expect(world.isOver == step.done, "\(place)")
      if let before = step.before_clear {
        for group in world.groups.indices {
          compare(
            world, group, before[group], ids[group], recorded, "\(place), before clearing",
            otherRules: otherRules)
        }
      }
      world.clearDead()
      compare(world, step.after, recorded, place, otherRules: otherRules)
      ids = step.after.ids
    }
  }

  private func compare(
    _ world: GridWorld, _ state: RecordedScene.State, _ recorded: [Int: Int], _ place: String,
    otherRules: Bool
  ) {
    for group in world.groups.indices {
      let own = world.numbers(of: group).map { recorded[$0] ?? -1 }
      #expect(own.sorted() == state.ids[group].sorted(), "\(place)")
      let cells = Dictionary(
        uniqueKeysWithValues: zip(own, world.places(of: group).map { [$0.x, $0.y] }))
      let found = state.ids[group].flatMap { cells[$0] ?? [] }
      #expect(found == state.positions[group], "\(place)")
      if let observations = state.observations {
        compare(
          world, group, observations[group], state.ids[group], recorded, place,
          otherRules: otherRules)
      }
    }
  }

  private func compare(
    _ world: GridWorld, _ group: Int, _ observations: RecordedScene.Observations?, _ ids: [Int],
    _ recorded: [Int: Int], _ place: String, otherRules: Bool
  ) {
    guard let observations else { return }
    let (count, shape) = (world.groups[group].count, world.viewShape(of: group))
    let length = world.featureCount(of: group)
    let views = AlignedBuffer<Float>(count: count * shape.count)
    let features = AlignedBuffer<Float>(count: count * length)
    world.writeViews(of: 0..<count, in: group, to: views.pointer)
    world.writeFeatures(of: 0..<count, in: group, to: features.pointer)
    let numbers = world.numbers(of: group)
    // bits of a number say the same only where numbers are the same
    let bits = recorded.allSatisfy { $0.key == $0.value } ? 0 : world.description.numberBits
    let last = otherRules ? length - (world.description.hasMinimap ? 3 : 1) : -1
    for (order, id) in ids.enumerated() {
      guard let index = numbers.firstIndex(where: { recorded[$0] == id }) else { continue }
      #expect(
        sparse(views, index * shape.count, shape.count) == observations.views[order],
        "\(place), view of \(id)")
      #expect(
        sparse(features, index * length, length).drop(below: bits, and: last)
          == observations.features[order].drop(below: bits, and: last),
        "\(place), features of \(id)")
    }
  }

  private func sparse(_ numbers: AlignedBuffer<Float>, _ first: Int, _ count: Int) -> [Float] {
    (0..<count).flatMap { index -> [Float] in
      let number = numbers.pointer[first + index]
      return number == 0 ? [] : [Float(index), number]
    }
  }
}

extension [Float] {
  /// Without the pairs of places below `bits`, and of `last`.
  fileprivate func drop(below bits: Int, and last: Int) -> [Float] {
    stride(from: 0, to: count, by: 2).filter { self[$0] >= Float(bits) && self[$0] != Float(last) }
      .flatMap { [self[$0], self[$0 + 1]] }
  }
}
