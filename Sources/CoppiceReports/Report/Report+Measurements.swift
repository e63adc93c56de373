extension Report {
  /// A section for each group of measurements that any run has.
  static func measurements(
    _ metrics: [ReportMetric], _ variants: ReportVariants
  ) -> [Section] {
    unique(metrics.map(\.section)).compactMap { title in
      let own = metrics.filter { $0.section == title }
      let figures = own.flatMap { Self.figures(of: $0, variants) }
      guard !figures.isEmpty else { return nil }
      let meaning = unique(own.map(\.meaning)).joined(separator: " ")
      return Section(
        title: title,
        caption: "\(meaning) Line: mean over the seeds, without a band. \(variants.seedSentence)",
        figures: figures)
    }
  }

  /// A figure for each environment in which the metric was measured.
  static func figures(of metric: ReportMetric, _ variants: ReportVariants) -> [ReportFigure] {
    variants.environments.compactMap { environment in
      var series: [LinePlot.Series] = []
      for (style, name) in variants.names.enumerated() {
        let runs = variants.runs(name, in: environment).filter { run in
          metric.keys.contains { run.measurements[$0]?.isEmpty == false }
        }
        guard !runs.isEmpty else { continue }
        series.append(
          LinePlot.Series(
            name: name, style: style, seedCount: runs.count, points: means(metric.keys, runs)))
      }
      guard !series.isEmpty else { return nil }
      return ReportFigure(
        name: "\(metric.name)-\(environment)", title: "\(metric.title) · \(environment)",
        caption: "\(metric.meaning) Line: mean over the seeds.",
        drawing: LinePlot(
          horizontal: .init(label: "environment steps", column: "environment_step"),
          vertical: .init(label: metric.axis, column: metric.name), series: series,
          showsZero: true))
    }
  }

  /// The mean over runs and keys, at the steps at which every run has a number.
  private static func means(_ keys: [String], _ runs: [ReportRun]) -> [LinePlot.Point] {
    struct Sum {
      var value = 0.0
      var count = 0
      var runs = 0
    }
    var sums: [Int: Sum] = [:]
    for run in runs {
      var own: Set<Int> = []
      for key in keys {
        for measurement in run.measurements[key] ?? [] where measurement.value.isFinite {
          sums[measurement.step, default: Sum()].value += measurement.value
          sums[measurement.step, default: Sum()].count += 1
          if own.insert(measurement.step).inserted {
            sums[measurement.step, default: Sum()].runs += 1
          }
        }
      }
    }
    let steps = sums.filter { $0.value.runs == runs.count }.keys.sorted()
    return SeedCurve.thinned(steps, to: SeedCurve.pointCount).compactMap { step in
      sums[step].map { LinePlot.Point(x: Double(step), y: $0.value / Double($0.count)) }
    }
  }
}
