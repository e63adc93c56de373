import CoppiceAgents
public import CoppiceEnvironments
import CoppiceRandom
import CoppiceReplay
public import CoppiceSparsity
public import CoppiceTensors

/// What the training benchmark measured of one sparsity.
public struct TrainBenchmarkRow: Codable, Sendable, Equatable {
  /// The sparsity as it was asked for.
  public var sparsity: String
  /// Whole training steps per second: act, environment step, store, one update.
  public var stepsPerSecond: Spread
  /// Updates alone per second, with the same agent in turn.
  public var updatesPerSecond: Spread
  /// Steps over updates, round by round: what is left of the update rate.
  public var fractionOfUpdateRate: Spread

  private enum CodingKeys: String, CodingKey {
    case sparsity
    case stepsPerSecond = "steps_per_second"
    case updatesPerSecond = "updates_per_second"
    case fractionOfUpdateRate = "fraction_of_update_rate"
  }
}

/// A run of the training benchmark, one row for each sparsity.
public struct TrainBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// The environment that was stepped.
  public var environment: String
  /// The instructions that the kernels used.
  public var instructionSet: InstructionSet
  /// Samples of a batch.
  public var batch: Int
  /// Threads of an update.
  public var threads: Int
  /// One for each sparsity, in the order asked for.
  public var rows: [TrainBenchmarkRow]

  private enum CodingKeys: String, CodingKey {
    case schema
    case environment
    case instructionSet = "instruction_set"
    case batch
    case threads
    case rows
  }
}

/// Measures whole training steps of several variants in turn with their updates alone.
///
/// Every step is the one of training, on a replay that is full from the beginning.
public struct TrainBenchmark {
  /// Sizes, threads and turns; its observation and action counts must be the environment's.
  public var update: UpdateBenchmark
  /// The environment.
  public var environment: String
  /// The environments that can be named.
  public var catalogue: EnvironmentCatalogue

  /// A benchmark on `environment`.
  ///
  /// - Throws: `UserError` of kind `configuration` for an unknown environment.
  public init(
    environment: String, catalogue: EnvironmentCatalogue = .standard
  ) throws(UserError) {
    let specification = try catalogue.specification(environment)
    self.environment = environment
    self.catalogue = catalogue
    update = UpdateBenchmark(
      observationCount: specification.observationSpace.size,
      actionCount: specification.actionSpace.size)
  }

  /// Runs the benchmark.
  ///
  /// - Parameter variants: Names and rules; `dense` has no rule.
  /// - Returns: What was measured, in the order of `variants`.
  /// - Throws: `UserError` when a value makes no sense or something is missing.
  public func run(
    _ variants: [(name: String, rule: (any TopologyRule)?)]
  ) throws(UserError) -> TrainBenchmarkReport {
    let pool = WorkerPool(threadCount: update.threads)
    let replay = try update.filledReplay()
    var entries: [(loop: TrainingLoop, alone: Contestant, steps: [Double])] = []
    for (name, rule) in variants {
      let agent = try update.agent(rule, pool)
      let alone = Contestant(name: name, agent: agent, replay: replay)
      entries.append((try loop(agent, replay), alone, []))
    }
    for entry in entries {
      entry.alone.warmUp(seconds: update.turn)
      _ = try entry.loop.turn(seconds: update.turn)
    }
    for _ in 0..<update.rounds {
      for index in entries.indices {
        let turn = try entries[index].loop.turn(seconds: update.turn)
        entries[index].steps.append(Double(turn.steps) / turn.seconds)
        entries[index].alone.takeTurn(seconds: update.turn, peak: 1)
      }
    }
    return TrainBenchmarkReport(
      environment: environment, instructionSet: update.arithmetic.instructionSet,
      batch: update.batch, threads: update.threads,
      rows: entries.map { entry in
        TrainBenchmarkRow(
          sparsity: entry.alone.name, stepsPerSecond: Spread(entry.steps),
          updatesPerSecond: Spread(entry.alone.rates),
          fractionOfUpdateRate: Spread(zip(entry.steps, entry.alone.rates).map { $0 / $1 }))
      })
  }

  /// The loop of training with every step learning.
  func loop(
    _ agent: any Algorithm, _ replay: ReplayBuffer
  ) throws(UserError) -> TrainingLoop {
    try TrainingLoop(
      agent: agent, environment: try catalogue.make(environment, count: 1), replay: replay,
      plan: TrainingPlan(warmUpSteps: 0, totalSteps: .max), key: RandomKey(seed: 4))
  }
}
