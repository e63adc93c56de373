import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

/// Measures by their definitions, from what a world tells of itself, agent by agent.
private struct PlainMeasures {
  private var before: [Int: Placement.Place] = [:]

  init(_ world: GridWorld) { remember(world) }

  mutating func remember(_ world: GridWorld) {
    for group in world.groups.indices {
      for (number, place) in zip(world.numbers(of: group), world.places(of: group)) {
        before[number] = place
      }
    }
  }

  func values(_ world: GridWorld, _ group: Int) -> [String: Double] {
    let (alive, places) = (world.isAlive(of: group), world.places(of: group))
    let living = alive.indices.filter { alive[$0] }
    let met = world.encounters(of: group)
    let hits = met.filter { $0.kind == .attack || $0.kind == .kill }.compactMap(\.number)
    var values: [String: Double] = [
      "alive": Double(living.count), "deaths": Double(alive.count - living.count),
      "kills": Double(met.count { $0.kind == .kill }), "hits": Double(hits.count),
    ]
    if !hits.isEmpty {
      let joint = hits.count { victim in hits.count { $0 == victim } > 1 }
      values["cooperation"] = Double(joint) / Double(hits.count)
    }
    func mean(_ numbers: [Double]) -> Double? {
      numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
    }
    values["health"] = mean(living.map { Double(world.health(of: group)[$0]) })
    values["reward"] = mean(world.rewards(of: group).map(Double.init))
    let type = world.groups[group].type
    let middles = living.map { agent -> (Double, Double) in
      let isUpright = places[agent].direction == .north || places[agent].direction == .south
      let width = Double(isUpright ? type.width : type.length)
      let height = Double(isUpright ? type.length : type.width)
      return (Double(places[agent].x) + width / 2, Double(places[agent].y) + height / 2)
    }
    if let x = mean(middles.map(\.0)), let y = mean(middles.map(\.1)) {
      values["spread"] = mean(
        middles.map { ($0.0 - x) * ($0.0 - x) + ($0.1 - y) * ($0.1 - y) })?.squareRoot()
    }
    let moves = living.compactMap { agent -> (Double, Double)? in
      guard let old = before[world.numbers(of: group)[agent]] else { return nil }
      let (x, y) = (Double(places[agent].x - old.x), Double(places[agent].y - old.y))
      let length = hypot(x, y)
      return length > 0 ? (x / length, y / length) : nil
    }
    if let x = mean(moves.map(\.0)), let y = mean(moves.map(\.1)) {
      values["polarisation"] = hypot(x, y)
    }
    let others = world.groups.indices.filter { $0 != group }.flatMap { other in
      zip(world.places(of: other), world.isAlive(of: other)).filter(\.1).map(\.0)
    }
    if !others.isEmpty {
      values["nearest_enemy"] = mean(
        living.map { agent in
          others.reduce(.infinity) {
            min($0, hypot(Double($1.x - places[agent].x), Double($1.y - places[agent].y)))
          }
        })
    }
    return values
  }
}

@Suite("Measures beside their plain twins")
struct MeasureTwinTests {
  @Test(
    "every measure is what its definition says, in every world",
    arguments: WorldCatalogue.standard.entries.map(\.name))
  func twins(name: String) throws {
    let description = try WorldCatalogue.standard.entry(name).description.scaled(
      toAgents: 90, density: 0.15)
    let world = try GridWorld(description, key: RandomKey(seed: 2))
    let players = RandomPlayers(key: RandomKey(seed: 3))
    let measured = WorldMeasurement(of: world)
    var plain = PlainMeasures(world)
    var kills = 0.0
    for _ in 0..<25 where !world.isOver {
      players.choose(in: world)
      world.step()
      measured.take()
      for group in world.groups.indices {
        let expected = plain.values(world, group)
        for (index, measure) in measured.measures.enumerated() where measure.name != "eaten" {
          let found = measured.value(of: index, group: group)
          switch (found, expected[measure.name]) {
          case (nil, nil): break
          case (let found?, let expected?):
            // sums in another order
            #expect(abs(found - expected) < 1e-9 * max(1, abs(expected)), "\(measure.name)")
          default: Issue.record("\(measure.name): \(String(describing: found))")
          }
        }
        let share = measured.value("polarisation", group) ?? 0
        #expect((0...1).contains(share))
        #expect((0...1).contains(measured.value("cooperation", group) ?? 0))
        #expect((measured.value("kills", group) ?? 0) <= (measured.value("hits", group) ?? 0))
        kills += measured.value("kills", group) ?? 0
      }
      plain.remember(world)
      world.clearDead()
    }
    // whoever was killed died
    let deaths = world.groups.indices.reduce(0) { $0 + (measured.summary("deaths", $1) ?? 0) }
    #expect(kills <= deaths)
    if name.hasPrefix("battle") { #expect(kills == deaths) }
  }

  @Test("1, 2 and 4 threads give the same bits")
  func threads() throws {
    for name in ["battle", "tiger-deer", "pursuit"] {
      let description = try WorldCatalogue.standard.entry(name).description.scaled(
        toAgents: 3000, density: 0.1)
      let found = try [1, 2, 4].map { threads in
        let world = try GridWorld(
          description, key: RandomKey(seed: 2), pool: WorkerPool(threadCount: threads))
        let players = RandomPlayers(key: RandomKey(seed: 3))
        let measured = WorldMeasurement(of: world)
        var bits: [UInt64?] = []
        for _ in 0..<12 {
          players.choose(in: world)
          world.step()
          measured.take()
          for group in world.groups.indices {
            bits += measured.measures.indices.map {
              measured.value(of: $0, group: group)?.bitPattern
            }
          }
          world.clearDead()
        }
        return bits
      }
      #expect(found[0] == found[1] && found[0] == found[2])
    }
  }
}
