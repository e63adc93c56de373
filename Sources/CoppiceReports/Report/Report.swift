public import CoppiceTensors

/// What several runs gave, as sections of figures and tables; a pure function of the runs.
///
/// ## Randomness
/// Intervals are drawn from a fixed key: the same runs give the same report, byte for byte.
public struct Report: Sendable {
  /// A part of a report.
  struct Section: Sendable {
    /// What stands above it.
    var title: String
    /// What lines and bands are, and how many seeds there are.
    var caption: String
    var figures: [ReportFigure] = []
    var tables: [ReportTable] = []
  }

  /// What stands at its head.
  public let title: String
  /// How many runs, variants, environments and seeds there are.
  public let summary: String
  /// What was left out.
  public let notes: [String]
  let sections: [Section]

  /// All figures, in their order.
  public var figures: [ReportFigure] { sections.flatMap(\.figures) }

  /// A report of `runs`.
  ///
  /// - Parameters:
  ///   - title: What stands at its head.
  ///   - runs: The runs; those that were not evaluated yet count nowhere but in the table of runs.
  ///   - metrics: What is drawn of their measurements, in its order.
  ///   - rate: What logs call the environment steps per second.
  /// - Throws: `UserError` of kind `checkpoint` when there are no runs, or when a return cannot be drawn.
  public init(
    title: String, runs: [ReportRun], metrics: [ReportMetric], rate: ReportMetric
  ) throws(UserError) {
    guard !runs.isEmpty else {
      throw UserError(
        .checkpoint, found: "no runs", expected: "one at least", action: "name folders of runs")
    }
    for run in runs { try Self.check(run) }
    let variants = ReportVariants(runs)
    self.title = title
    summary = [
      Self.count(variants.runs.count, "run"), Self.count(variants.names.count, "variant"),
      Self.count(variants.environments.count, "environment"), variants.seedText,
    ].joined(separator: " · ")
    notes = variants.repeated.map {
      "Left out: \($0.path), since another run has the same settings and the same seed and went "
        + "at least as far."
    }
    sections =
      [Self.learningCurves(variants), Self.wallClock(variants), Self.finalScores(variants)]
      + [Self.profile(variants)].compactMap { $0 } + Self.measurements(metrics, variants)
      + [Self.time(rate, variants), Self.settings(variants), Self.runTable(variants)]
  }

  /// `count` of a thing, in words.
  package static func count(_ count: Int, _ thing: String) -> String {
    count == 1 ? "1 \(thing)" : "\(count) \(thing)s"
  }

  private static func check(_ run: ReportRun) throws(UserError) {
    for evaluation in run.evaluations where !(abs(evaluation.meanReturn) <= 1e100) {
      throw UserError(
        .checkpoint,
        found: "a return of \(evaluation.meanReturn) at step \(evaluation.step) of \(run.path)",
        expected: "a finite number", action: "leave out the run or repair its record")
    }
  }
}

/// A table of a report.
struct ReportTable: Sendable, Equatable {
  /// A column: its name, and whether it has numbers.
  struct Column: Sendable, Equatable {
    var name: String
    var isNumber = false
  }

  var columns: [Column]
  var rows: [[String]] = []
}
