extension Report {
  /// How fast training was, and how long it took.
  static func time(_ rate: ReportMetric, _ variants: ReportVariants) -> Section {
    let totals = variants.environments.compactMap { environment -> ReportFigure? in
      let rows = rows(variants, in: environment) { $0.seconds.map { $0 / 60 } }
      guard !rows.isEmpty else { return nil }
      return ReportFigure(
        name: "minutes-\(environment)", title: "Minutes in all · \(environment)",
        caption: "Dot: a seed. Upright line: interquartile mean over the seeds. Bar: 95 % "
          + "stratified bootstrap interval of it.",
        drawing: RowPlot(
          axis: .init(label: "minutes of wall-clock time", column: "minutes"), rows: rows,
          beginsAtZero: true))
    }
    return Section(
      title: "Where time goes",
      caption: "\(rate.meaning) Line: mean over the seeds, without a band. Minutes in all are from "
        + "start to the last line of metrics, over all parts of a run that was resumed; dot: a "
        + "seed, upright line and bar: interquartile mean and its 95 % interval. "
        + "\(variants.seedSentence) What of the time evaluations took is not recorded.",
      figures: figures(of: rate, variants) + totals)
  }

  /// The settings that differ between variants, and those that all share.
  static func settings(_ variants: ReportVariants) -> Section {
    let groups = variants.environments.flatMap { environment in
      variants.names.compactMap { name in
        variants.runs(name, in: environment).first.map { (environment, name, $0.settings) }
      }
    }
    let all = Set(groups.flatMap { $0.2.keys })
    let differing = all.filter { name in Set(groups.map { $0.2[name] }).count > 1 }.sorted()
    var differences = ReportTable(
      columns: [.init(name: "environment"), .init(name: "variant")]
        + differing.map { .init(name: $0) })
    for (environment, name, settings) in groups {
      differences.rows.append([environment, name] + differing.map { settings[$0] ?? "-" })
    }
    var shared = ReportTable(columns: [.init(name: "shared setting"), .init(name: "value")])
    for name in all.subtracting(differing).sorted() {
      shared.rows.append([name, groups[0].2[name] ?? "-"])
    }
    let tables = (differing.isEmpty ? [] : [differences]) + [shared]
    return Section(
      title: "Configuration",
      caption: (differing.isEmpty
        ? "Nothing differs between variants but what their names say."
        : "First the settings that differ between variants, then those that all of them share.")
        + " Seeds, and settings without influence on results, are in neither.",
      tables: tables)
  }

  /// Every run, with how far it is.
  static func runTable(_ variants: ReportVariants) -> Section {
    var table = ReportTable(columns: [
      .init(name: "run"), .init(name: "environment"), .init(name: "variant"),
      .init(name: "seed", isNumber: true), .init(name: "steps", isNumber: true),
      .init(name: "of", isNumber: true), .init(name: "final return", isNumber: true),
      .init(name: "minutes", isNumber: true),
    ])
    for environment in variants.environments {
      for name in variants.names {
        for run in variants.runs(name, in: environment) {
          table.rows.append([
            run.path, environment, name, "\(run.seed)", "\(run.evaluations.last?.step ?? 0)",
            "\(run.totalSteps)", run.finalReturn.map(rounded) ?? "-",
            run.seconds.map { rounded($0 / 60) } ?? "-",
          ])
        }
      }
    }
    return Section(
      title: "Runs",
      caption:
        "Steps are those of the last evaluation, of the steps that were asked for. "
        + variants.seedSentence,
      tables: [table])
  }
}
