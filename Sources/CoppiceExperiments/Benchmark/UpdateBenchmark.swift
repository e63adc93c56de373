#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
public import CoppiceAgents
import CoppiceEnvironments
import CoppiceRandom
import CoppiceReplay
public import CoppiceSparsity
public import CoppiceTensors

/// What a benchmark printed of one sparsity.
public struct UpdateBenchmarkRow: Codable, Sendable, Equatable {
  /// The sparsity as it was asked for.
  public var sparsity: String
  /// Gradient steps per second.
  public var updatesPerSecond: Spread
  /// How much faster than the dense row of the same run, round by round; without one nothing.
  public var speedup: Spread?
  /// Where the time goes, as fractions of an update.
  public var share: Share
  /// The products' floating-point operations over what the core could do at most meanwhile.
  public var densePercentOfPeak: Double

  /// Fractions of an update.
  public struct Share: Codable, Sendable, Equatable {
    /// Matrix products with what is fused into them.
    public var products: Double
    /// Optimiser and target averaging.
    public var elementwise: Double
    /// Drawing and gathering the batch.
    public var replay: Double
    /// Everything else.
    public var other: Double
  }
}

/// A run of the update benchmark, one row for each sparsity.
public struct UpdateBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// What one core could compute at most, from the clock measured during the run: billions of
  /// floating-point operations per second.
  public var peakGflops: Double
  /// The instructions that the kernels used.
  public var instructionSet: InstructionSet
  /// Samples of a batch.
  public var batch: Int
  /// Threads of an update.
  public var threads: Int
  /// One for each sparsity, in the order asked for.
  public var rows: [UpdateBenchmarkRow]
}

/// Measures gradient steps of several variants of one agent in turn, on one full replay.
///
/// The variants take turns of a fraction of a second, so that a change of the clock or a noisy
/// neighbour strikes all of them; ratios are taken within a round. Every step is the one of
/// training: it draws its batch from a million random transitions, adds target noise, and revises
/// masks when they are due.
public struct UpdateBenchmark {
  /// Samples of a transition's observation.
  public var observationCount: Int
  /// Samples of a transition's action.
  public var actionCount: Int
  /// Units of each hidden layer.
  public var hidden = [256, 256]
  /// The agent's hyper-parameters.
  public var configuration = TD3.defaults
  /// Transitions in the replay.
  public var replayRows = 1_000_000
  /// Threads of an update.
  public var threads = 1
  /// How often each variant takes its turn.
  public var rounds = 15
  /// Seconds of one turn.
  public var turn = 0.25
  /// The operations that networks are computed with.
  public var arithmetic = KernelArithmetic.fastest

  /// A benchmark for environments with the given sizes.
  public init(observationCount: Int, actionCount: Int) {
    self.observationCount = observationCount
    self.actionCount = actionCount
  }

  /// Runs the benchmark.
  ///
  /// - Parameter variants: Names and rules; `dense` has no rule.
  /// - Throws: ``UserError`` when a value makes no sense or memory is not to be had.
  public func run(
    _ variants: [(name: String, rule: (any TopologyRule)?)]
  ) throws(UserError) -> UpdateBenchmarkReport {
    let pool = WorkerPool(threadCount: threads)
    let replay = try ReplayBuffer.filledWithNoise(
      observationCount: observationCount, actionCount: actionCount, count: replayRows,
      arithmetic: arithmetic)
    var contestants: [Contestant] = []
    for (name, rule) in variants {
      let agent = try TD3(
        configuration,
        setup: AgentSetup(
          observationCount: observationCount, actionCount: actionCount, hidden: hidden,
          rule: rule, arithmetic: arithmetic, pool: pool),
        key: RandomKey(seed: 1))
      contestants.append(Contestant(name: name, agent: agent, replay: replay, pool: pool))
    }
    for contestant in contestants { contestant.warmUp(seconds: turn) }
    var peaks: [Double] = []
    for _ in 0..<rounds {
      for contestant in contestants {
        let peak = MachinePeak.measured(for: arithmetic, seconds: 0.005).gigaflops
        peaks.append(peak)
        contestant.takeTurn(seconds: turn, peak: peak)
      }
    }
    let dense = contestants.first { $0.name == "dense" }
    return UpdateBenchmarkReport(
      peakGflops: Spread(peaks).median, instructionSet: arithmetic.instructionSet,
      batch: configuration.batchSize, threads: threads,
      rows: contestants.map { $0.row(against: dense) })
  }
}

