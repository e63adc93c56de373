import CoppiceAgents
import CoppiceEnvironments
import CoppiceRandom
import CoppiceReplay
public import CoppiceSparsity
public import CoppiceTensors

/// What the update benchmark measured of one sparsity.
public struct UpdateBenchmarkRow: Codable, Sendable, Equatable {
  /// The sparsity as it was asked for.
  public var sparsity: String
  /// Gradient steps per second.
  public var updatesPerSecond: Spread
  /// How much faster than the dense row of the same run, round by round; without one nothing.
  public var speedup: Spread?
  /// Where the time goes, as fractions of an update.
  public var share: Share
  /// The products' floating-point operations over what the cores of all threads could do meanwhile.
  public var densePercentOfPeak: Double

  /// Fractions of an update.
  public struct Share: Codable, Sendable, Equatable {
    /// Matrix products with what is fused into them.
    public var products: Double
    /// Optimiser, target averaging, and new weights brought into the order of the backward pass.
    public var elementwise: Double
    /// Drawing and gathering the batch.
    public var replay: Double
    /// Choosing masks anew, and what that moves.
    public var topology: Double
    /// Everything else.
    public var other: Double
  }

  private enum CodingKeys: String, CodingKey {
    case sparsity
    case updatesPerSecond = "updates_per_second"
    case speedup
    case share
    case densePercentOfPeak = "dense_percent_of_peak"
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

  private enum CodingKeys: String, CodingKey {
    case schema
    case peakGflops = "peak_gflops"
    case instructionSet = "instruction_set"
    case batch
    case threads
    case rows
  }
}

/// Measures gradient steps of several variants of one agent in turn, on one full replay.
///
/// The variants take turns of a fraction of a second, so that a change of the clock or a noisy
/// neighbour strikes all of them; ratios are taken within a round. Every step is the one of
/// training: it draws its batch from ``replayRows`` random transitions, adds target noise, and revises
/// masks when they are due.
public struct UpdateBenchmark {
  /// Samples of a transition's observation.
  public var observationCount: Int
  /// Samples of a transition's action.
  public var actionCount: Int
  /// What learns, with its hyper-parameters, hidden units and threads.
  public var configuration = RunConfiguration()
  /// Transitions in the replay.
  public var replayRows = 1_000_000
  /// How often each variant takes its turn.
  public var rounds = 15
  /// How far into its training, as a fraction, each variant is measured: what its last revision before
  /// that would keep is kept.
  public var progress = 0.0
  /// The gradient steps of that training.
  public var horizon = 1_000_000
  /// Seconds of one turn.
  public var turn = 0.25
  /// The operations that networks are computed with.
  public var arithmetic = KernelArithmetic.fastest

  /// Samples of a batch, whatever learns.
  public var batch: Int {
    get { configuration.td3.batchSize }
    set { (configuration.td3.batchSize, configuration.sac.batchSize) = (newValue, newValue) }
  }

  /// A benchmark for environments with the given sizes.
  public init(observationCount: Int, actionCount: Int) {
    self.observationCount = observationCount
    self.actionCount = actionCount
  }

  /// Runs the benchmark.
  ///
  /// - Parameter variants: Names and rules; `dense` has no rule.
  /// - Returns: What was measured, in the order of `variants`.
  /// - Throws: `UserError` when a value makes no sense or memory is not to be had.
  public func run(
    _ variants: [(name: String, rule: (any TopologyRule)?)]
  ) throws(UserError) -> UpdateBenchmarkReport {
    let pool = WorkerPool(threadCount: threads)
    let replay = try filledReplay()
    var contestants: [Contestant] = []
    for (name, rule) in variants {
      contestants.append(
        Contestant(name: name, agent: try agent(rule, pool), replay: replay))
    }
    for contestant in contestants {
      contestant.jump(to: Int(progress * Double(horizon)))
      contestant.warmUp(seconds: turn)
    }
    var peaks: [Double] = []
    for _ in 0..<rounds {
      for contestant in contestants {
        let peak = MachinePeak.measured(for: arithmetic, seconds: 0.005).gigaflops
        peaks.append(peak)
        contestant.takeTurn(seconds: turn, peak: peak * Double(threads))
      }
    }
    let dense = contestants.first { $0.name == "dense" }
    return UpdateBenchmarkReport(
      peakGflops: Spread(peaks).median, instructionSet: arithmetic.instructionSet,
      batch: batch, threads: threads,
      rows: contestants.map { $0.row(against: dense) })
  }

  /// A full replay of ``replayRows`` random transitions.
  func filledReplay() throws(UserError) -> ReplayBuffer {
    try ReplayBuffer.filledWithNoise(
      observationCount: observationCount, actionCount: actionCount, count: replayRows,
      arithmetic: arithmetic)
  }

  /// An agent with the networks of a variant.
  func agent(
    _ rule: (any TopologyRule)?, _ pool: WorkerPool
  ) throws(UserError) -> any Algorithm {
    try AlgorithmCatalogue.standard.entry(configuration.algorithm).agent(
      for: configuration,
      setup: AgentSetup(
        observationCount: observationCount, actionCount: actionCount,
        hidden: configuration.hidden, rule: rule, arithmetic: arithmetic, pool: pool),
      key: RandomKey(seed: 1))
  }

  /// Threads of an update.
  var threads: Int { configuration.threads }
}
