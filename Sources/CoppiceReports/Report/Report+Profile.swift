extension Report {
  /// The performance profile, where there are two environments or three seeds at least.
  static func profile(_ variants: ReportVariants) -> Section? {
    let several = variants.environments.count > 1
    guard several || variants.seedCounts.upperBound >= 3 else { return nil }
    let extremes = variants.environments.map { environment in
      let scores = variants.runs.filter { $0.environment == environment }
        .compactMap(\.finalReturn)
      return (low: scores.min() ?? 0, high: scores.max() ?? 0)
    }
    let (low, high) = several ? (0, 1) : extremes[0]
    let thresholds = (0...60).map { low + (high - low) * Double($0) / 60 }
    var series: [LinePlot.Series] = []
    for (style, name) in variants.names.enumerated() {
      guard let scores = scores(of: name, variants, several ? extremes : nil) else { continue }
      let points = zip(thresholds, SeedCurve.profile(thresholds, of: scores)).map {
        LinePlot.Point(x: $0, y: $1.value, band: scores.runCount > 1 ? $1.interval : nil)
      }
      series.append(
        LinePlot.Series(name: name, style: style, seedCount: scores.runCount, points: points))
    }
    guard !series.isEmpty else { return nil }
    let caption =
      "Line: fraction of all runs whose final score is larger than the score below. Band: 95 % "
      + "stratified bootstrap interval, over seeds; a variant with one seed has none. "
      + (several
        ? "In each environment 0 is the lowest final score of any run here and 1 the highest, so "
          + "these scores compare with no other report. Only variants with runs in every "
          + "environment are drawn, with as many seeds as there are in each."
        : "Scores are final returns.")
    let figure = ReportFigure(
      name: "performance-profile", title: "Performance profile", caption: caption,
      drawing: LinePlot(
        horizontal: .init(
          label: several
            ? "score τ, from worst (0) to best (1)" : "final return τ (sum of rewards)",
          column: "threshold"),
        vertical: .init(label: "fraction of runs with score > τ", column: "fraction"),
        series: series, countsWhole: false, beginsAtZero: several))
    return Section(
      title: "Performance profile",
      caption: "\(caption) \(variants.seedSentence)", figures: [figure])
  }

  /// The final scores of a variant in every environment, of as many seeds as all have.
  private static func scores(
    of name: String, _ variants: ReportVariants, _ extremes: [(low: Double, high: Double)]?
  ) -> Scores? {
    let columns = variants.environments.enumerated().map { index, environment in
      variants.runs(name, in: environment).compactMap(\.finalReturn).map { score -> Double in
        guard let extremes else { return score }
        let (low, high) = extremes[index]
        return high > low ? (score - low) / (high - low) : 1
      }
    }
    let count = columns.map(\.count).min() ?? 0
    return try? Scores(runs: (0..<count).map { run in columns.map { $0[run] } })
  }
}
