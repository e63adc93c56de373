import CoppiceGridWorld
import CoppiceRandom
public import CoppiceReports
public import CoppiceTensors

/// What was measured of one world.
public struct WorldBenchmarkRow: Codable, Sendable, Equatable {
  /// How many agents it began with.
  public var agents: Int
  /// How many were alive on average while it was measured.
  public var livingAgents: Double
  /// Agent-steps per second of steps alone.
  public var steps: Double
  /// The same with everything that agents observe, 64 of them after the other into a panel of each thread.
  public var stepsAndObservations: Double
  /// The same with everything written out as arrays; nothing where these would not fit into memory.
  public var stepsAndArrays: Double?
  /// Memory of the world for each agent, without observations.
  public var bytesPerAgent: Double
  /// Seconds to make the world.
  public var buildSeconds: Double

  private enum CodingKeys: String, CodingKey {
    case agents
    case livingAgents = "living_agents"
    case steps = "step_per_second"
    case stepsAndObservations = "step_and_observe_per_second"
    case stepsAndArrays = "step_and_write_per_second"
    case bytesPerAgent = "bytes_per_agent"
    case buildSeconds = "build_seconds"
  }
}

/// A run of the benchmark of worlds.
public struct WorldBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// Which world.
  public var world: String
  /// Threads of a step.
  public var threads: Int
  /// Agents for each cell.
  public var density: Double
  /// One for each number of agents.
  public var rows: [WorldBenchmarkRow]

  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([
      ("agents", .right), ("alive", .right), ("steps/s", .right), ("with panels/s", .right),
      ("with arrays/s", .right), ("bytes each", .right), ("built in/s", .right),
    ])
    func millions(_ rate: Double) -> String { "\((rate / 1e5).rounded() / 10) M" }
    for row in rows {
      table.add([
        "\(row.agents)", "\(Int(row.livingAgents.rounded()))", millions(row.steps),
        millions(row.stepsAndObservations), row.stepsAndArrays.map(millions) ?? "-",
        "\(Int(row.bytesPerAgent.rounded()))", "\((row.buildSeconds * 1000).rounded() / 1000)",
      ])
    }
    return table
  }
}

/// Measures worlds of soldiers that are mixed all over the field and act at random.
public struct WorldBenchmark: Sendable {
  /// Threads of a step.
  public var threads = 1
  /// Agents for each cell at the beginning.
  public var density = 0.08
  /// Steps before anything is measured.
  public var warmUpSteps = 50
  /// Steps that are measured.
  public var measuredSteps = 50
  /// For how long worlds of each size are played again at least.
  public var leastSeconds = 1.0
  /// More memory than this is not asked for, for arrays of observations.
  public var mostArrayBytes = 4 << 30

  /// The settings above.
  public init() {}

  /// Measures worlds of so many agents.
  ///
  /// Every world plays from the beginning: steps alone, with panels, and with arrays; again and again in
  /// turns until ``leastSeconds`` are over, and the medians count. Choosing actions is not measured.
  ///
  /// - Throws: `UserError` of kind `configuration` for a world that cannot be.
  public func run(_ counts: [Int]) throws(UserError) -> WorldBenchmarkReport {
    let rows = try counts.map { count throws(UserError) in try measure(count) }
    return WorldBenchmarkReport(world: "battle", threads: threads, density: density, rows: rows)
  }

  private func measure(_ count: Int) throws(UserError) -> WorldBenchmarkRow {
    let pool = WorkerPool(threadCount: threads)
    let start = secondsNow()
    let first = try Self.world(count, density, pool)
    let built = secondsNow() - start
    let (panels, arrays) = (inPanels(of: first, pool), inArrays(of: first))
    var (living, steps, withPanels, withArrays): ([Double], [Double], [Double], [Double]) =
      ([], [], [], [])
    repeat {
      let bare = play(try Self.world(count, density, pool)) { _ in }
      living.append(bare.living)
      steps.append(bare.rate)
      withPanels.append(play(try Self.world(count, density, pool), panels).rate)
      if let arrays { withArrays.append(play(try Self.world(count, density, pool), arrays).rate) }
    } while secondsNow() - start < leastSeconds
    return WorldBenchmarkRow(
      agents: count, livingAgents: Spread(living).median, steps: Spread(steps).median,
      stepsAndObservations: Spread(withPanels).median,
      stepsAndArrays: withArrays.isEmpty ? nil : Spread(withArrays).median,
      bytesPerAgent: Double(first.byteCount) / Double(count), buildSeconds: built)
  }

  private static func world(
    _ count: Int, _ density: Double, _ pool: WorkerPool
  ) throws(UserError) -> GridWorld {
    try GridWorld(
      .mixedBattle(agents: count, density: density), key: RandomKey(seed: 1), pool: pool)
  }

  private func play(
    _ world: GridWorld, _ observe: (GridWorld) -> Void
  ) -> (rate: Double, living: Double) {
    var (seconds, agentSteps) = (0.0, 0)
    let players = RandomPlayers(key: RandomKey(seed: 2))
    for step in 0..<(warmUpSteps + measuredSteps) {
      players.choose(in: world)
      let start = secondsNow()
      let living = world.groups.reduce(0) { $0 + $1.count }
      world.step()
      world.clearDead()
      observe(world)
      guard step >= warmUpSteps else { continue }
      seconds += secondsNow() - start
      agentSteps += living
    }
    return (Double(agentSteps) / seconds, Double(agentSteps) / Double(max(1, measuredSteps)))
  }

  private func inPanels(of world: GridWorld, _ pool: WorkerPool) -> (GridWorld) -> Void {
    // one network reads those of every group in turn
    let numbers = world.groups.indices.map {
      world.viewShape(of: $0).count + world.featureCount(of: $0)
    }
    let views = ViewPanels(
      featureCount: numbers.max() ?? 0, sampleCount: panelWidth * threads)
    return { world in
      for group in world.groups.indices { world.prepareObservations(of: group) }
      pool.run { worker in
        for group in world.groups.indices {
          let own = worker.part.range(of: world.groups[group].count)
          for first in stride(from: own.lowerBound, to: own.upperBound, by: panelWidth) {
            world.writeObservations(
              of: first..<min(own.upperBound, first + panelWidth), in: group, to: views,
              panel: worker.part.index)
          }
        }
      }
    }
  }

  /// Nothing where there is not the memory.
  private func inArrays(of world: GridWorld) -> ((GridWorld) -> Void)? {
    let sizes = world.groups.indices.map { group in
      world.groups[group].count * (world.viewShape(of: group).count + world.featureCount(of: group))
    }
    guard sizes.reduce(0, +) * MemoryLayout<Float>.stride <= mostArrayBytes else { return nil }
    let arrays = sizes.map { AlignedBuffer<Float>(count: $0) }
    return { world in
      for (group, array) in arrays.enumerated() {
        let count = world.groups[group].count
        let features = array.pointer + count * world.viewShape(of: group).count
        world.writeViews(of: 0..<count, in: group, to: array.pointer)
        world.writeFeatures(of: 0..<count, in: group, to: features)
      }
    }
  }
}
