/// How a report looks: one sheet for the page with all its figures, another for a figure alone.
enum ReportStyle {
  /// A figure in a file of its own: complete, with a paper of its own.
  static let alone = ChartLook(
    sheet: ChartStyle.sheet + dashes, seriesClass: { seriesClass($0) })

  /// A figure within the page, whose sheet colours it.
  static let embedded = ChartLook(sheet: [], seriesClass: { seriesClass($0) })

  /// The class of series `index`: colour and dashes together are of no other of 36 series.
  static func seriesClass(_ index: Int) -> String {
    let count = ChartStyle.colourCount
    return "s\(index % count) d\((index + index / count) % count)"
  }

  private static let dashes =
    [
      "8 5", "2 5", "11 4 2 4", "5 3", "12 4 2 4 2 4",
    ].enumerated().map { index, dashes in
      ".d\(index + 1) .line, .line.d\(index + 1) { stroke-dasharray: \(dashes); }"
    } + [".line.mark { stroke-dasharray: none; stroke-width: 3; }"]

  /// The sheet of the page.
  static var page: [String] {
    [":root { color-scheme: light dark; \(variables(ChartStyle.light)) }"]
      + ["@media (prefers-color-scheme: dark) {"]
      + ["  :root { \(variables(ChartStyle.dark)) }", "}"] + layout + chart
  }

  private static func variables(_ page: ChartStyle.Page) -> String {
    let named =
      [
        ("paper", page.paper), ("grid", page.grid), ("axis", page.axis), ("ink", page.ink),
        ("quiet", page.quiet),
      ] + page.series.enumerated().map { ("s\($0)", $1) }
    return named.map { "--\($0): \($1);" }.joined(separator: " ")
  }

  /// The rules of charts, with the page's variables for colours.
  private static var chart: [String] {
    let series = (0..<ChartStyle.colourCount).map { "var(--s\($0))" }
    return ChartStyle.shapes + dashes
      + ChartStyle.rules(
        ChartStyle.Page(
          paper: "var(--paper)", grid: "var(--grid)", axis: "var(--axis)", ink: "var(--ink)",
          quiet: "var(--quiet)", series: series))
  }

  private static let layout = [
    "* { box-sizing: border-box; }",
    "body { margin: 0 auto; max-width: 1180px; padding: 24px 20px 64px; background: var(--paper); "
      + "color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', "
      + "sans-serif; }",
    "h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }",
    "h2 { font-size: 1.2rem; margin: 40px 0 4px; padding-top: 12px; "
      + "border-top: 1px solid var(--grid); }",
    "p { margin: 4px 0 12px; max-width: 76ch; color: var(--quiet); }",
    "nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0; }",
    "a { color: var(--s0); }",
    "main { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 28px; }",
    ".wide { grid-column: 1 / -1; }",
    ".small .figures { grid-template-columns: minmax(0, 1fr); }",
    "figcaption a { margin-right: 10px; }",
    ".figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px; }",
    "figure { margin: 0; border: 1px solid var(--grid); border-radius: 8px; padding: 4px; }",
    "figure svg { display: block; width: 100%; height: auto; }",
    "figcaption { padding: 0 16px 6px; font-size: 0.8rem; color: var(--quiet); }",
    ".scroll { overflow-x: auto; margin: 12px 0; }",
    "table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }",
    "th, td { padding: 4px 14px 4px 0; text-align: left; vertical-align: top; white-space: nowrap; "
      + "border-bottom: 1px solid var(--grid); }",
    "th { font-weight: 600; }",
    ".number { text-align: right; }",
    "@media (max-width: 700px) { main, .figures { grid-template-columns: minmax(0, 1fr); } "
      + "body { padding: 16px 12px 48px; } }",
    "@media print { figure { break-inside: avoid; } }",
  ]
}
