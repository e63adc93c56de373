import CoppiceRandom
import CoppiceReports
import CoppiceSparsity
public import CoppiceTensors

/// Measures how long a report of many runs takes, from their folders to its page, and how long a bootstrap.
///
/// The runs are made up, written to a folder that is removed again, and have the files and as many numbers
/// in them as real ones.
public struct ReportBenchmark: Sendable {
  /// How many runs, half of them dense.
  public var runCount = 100
  /// How many evaluations, each of ten episodes, and how many lines of metrics each run has.
  public var evaluationCount = 1000
  /// How many samples a bootstrap of 10 runs on 26 tasks draws.
  public var resampleCount = 50_000
  /// How often all is measured.
  public var rounds = 5

  /// What was measured, in seconds.
  public struct Result: Codable, Sendable, Equatable {
    /// The format of this result.
    public var schema = 1
    /// From the folders of the runs to the page and all figures on disk.
    public var report: Spread
    /// The interval of the interquartile mean.
    public var bootstrap: Spread
  }

  /// The settings above.
  public init() {}

  /// Measures in the folder at `path`, which is made and removed.
  ///
  /// - Throws: `UserError` of kind `file` when something is there already, or cannot be written.
  public func run(in path: String) throws(UserError) -> Result {
    let folder = Folder(path)
    guard !Folder.exists(path) else {
      throw UserError(
        .file, found: "\(path) exists", expected: "a new folder", action: "name another")
    }
    do throws(UserError) {
      try writeRuns(to: folder)
      var (reports, bootstraps): ([Double], [Double]) = ([], [])
      let scores = try scores()
      for _ in 0..<rounds {
        var start = secondsNow()
        try ReportFolder(folder["report"]).write(ReportSource([folder["runs"]]).report())
        reports.append(secondsNow() - start)
        start = secondsNow()
        let bootstrap = StratifiedBootstrap(key: key, resampleCount: resampleCount)
        _ = bootstrap.estimate(.interquartileMean, of: scores)
        bootstraps.append(secondsNow() - start)
      }
      try folder.remove()
      return Result(report: Spread(reports), bootstrap: Spread(bootstraps))
    } catch {
      try? folder.remove()
      throw error
    }
  }

  private var key: RandomKey { RandomKey(seed: 1).split("report benchmark") }

  private func scores() throws(UserError) -> Scores {
    var stream = key.stream()
    return try Scores(runs: (0..<10).map { _ in (0..<26).map { _ in stream.nextNormal() } })
  }

  private func writeRuns(to folder: Folder) throws(UserError) {
    var configuration = RunConfiguration()
    configuration.environment = "HalfCheetah-v5"
    configuration.steps = configuration.evaluationEvery * evaluationCount
    for index in 0..<runCount {
      configuration.sparsity = index.isMultiple(of: 2) ? .dense : try SparsityExpression("2:4")
      configuration.seed = UInt64(index / 2 + 1)
      let run = try RunFolder.create(
        at: folder["runs/\(index)"], configuration: configuration,
        provenance: .current(instructionSet: "none")
      ).folder
      var stream = key.split(index).stream()
      var (evaluations, metrics) = ("", "")
      for line in 1...evaluationCount {
        let step = line * configuration.evaluationEvery
        let returns = (0..<10).map { _ in "\(Double(line) + stream.nextNormal())" }
        evaluations += "{\"environment_step\":\(step),\"lengths\":[1000],"
        evaluations += "\"returns\":[\(returns.joined(separator: ","))]}\n"
        let values = Metric.all.map { "\"\($0.name)\":\(stream.nextUniform())" }
        metrics += "{\"environment_step\":\(step),\(values.joined(separator: ","))}\n"
      }
      try TextFile.write(evaluations, to: run.evaluationsPath)
      try TextFile.write(metrics, to: run.metricsPath)
    }
  }
}
