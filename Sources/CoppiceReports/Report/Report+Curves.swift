extension Report {
  static let meaningOfLine =
    "Line: interquartile mean over the seeds, which is the mean where there are fewer than four. "
    + "Band: 95 % stratified bootstrap interval of it, over seeds. A variant with one seed has no "
    + "band."

  /// Returns over environment steps.
  static func learningCurves(_ variants: ReportVariants) -> Section {
    let figures = variants.environments.map { environment in
      figure(
        "learning-curve", environment, "Return", variants,
        LinePlot.Axis(label: "environment steps", column: "environment_step"), countsWhole: true,
        points: points(of:))
    }
    return Section(
      title: "Learning curves",
      caption: "Mean return of an evaluation over the environment steps. \(meaningOfLine) "
        + "A line ends where the shortest of its runs ends. \(variants.seedSentence)",
      figures: figures)
  }

  /// Returns over wall-clock time.
  static func wallClock(_ variants: ReportVariants) -> Section {
    let figures = variants.environments.map { environment in
      figure(
        "wall-clock", environment, "Return over time", variants,
        LinePlot.Axis(label: "training, minutes of wall-clock time", column: "minutes"),
        countsWhole: false, points: pointsOverMinutes(of:))
    }
    return Section(
      title: "Learning curves over wall-clock time",
      caption: "Mean return of an evaluation over minutes of wall-clock time, evaluations "
        + "included, between evaluations in proportion. \(meaningOfLine) A line ends where the "
        + "fastest of its runs ends. \(variants.seedSentence) Times compare "
        + "only where runs had the same machine to themselves.",
      figures: figures)
  }

  private static func figure(
    _ name: String, _ environment: String, _ title: String, _ variants: ReportVariants,
    _ axis: LinePlot.Axis, countsWhole: Bool, points: ([ReportRun]) -> [LinePlot.Point]
  ) -> ReportFigure {
    var series: [LinePlot.Series] = []
    for (style, variant) in variants.names.enumerated() {
      let runs = variants.runs(variant, in: environment).filter { !$0.evaluations.isEmpty }
      guard !runs.isEmpty else { continue }
      series.append(
        LinePlot.Series(
          name: variant, style: style, seedCount: runs.count, points: points(runs)))
    }
    return ReportFigure(
      name: "\(name)-\(environment)", title: "\(title) · \(environment)", caption: meaningOfLine,
      drawing: LinePlot(
        horizontal: axis,
        vertical: LinePlot.Axis(
          label: "return of an episode (sum of rewards)", column: "mean_return"),
        series: series, countsWhole: countsWhole))
  }

  /// Points at the steps that all runs were evaluated at.
  private static func points(of runs: [ReportRun]) -> [LinePlot.Point] {
    let byStep = runs.map { run in
      Dictionary(run.evaluations.map { ($0.step, $0.meanReturn) }, uniquingKeysWith: { $1 })
    }
    let common = runs[0].evaluations.map(\.step).filter { step in
      byStep.allSatisfy { $0[step] != nil }
    }
    let limit = runs.count == 1 ? SeedCurve.pointCount : SeedCurve.estimateCount
    let steps = SeedCurve.thinned(unique(common), to: limit)
    return SeedCurve.points(
      at: steps.map(Double.init), of: byStep.map { values in steps.map { values[$0] ?? 0 } })
  }

  /// Points at moments that all runs lived through.
  private static func pointsOverMinutes(of runs: [ReportRun]) -> [LinePlot.Point] {
    let curves = runs.map { run in
      run.evaluations.compactMap { evaluation in
        evaluation.seconds.map { (minutes: $0 / 60, value: evaluation.meanReturn) }
      }
    }
    guard let first = curves.compactMap(\.first?.minutes).max(),
      let last = curves.compactMap(\.last?.minutes).min(), first <= last,
      curves.allSatisfy({ !$0.isEmpty })
    else { return [] }
    if curves.count == 1 {
      return SeedCurve.thinned(curves[0], to: SeedCurve.pointCount).map {
        LinePlot.Point(x: $0.minutes, y: $0.value)
      }
    }
    let count = first == last ? 1 : min(80, max(2, curves.map(\.count).max() ?? 2))
    let moments = (0..<count).map { index in
      first + (last - first) * Double(index) / Double(max(1, count - 1))
    }
    return SeedCurve.points(at: moments, of: curves.map { values(of: $0, at: moments) })
  }

  /// What a curve passes at rising moments, in proportion between its points.
  private static func values(
    of curve: [(minutes: Double, value: Double)], at moments: [Double]
  ) -> [Double] {
    var index = 0
    return moments.map { moment in
      while index + 1 < curve.count, curve[index + 1].minutes <= moment { index += 1 }
      guard index + 1 < curve.count, curve[index].minutes < moment else {
        return curve[index].value
      }
      let (before, after) = (curve[index], curve[index + 1])
      let part = (moment - before.minutes) / (after.minutes - before.minutes)
      return before.value + part * (after.value - before.value)
    }
  }
}
