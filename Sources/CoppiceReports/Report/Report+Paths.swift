public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Report {
  /// A report of models of paths.
  ///
  /// - Parameters:
  ///   - title: What stands at its head.
  ///   - runs: The runs, each with what its model makes.
  /// - Throws: `UserError` of kind `checkpoint` when there are no runs.
  public init(title: String, paths runs: [PathReportRun]) throws(UserError) {
    guard !runs.isEmpty else {
      throw UserError(
        .checkpoint, found: "no runs", expected: "one at least", action: "name folders of runs")
    }
    self.title = title
    summary = Self.count(runs.count, "model") + " of paths"
    notes = []
    sections =
      [Self.fans(runs), Self.marginals(runs), Self.losses(runs)]
      + [Self.distances(runs)].filter { !$0.figures.isEmpty }
      + [Self.scores(runs), Self.settings(runs), Self.runTable(runs)]
  }

  private static let realCaption = "real paths, those held back included"

  /// Which run a figure is of, where there are several.
  private static func place(_ index: Int, _ runs: [PathReportRun]) -> String {
    runs.count > 1 ? " · \(runs[index].path)" : ""
  }

  private static func fans(_ runs: [PathReportRun]) -> Section {
    let figures = runs.enumerated().flatMap { index, run in
      run.fans.map { fan in
        ReportFigure(
          name: "fan-\(index + 1)-\(fan.channel)",
          title: "Quantiles of \(fan.channel)\(place(index, runs))",
          caption: "Line: median. Bands: from 25 to 75 % and from 5 to 95 % of \(realCaption), and "
            + "of sampled paths, at each time.",
          drawing: FanPlot(
            horizontal: .init(label: "time", column: "time"),
            vertical: .init(label: fan.channel, column: "median"),
            series: [
              FanPlot.Series(name: "data", style: 0, points: points(fan.real)),
              FanPlot.Series(name: "samples", style: 1, points: points(fan.samples)),
            ], bandColumns: [("q05", "q95"), ("q25", "q75")]))
      }
    }
    return Section(
      title: "Paths",
      caption:
        "What the models make beside what they learned from, time by time. Bands of the same "
        + "law lie on one another.",
      figures: figures)
  }

  private static func points(
    _ quantiles: [(time: Double, quantiles: [Double])]
  ) -> [FanPlot.Point] {
    quantiles.map { time, values in
      FanPlot.Point(
        x: time, y: values[2],
        bands: [
          Interval(low: values[0], high: values[4]), Interval(low: values[1], high: values[3]),
        ])
    }
  }

  private static func marginals(_ runs: [PathReportRun]) -> Section {
    let figures = runs.enumerated().flatMap { index, run in
      run.marginals.map { marginal in
        func series(_ name: String, _ style: Int, _ heights: [Double]) -> FanPlot.Series {
          FanPlot.Series(
            name: name, style: style,
            points: zip(marginal.values, heights).map { FanPlot.Point(x: $0, y: $1) })
        }
        return ReportFigure(
          name: "marginal-\(index + 1)-\(marginal.channel)-\(plain(marginal.time))",
          title: "\(marginal.channel) at time \(plain(marginal.time))\(place(index, runs))",
          caption: "Density of \(realCaption), and of sampled paths, smoothed by normal kernels.",
          drawing: FanPlot(
            horizontal: .init(label: marginal.channel, column: "value"),
            vertical: .init(label: "density", column: "density"),
            series: [
              series("data", 0, marginal.real), series("samples", 1, marginal.samples),
            ]))
      }
    }
    return Section(
      title: "Marginals", caption: "How values are spread at a few times.", figures: figures)
  }

  private static func losses(_ runs: [PathReportRun]) -> Section {
    let names = ordered(runs.flatMap { $0.losses.map(\.name) })
    let figures = names.flatMap { name in
      [
        figure(
          name, of: runs.map(\.losses), runs, isLogarithmic: false,
          file: "\(name)-steps", title: "\(name) over updates",
          axis: .init(label: "updates", column: "step")
        ) { Double($0.step) },
        figure(
          name, of: runs.map(\.losses), runs, isLogarithmic: false,
          file: "\(name)-minutes", title: "\(name) over wall-clock time",
          axis: .init(label: "minutes of training", column: "minutes")
        ) { $0.seconds / 60 },
      ]
    }
    return Section(
      title: "Losses",
      caption:
        "What updates found, as it was logged. Minutes are those of updates over all parts of "
        + "a run that was resumed, without evaluations and checkpoints.",
      figures: figures)
  }

  private static func distances(_ runs: [PathReportRun]) -> Section {
    let names = ordered(runs.flatMap { $0.distances.map(\.name) })
    return Section(
      title: "Distances over training",
      caption: "How far sampled paths were from those held back, at each evaluation. What spans "
        + "several powers of ten is drawn by its logarithm.",
      figures: names.map { name in
        let values = runs.flatMap { $0.distances.filter { $0.name == name } }
          .flatMap { $0.points.map(\.value) }
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        return figure(
          name, of: runs.map(\.distances), runs, isLogarithmic: low > 0 && high > 50 * low,
          file: "\(name)-steps", title: "\(name) over updates",
          axis: .init(label: "updates", column: "step")
        ) { Double($0.step) }
      })
  }

  private static func figure(
    _ name: String, of curves: [[PathReportRun.Curve]], _ runs: [PathReportRun],
    isLogarithmic: Bool, file: String, title: String, axis: LinePlot.Axis,
    _ place: ((step: Int, seconds: Double, value: Double)) -> Double
  ) -> ReportFigure {
    let series = zip(runs, curves).enumerated().compactMap { index, own -> FanPlot.Series? in
      guard let curve = own.1.first(where: { $0.name == name }) else { return nil }
      return FanPlot.Series(
        name: own.0.path, style: index,
        points: SeedCurve.thinned(curve.points, to: SeedCurve.pointCount).map {
          FanPlot.Point(x: place($0), y: isLogarithmic ? log10($0.value) : $0.value)
        })
    }
    let label = isLogarithmic ? "log10 of \(name)" : name
    return ReportFigure(
      name: file, title: title, caption: "Line: \(label) of a run, as logged.",
      drawing: FanPlot(
        horizontal: axis,
        vertical: .init(
          label: label,
          column: (isLogarithmic ? "log10_\(name)" : name).replacing("-", with: "_")),
        series: series))
  }

  private static func scores(_ runs: [PathReportRun]) -> Section {
    var table = ReportTable(columns: [
      .init(name: "run"), .init(name: "distance"), .init(name: "samples", isNumber: true),
      .init(name: "real", isNumber: true),
    ])
    for run in runs {
      for score in run.scores {
        table.rows.append([run.path, score.name, short(score.samples), short(score.real)])
      }
    }
    return Section(
      title: "Distances",
      caption: "How far paths are from those that were held back; smaller is nearer. Beside the "
        + "sampled ones stand the training paths, which are real: nearer than they are nothing "
        + "can be told from real.",
      tables: [table])
  }

  private static func settings(_ runs: [PathReportRun]) -> Section {
    let all = Set(runs.flatMap { $0.settings.keys })
    let differing = all.filter { name in Set(runs.map { $0.settings[name] }).count > 1 }.sorted()
    var differences = ReportTable(
      columns: [.init(name: "run")] + differing.map { .init(name: $0) })
    for run in runs {
      differences.rows.append([run.path] + differing.map { run.settings[$0] ?? "-" })
    }
    var shared = ReportTable(columns: [.init(name: "setting"), .init(name: "value")])
    for name in all.subtracting(differing).sorted() {
      shared.rows.append([name, runs[0].settings[name] ?? "-"])
    }
    return Section(
      title: "Configuration",
      caption: differing.isEmpty
        ? "All settings." : "First the settings that differ, then those that all runs share.",
      tables: (differing.isEmpty ? [] : [differences]) + [shared])
  }

  private static func runTable(_ runs: [PathReportRun]) -> Section {
    var table = ReportTable(columns: [
      .init(name: "run"), .init(name: "updates", isNumber: true),
      .init(name: "of", isNumber: true), .init(name: "minutes", isNumber: true),
    ])
    for run in runs {
      table.rows.append([
        run.path, "\(run.step)", "\(run.totalSteps)", run.seconds.map { short($0 / 60) } ?? "-",
      ])
    }
    return Section(
      title: "Runs", caption: "Updates are those of the checkpoint whose paths are shown.",
      tables: [table])
  }

  /// A time without a fraction that is 0.
  private static func plain(_ time: Double) -> String {
    Int(exactly: time).map { "\($0)" } ?? "\(time)"
  }

  /// Every word once, in the order in which they come.
  private static func ordered(_ words: [String]) -> [String] {
    words.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// A number with four digits that count.
  private static func short(_ value: Double) -> String {
    if value.isNaN { return "-" }
    guard value.isFinite, value != 0 else { return "\(value)" }
    let power = 3 - Int(log10(abs(value)).rounded(.down))
    guard power > 0 else {
      return abs(value) < 1e15 ? "\(Int(value.rounded()))" : "\(Float(value))"
    }
    let unit = pow(10, Double(min(power, 300)))
    return "\((value * unit).rounded() / unit)"
  }
}
