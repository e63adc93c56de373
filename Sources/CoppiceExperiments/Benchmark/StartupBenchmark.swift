import CoppiceAgents
import CoppiceEnvironments
public import CoppiceReports
public import CoppiceTensors

#if canImport(Darwin)
  import Darwin
#endif

/// What the startup benchmark measured of one sparsity.
public struct StartupBenchmarkRow: Codable, Sendable, Equatable {
  /// The sparsity as it was asked for.
  public var sparsity: String
  /// From the start of the process until the first training step was done, in seconds.
  public var secondsToFirstUpdate: Spread
  /// The most memory that the process held until then, in MiB.
  public var peakMebibytes: Spread

  private enum CodingKeys: String, CodingKey {
    case sparsity
    case secondsToFirstUpdate = "seconds_to_first_update"
    case peakMebibytes = "peak_mebibytes"
  }
}

/// A run of the startup benchmark, one row for each sparsity.
public struct StartupBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// The environment that was stepped.
  public var environment: String
  /// Transitions in the replay, all of them filled.
  public var replayRows: Int
  /// Threads of an update.
  public var threads: Int
  /// One for each sparsity, in the order asked for.
  public var rows: [StartupBenchmarkRow]

  private enum CodingKeys: String, CodingKey {
    case schema
    case environment
    case replayRows = "replay_rows"
    case threads
    case rows
  }

  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([
      ("sparsity", .left), ("first update/s", .right), ("low", .right), ("high", .right),
      ("peak/MiB", .right), ("low", .right), ("high", .right),
    ])
    for row in rows {
      let (time, peak) = (row.secondsToFirstUpdate, row.peakMebibytes)
      table.add(
        [row.sparsity]
          + [time.median, time.low, time.high].map { "\(($0 * 1000).rounded() / 1000)" }
          + [peak.median, peak.low, peak.high].map { "\(($0 * 10).rounded() / 10)" })
    }
    return table
  }
}

/// Measures how soon a new process learns, and how much memory it takes.
///
/// Every measurement starts this program anew, as `coppice benchmark train --on-request`, and asks
/// for one step. Variants are interleaved.
public struct StartupBenchmark {
  /// What the processes train.
  public var training: TrainBenchmark

  /// A benchmark on `environment`.
  ///
  /// - Throws: `UserError` of kind `configuration` for an unknown environment.
  public init(environment: String) throws(UserError) {
    training = try TrainBenchmark(environment: environment)
  }

  /// Runs the benchmark in a program that knows `benchmark train --on-request`.
  ///
  /// - Parameter sparsities: What is trained.
  /// - Returns: What was measured, in the order of `sparsities`.
  /// - Throws: `UserError` when something is missing or a process does not learn.
  public func run(_ sparsities: [String]) throws(UserError) -> StartupBenchmarkReport {
    // what is missing is better said once, by this process
    _ = try training.catalogue.make(training.environment, count: 1)
    var seconds = sparsities.map { _ in [Double]() }
    var mebibytes = seconds
    for _ in 0..<training.update.rounds {
      for (index, sparsity) in sparsities.enumerated() {
        let start = try measure(sparsity)
        seconds[index].append(start.seconds)
        mebibytes[index].append(start.mebibytes)
      }
    }
    return StartupBenchmarkReport(
      environment: training.environment, replayRows: training.update.replayRows,
      threads: training.update.threads,
      rows: sparsities.indices.map { index in
        StartupBenchmarkRow(
          sparsity: sparsities[index], secondsToFirstUpdate: Spread(seconds[index]),
          peakMebibytes: Spread(mebibytes[index]))
      })
  }

  private func measure(
    _ sparsity: String
  ) throws(UserError) -> (seconds: Double, mebibytes: Double) {
    let update = training.update
    let arguments = [
      "benchmark", "train", "--on-request", "--env", training.environment, "--sparsity", sparsity,
      "--algorithm", update.configuration.algorithm, "--batch", "\(update.batch)",
      "--threads", "\(update.threads)",
      "--hidden", update.configuration.hidden.map(String.init).joined(separator: ","),
      "--replay-rows", "\(update.replayRows)",
      "--instruction-set", update.arithmetic.instructionSet.rawValue,
      "--precision", update.arithmetic.precision.rawValue,
    ]
    let start = secondsNow()
    let process = try ChildProcess(OwnProgram.path, arguments)
    let answer = process.answer(to: "0")
    let seconds = secondsNow() - start
    guard answer != nil, let peak = process.peakByteCount else {
      throw UserError(
        .missing, found: "a process that ended before its first update",
        action: "run `coppice \(arguments.joined(separator: " "))` to see why")
    }
    return (seconds, Double(peak) / 1_048_576)
  }
}
