extension Report {
  /// Mean returns of the last ten evaluations.
  static func finalScores(_ variants: ReportVariants) -> Section {
    let axis = LinePlot.Axis(label: "final return (sum of rewards)", column: "final_return")
    let caption =
      "Final score: mean return of the last ten evaluations. Dot: a seed. Upright line: interquartile "
      + "mean over the seeds, which is the mean where there are fewer than four. Bar: 95 % "
      + "stratified bootstrap interval of it; with few seeds it is too narrow, and with one there "
      + "is none."
    var table = ReportTable(columns: [
      .init(name: "environment"), .init(name: "variant"), .init(name: "seeds", isNumber: true),
      .init(name: "final return", isNumber: true), .init(name: "95 % interval", isNumber: true),
    ])
    var figures: [ReportFigure] = []
    for environment in variants.environments {
      let rows = rows(variants, in: environment, of: \.finalReturn)
      for row in rows {
        let value = row.estimate?.value ?? row.dots[0].value
        let interval = row.estimate?.interval
        table.rows.append([
          environment, row.name, "\(row.dots.count)", rounded(value),
          interval.map { "\(rounded($0.low)) to \(rounded($0.high))" } ?? "one seed",
        ])
      }
      figures.append(
        ReportFigure(
          name: "final-score-\(environment)", title: "Final score · \(environment)",
          caption: caption, drawing: RowPlot(axis: axis, rows: rows)))
    }
    return Section(
      title: "Final scores",
      caption: "\(caption) \(variants.seedSentence)", figures: figures,
      tables: [table])
  }

  /// A row for each variant that has runs with a value.
  static func rows(
    _ variants: ReportVariants, in environment: String, of value: (ReportRun) -> Double?
  ) -> [RowPlot.Row] {
    variants.names.enumerated().compactMap { style, name in
      let dots = variants.runs(name, in: environment).compactMap { run in
        value(run).map { (seed: run.seed, value: $0) }
      }
      guard !dots.isEmpty else { return nil }
      return RowPlot.Row(
        name: name, style: style, dots: dots, estimate: SeedCurve.estimate(dots.map(\.value)))
    }
  }

  /// A number for a table: three digits behind the point of small ones, one of large ones.
  static func rounded(_ value: Double) -> String {
    let scale = abs(value) < 10 ? 1000.0 : 10
    let text = "\((value * scale).rounded() / scale)"
    return text == "-0.0" ? "0.0" : text
  }
}
