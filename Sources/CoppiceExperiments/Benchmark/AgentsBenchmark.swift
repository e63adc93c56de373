import CoppiceAgents
import CoppiceReplay
public import CoppiceReports
public import CoppiceSparsity
public import CoppiceTensors

/// What several agents at once did with one sparsity.
public struct AgentsBenchmarkRow: Codable, Sendable, Equatable {
  /// The sparsity as it was asked for.
  public var sparsity: String
  /// Gradient steps per second of one agent that has the machine to itself.
  public var alonePerSecond: Spread
  /// Gradient steps per second of all agents at once, added up.
  public var togetherPerSecond: Spread
  /// Together over alone, round by round.
  public var gain: Spread

  private enum CodingKeys: String, CodingKey {
    case sparsity
    case alonePerSecond = "alone_per_second"
    case togetherPerSecond = "together_per_second"
    case gain
  }
}

/// Several agents in one process beside one alone, one row for each sparsity.
public struct AgentsBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// How many agents learn at once.
  public var agents: Int
  /// Threads of each agent.
  public var threads: Int
  /// The instructions that the kernels used.
  public var instructionSet: InstructionSet
  /// Samples of a batch.
  public var batch: Int
  /// One for each sparsity, in the order asked for.
  public var rows: [AgentsBenchmarkRow]

  private enum CodingKeys: String, CodingKey {
    case schema
    case agents
    case threads
    case instructionSet = "instruction_set"
    case batch
    case rows
  }

  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([
      ("sparsity", .left), ("alone/s", .right), ("\(agents) agents/s", .right),
      ("× alone", .right), ("low", .right), ("high", .right),
    ])
    for row in rows {
      table.add([
        row.sparsity, Self.text(row.alonePerSecond.median, 10),
        Self.text(row.togetherPerSecond.median, 10), Self.text(row.gain.median, 100),
        Self.text(row.gain.low, 100), Self.text(row.gain.high, 100),
      ])
    }
    return table
  }

  private static func text(_ value: Double, _ steps: Double) -> String {
    "\((value * steps).rounded() / steps)"
  }
}

extension UpdateBenchmark {
  /// Measures `count` agents that learn at once beside the first of them alone.
  ///
  /// Each agent has a thread, a replay and networks of its own, as where several seeds train in one
  /// process. The turns of all agents begin together; the one alone takes its turn in between.
  ///
  /// - Parameters:
  ///   - count: How many agents; at least 1.
  ///   - variants: Names and rules; `dense` has no rule.
  /// - Returns: What was measured, in the order of `variants`.
  /// - Throws: `UserError` when a value makes no sense or memory is not to be had.
  public func run(
    agents count: Int, _ variants: [(name: String, rule: (any TopologyRule)?)]
  ) throws(UserError) -> AgentsBenchmarkReport {
    guard count <= availableCoreCount() else {
      throw UserError(
        .configuration, found: "\(count) agents on \(availableCoreCount()) cores",
        expected: "a core for each, or they would not run at once", action: "lower --agents")
    }
    var teams = variants.map { _ in [Contestant]() }
    for _ in 0..<count {
      let pool = WorkerPool(threadCount: threads)
      let replay = try ReplayBuffer.filledWithNoise(
        observationCount: observationCount, actionCount: actionCount, count: replayRows,
        arithmetic: arithmetic)
      for (index, variant) in variants.enumerated() {
        teams[index].append(
          Contestant(name: variant.name, agent: try agent(variant.rule, pool), replay: replay))
      }
    }
    let starter = WorkerPool(threadCount: count)
    for team in teams { _ = together(team, starter) }
    var alone = variants.map { _ in [Double]() }
    var sums = alone
    for _ in 0..<rounds {
      for (index, team) in teams.enumerated() {
        alone[index].append(team[0].rate(seconds: turn))
        sums[index].append(together(team, starter))
      }
    }
    return AgentsBenchmarkReport(
      agents: count, threads: threads, instructionSet: arithmetic.instructionSet,
      batch: batch,
      rows: variants.indices.map { index in
        AgentsBenchmarkRow(
          sparsity: variants[index].name, alonePerSecond: Spread(alone[index]),
          togetherPerSecond: Spread(sums[index]),
          gain: Spread(zip(sums[index], alone[index]).map { $0 / $1 }))
      })
  }

  /// Updates per second of the whole team, all of which begin together.
  private func together(_ team: [Contestant], _ starter: WorkerPool) -> Double {
    let rates = AlignedBuffer<Double>(count: team.count)
    starter.run { worker in
      let index = worker.part.index
      rates.pointer[index] = team[index].rate(seconds: turn)
    }
    return rates.elements.reduce(0, +)
  }
}
