public import CoppiceRandom
public import CoppiceReports
import CoppiceSparsity
public import CoppiceTensors

/// What came out of a reproduction, beside what the paper gives.
public struct ReproductionTable: Sendable, Equatable, Encodable {
  /// One variant in one world.
  public struct Row: Sendable, Equatable, Encodable {
    /// The world.
    public var environment: String
    /// Which weights are kept.
    public var sparsity: String
    /// What else sets it apart, as `name = value`; empty where nothing does.
    public var settings: String
    /// The final return of each finished run, by seed: the mean of its last ten evaluations.
    public var finalReturns: [Double]
    /// How many runs were planned.
    public var plannedCount: Int
    /// The mean of the final returns over that of the dense runs.
    public var normalisedReturn: Estimate?
    /// The sum of the returns of all evaluations over a million, on average over the runs.
    public var learningCurveArea: Double?
    /// Kept weights of actor and critics, biases apart.
    public var keptWeights: Double?
    /// Operations of training over those of dense networks, as papers count them.
    public var relativeOperations: Double?
    /// Wall-clock seconds of a run, on average.
    public var seconds: Double?
    /// What the paper gives for it.
    public var paper: [Reproduction.Figure.Quantity: Double]
    /// What follows, in words.
    public var verdict: String

    private enum CodingKeys: String, CodingKey {
      case environment
      case sparsity
      case settings
      case finalReturns = "final_returns"
      case plannedCount = "planned_count"
      case normalisedReturn = "normalised_return"
      case learningCurveArea = "learning_curve_area"
      case keptWeights = "kept_weights"
      case relativeOperations = "relative_operations"
      case seconds
      case paper
      case verdict
    }

    /// The mean of the final returns.
    public var meanFinalReturn: Double? {
      finalReturns.isEmpty ? nil : finalReturns.reduce(0, +) / Double(finalReturns.count)
    }
  }

  /// The rows, environment by environment.
  public let rows: [Row]
  /// What holds for the whole table, a line each.
  public let notes: [String]

  /// The table of `records`.
  ///
  /// - Parameters:
  ///   - reproduction: Which table.
  ///   - study: The part of it that was asked for.
  ///   - records: The runs that are finished, by the names of their members.
  ///   - key: What intervals are drawn with.
  /// - Throws: `UserError` of kind `configuration` when a return is not finite.
  public init(
    _ reproduction: Reproduction, _ study: Study, records: [String: RecordedRun],
    key: RandomKey = RandomKey(seed: 1)
  ) throws(UserError) {
    var variants: [Variant] = []
    for member in study.members where !variants.contains(Variant(member)) {
      variants.append(Variant(member))
    }
    variants.sort { (first, second) in first.environment < second.environment }
    let runs = { (variant: Variant) in study.members.filter { Variant($0) == variant } }
    let bootstrap = StratifiedBootstrap(key: key, resampleCount: 50_000)
    var rows: [Row] = []
    for variant in variants {
      let (members, base) = (runs(variant), runs(Variant(variant.environment, "dense")))
      let own = members.compactMap { records[$0.name] }
      let dense = base.compactMap { records[$0.name]?.finalReturn }
      var row = Row(
        environment: variant.environment, sparsity: variant.sparsity, settings: variant.settings,
        finalReturns: own.compactMap(\.finalReturn), plannedCount: members.count,
        learningCurveArea: Self.mean(
          own.map { $0.evaluations.reduce(0) { $0 + $1.meanReturn } / 1e6 }),
        keptWeights: Self.mean(own.compactMap(\.keptWeights)),
        relativeOperations: Self.mean(own.compactMap(\.relativeOperations)),
        seconds: Self.mean(own.compactMap { $0.evaluations.last?.elapsedSeconds }),
        paper: variant.settings.isEmpty
          ? reproduction.paper(variant.environment, variant.sparsity) : [:], verdict: "")
      if !dense.isEmpty, !row.finalReturns.isEmpty, dense.reduce(0, +) > 0 {
        row.normalisedReturn = try bootstrap.ratio(
          of: Scores(ofOneTask: row.finalReturns), over: Scores(ofOneTask: dense))
      }
      row.verdict = Self.verdict(row, denseCount: dense.count)
      rows.append(row)
    }
    self.rows = rows
    notes = Self.notes(reproduction, study, rows)
  }

  /// What the rows are of.
  private struct Variant: Equatable {
    let environment: String
    let sparsity: String
    let settings: String

    init(_ environment: String, _ sparsity: String) {
      (self.environment, self.sparsity, settings) = (environment, sparsity, "")
    }