/// One variant in the ring.
private final class Contestant {
  let name: String
  private let agent: TD3
  private let learner: GradientStep
  private let stopwatch = UpdateStopwatch()
  private var step = 0
  private var rates: [Double] = []
  private var percents: [Double] = []

  init(name: String, agent: TD3, replay: ReplayBuffer, pool: WorkerPool) {
    self.name = name
    self.agent = agent
    agent.stopwatch = stopwatch
    learner = GradientStep(agent: agent, replay: replay, pool: pool, key: RandomKey(seed: 2))
  }

  /// Runs until caches, clocks and the first masks have settled.
  func warmUp(seconds: Double) { _ = run(seconds) }

  func takeTurn(seconds: Double, peak: Double) {
    let before = stopwatch.total(.products)
    let (count, elapsed) = run(seconds)
    let inProducts = stopwatch.total(.products) - before
    rates.append(Double(count) / elapsed)
    percents.append(
      100 * agent.productOperations * Double(count) / (inProducts * peak * 1e9))
  }

  /// Whole cycles of the policy delay for about `seconds`.
  private func run(_ seconds: Double) -> (count: Int, elapsed: Double) {
    let start = secondsNow()
    var count = 0
    while true {
      for _ in 0..<(8 * agent.configuration.policyDelay) {
        step += 1
        count += 1
        learner.perform(step: step)
      }
      let elapsed = secondsNow() - start
      if elapsed >= seconds { return (count, elapsed) }
    }
  }

  func row(against dense: Contestant?) -> UpdateBenchmarkRow {
    let total = UpdateStopwatch.Work.allCases.reduce(0) { $0 + stopwatch.total($1) }
    return UpdateBenchmarkRow(
      sparsity: name, updatesPerSecond: Spread(rates),
      speedup: dense.map { dense in Spread(zip(rates, dense.rates).map { $0 / $1 }) },
      share: UpdateBenchmarkRow.Share(
        products: stopwatch.total(.products) / total,
        elementwise: stopwatch.total(.elementwise) / total,
        replay: stopwatch.total(.replay) / total, other: stopwatch.total(.other) / total),
      densePercentOfPeak: Spread(percents).median)
  }
}

/// The monotonic clock, in seconds.
func secondsNow() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

extension ReplayBuffer {
  /// A full buffer of random transitions, for benchmarks.
  static func filledWithNoise(
    observationCount: Int, actionCount: Int, count: Int, arithmetic: KernelArithmetic
  ) throws(UserError) -> ReplayBuffer {
    let replay = try ReplayBuffer(
      observationCount: observationCount, actionCount: actionCount, capacity: count,
      arithmetic: arithmetic)
    var random = RandomKey(seed: 3).stream()
    let numbers = (0..<4096).map { _ in random.nextUniform(-1, 1) }
    let longest = max(observationCount, actionCount)
    let start = AlignedBuffer((0..<(4096 + longest)).map { numbers[$0 % 4096] })
    for index in 0..<count {
      let (first, second, third) = (index * 31 % 4096, index * 57 % 4096, index * 101 % 4096)
      replay.append(
        observation: start.pointer + first, action: start.pointer + second,
        reward: numbers[third], nextObservation: start.pointer + third,
        terminated: index % 1000 == 999)
    }
    return replay
  }
}
