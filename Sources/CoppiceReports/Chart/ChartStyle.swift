/// Colours and sizes of charts, for light and dark pages.
///
/// ## Source
/// The series' colours are those of Okabe and Ito 2008, "Color universal design", which people with
/// any kind of colour vision tell apart. Each page has the six that stand out from it.
enum ChartStyle {
  /// How many series have a colour of their own; further ones repeat them with dashes.
  static let colourCount = 6

  /// The class of series `index`, from 0.
  static func seriesClass(_ index: Int) -> String {
    let dashed = index / colourCount % 3
    return "s\(index % colourCount)" + (dashed == 0 ? "" : " dashed\(dashed)")
  }

  /// The colours of a page and of the series on it.
  struct Page {
    let paper: String
    let grid: String
    let axis: String
    let ink: String
    let quiet: String
    let series: [String]
  }

  static let light = Page(
    paper: "#FFFFFF", grid: "#E4E4E7", axis: "#8E8E93", ink: "#1C1C1E", quiet: "#55555A",
    series: ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"])
  static let dark = Page(
    paper: "#16181D", grid: "#2E3138", axis: "#7C7F88", ink: "#ECECF0", quiet: "#A9ACB5",
    series: ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00"])

  /// The lines of the style sheet.
  static var sheet: [String] {
    shapes + rules(light) + ["@media (prefers-color-scheme: dark) {"]
      + rules(dark).map { "  \($0)" } + ["}"]
  }

  /// The rules that have nothing to do with colour.
  static let shapes = [
    "text { font-family: system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; "
      + "font-size: 12px; }",
    "text.title { font-size: 15px; font-weight: 600; }",
    ".line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }",
    ".band { fill-opacity: 0.2; stroke: none; }",
    ".whisker { stroke-width: 2; stroke-opacity: 0.5; }",
    ".dashed1 .line, .line.dashed1 { stroke-dasharray: 8 5; }",
    ".dashed2 .line, .line.dashed2 { stroke-dasharray: 2 5; }",
    ".grid, .axis { fill: none; stroke-width: 1; }",
  ]

  /// The rules that give everything its colour.
  static func rules(_ page: Page) -> [String] {
    [
      ".paper { fill: \(page.paper); }", ".grid { stroke: \(page.grid); }",
      ".axis { stroke: \(page.axis); }",
      "text { fill: \(page.ink); }", "text.quiet { fill: \(page.quiet); }",
    ]
      + page.series.enumerated().flatMap { index, colour in
        [
          ".s\(index) .line, .line.s\(index), .s\(index) .whisker { stroke: \(colour); }",
          ".s\(index) .band, .s\(index) .dot { fill: \(colour); }",
        ]
      }
  }
}