    init(_ member: StudyMember) {
      environment = member.configuration.environment
      sparsity = member.configuration.sparsity.spelling
      settings = SettingPath.leaves(of: member.settings).map { (path, value) in
        "\(path.names.last ?? "") = \(StudyChoice.text(value))"
      }.joined(separator: ", ")
    }
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// What the figures allow to say, and no more.
  private static func verdict(_ row: Row, denseCount: Int) -> String {
    let count = row.finalReturns.count
    if count == 0 { return "no run is finished" }
    var parts: [String] = []
    if count < row.plannedCount { parts.append("\(count) of \(row.plannedCount) seeds so far") }
    if row.sparsity == "dense" {
      parts.append("what the others are measured by")
      return parts.joined(separator: "; ")
    }
    guard let ratio = row.normalisedReturn else {
      parts.append(
        denseCount == 0
          ? "no dense run to compare with"
          : "dense returns below zero, which nothing can be a multiple of")
      return parts.joined(separator: "; ")
    }
    if count < 2 || denseCount < 2 {
      parts.append(count < 2 ? "one seed allows no verdict" : "one dense seed allows no verdict")
      return parts.joined(separator: "; ")
    }
    if ratio.interval.low > 1 {
      parts.append("better than dense")
    } else if ratio.interval.high < 1 {
      parts.append("worse than dense")
    } else {
      parts.append("no difference from dense that \(min(count, denseCount)) seeds show")
    }
    if let paper = row.paper[.normalisedReturn] {
      let place =
        paper > ratio.interval.high
        ? "above the interval"
        : paper < ratio.interval.low ? "below the interval" : "in the interval"
      parts.append("the paper's \(text(paper, 2)) lies \(place)")
    }
    return parts.joined(separator: "; ")
  }

  private static func notes(
    _ reproduction: Reproduction, _ study: Study, _ rows: [Row]
  ) -> [String] {
    var notes = ["Claim: \(reproduction.claim).", "Source: \(reproduction.source)."]
    notes.append("Differences: \(reproduction.differences).")
    for figure in reproduction.figures where figure.sparsity == nil {
      notes.append(
        "The paper gives \(text(figure.value, 2)) for \(figure.environment) (\(figure.place)).")
    }
    let steps = Set(study.members.map(\.configuration.steps)).sorted()
    if let table = try? reproduction.study().members.first?.configuration.steps, steps != [table] {
      let own = steps.map(String.init).joined(separator: ", ")
      notes.append(
        "Runs of \(own) steps; the table's are of \(table), so its figures do not apply.")
    }
    let seeds = rows.map(\.finalReturns.count).filter { $0 > 0 }.min() ?? 0
    if (1..<10).contains(seeds) {
      notes.append(
        "Intervals are of 95 % (bootstrap over seeds), which \(seeds) seeds make too narrow: they show a "
          + "tendency, not a verdict.")
    }
    return notes
  }

  /// The table for terminals and documents.
  public var table: TextTable {
    let hasSettings = rows.contains { !$0.settings.isEmpty }
    var table = TextTable(
      [("environment", .left), ("sparsity", .left)] + (hasSettings ? [("settings", .left)] : [])
        + [
          ("seeds", .right), ("final return", .right), ("× dense", .right), ("interval", .right),
          ("paper", .right), ("area", .right), ("paper's", .right), ("weights", .right),
          ("operations", .right), ("minutes", .right), ("verdict", .left),
        ])
    for row in rows {
      let interval = row.normalisedReturn.map {
        "\(Self.text($0.interval.low, 2)) to \(Self.text($0.interval.high, 2))"
      }
      table.add(
        [row.environment, row.sparsity] + (hasSettings ? [row.settings] : []) + [
          "\(row.finalReturns.count)",
          Self.text(row.meanFinalReturn, 0), Self.text(row.normalisedReturn?.value, 2),
          row.sparsity == "dense" ? "-" : interval ?? "-",
          Self.text(row.paper[.normalisedReturn], 2), Self.text(row.learningCurveArea, 3),
          Self.text(row.paper[.learningCurveArea], 3), Self.text(row.keptWeights, 0),
          Self.text(row.relativeOperations, 2), Self.text(row.seconds.map { $0 / 60 }, 1),
          row.verdict,
        ])
    }
    return table
  }

  /// `value` with so many digits behind the point.
  static func text(_ value: Double?, _ digits: Int) -> String {
    guard let value, value.isFinite else { return "-" }
    let scale = [1.0, 10, 100, 1000][digits]
    let scaled = (abs(value) * scale).rounded()
    let sign = value < 0 && scaled > 0 ? "-" : ""
    let whole = Int((scaled / scale).rounded(.down))
    guard digits > 0 else { return "\(sign)\(whole)" }
    let rest = "\(Int(scaled) - whole * Int(scale))"
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - rest.count))\(rest)"
  }
}

extension Reproduction {
  /// What the paper gives for a variant; its final returns normalised by the dense one where it gives both.
  fileprivate func paper(_ environment: String, _ sparsity: String) -> [Figure.Quantity: Double] {
    var paper: [Figure.Quantity: Double] = [:]
    for figure in figures where figure.environment == environment && figure.sparsity == sparsity {
      paper[figure.quantity] = figure.value
    }
    let dense = figures.first {
      $0.environment == environment && $0.sparsity == "dense" && $0.quantity == .finalReturn
    }
    if paper[.normalisedReturn] == nil, let own = paper[.finalReturn], let dense {
      paper[.normalisedReturn] = own / dense.value
    }
    return paper
  }
}
