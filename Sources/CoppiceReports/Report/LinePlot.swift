/// Lines over a quantity, each with a band where there is one.
struct LinePlot: ReportDrawing {
  /// A place that a line passes.
  struct Point: Equatable {
    var x: Double
    var y: Double
    /// The band; nothing where there is none.
    var band: Interval?
  }

  /// One line.
  struct Series: Equatable {
    /// What the legend calls it.
    var name: String
    /// Which colour and dashes it has.
    var style: Int
    /// How many seeds it is from.
    var seedCount: Int
    var points: [Point]
  }

  /// A quantity and what a CSV calls it.
  struct Axis {
    /// With its unit.
    var label: String
    var column: String
  }

  var horizontal: Axis
  var vertical: Axis
  var series: [Series]
  /// Whether the horizontal axis has whole numbers alone.
  var countsWhole = true
  /// Whether the horizontal axis begins at zero, or at the first point.
  var beginsAtZero = true
  /// Whether the vertical axis shows zero.
  var showsZero = false

  var csv: String {
    var text = CSVText(["variant", "seeds", horizontal.column, vertical.column, "low", "high"])
    for line in series {
      for point in line.points {
        text.add([
          line.name, "\(line.seedCount)", x(point), CSVText.number(point.y),
          CSVText.number(point.band?.low), CSVText.number(point.band?.high),
        ])
      }
    }
    return text.text
  }

  private func x(_ point: Point) -> String {
    countsWhole ? "\(Int(point.x))" : CSVText.number(point.x)
  }

  func svg(title: String, caption: [String], look: ChartLook) -> String {
    let points = series.flatMap(\.points)
    let drawn = points.flatMap { [$0.y, $0.band?.low ?? $0.y, $0.band?.high ?? $0.y] }
    let edges: [Double] = drawn + (showsZero ? [0] : [])
    let words = SVGChart.Words(
      title: title, legend: series.map { "\($0.name), \(SeedText.count($0.seedCount))" },
      legendStyles: series.map(\.style), horizontal: horizontal.label, vertical: vertical.label,
      caption: caption)
    let end = points.map(\.x).max() ?? 0
    var chart = SVGChart(
      width: ReportSize.width,
      height: SVGChart.height(plot: ReportSize.plot, width: ReportSize.width, words: words),
      words: words,
      horizontal: TickScale(
        from: beginsAtZero ? 0 : points.map(\.x).min() ?? 0, to: countsWhole ? max(1, end) : end,
        about: 4, rounded: false,
        whole: countsWhole),
      vertical: TickScale(
        from: edges.min() ?? 0, to: edges.max() ?? 1, about: 5, rounded: true), look: look)
    for line in series where !line.points.isEmpty { draw(line, in: &chart, look) }
    return chart.finished()
  }

  private func draw(_ line: Series, in chart: inout SVGChart, _ look: ChartLook) {
    chart.svg.begin("g", ["class": look.seriesClass(line.style)])
    chart.svg.add("title", text: line.name)
    if line.points.count == 1, let point = line.points.first {
      let place = NumberText.coordinate(chart.x(point.x))
      if let band = point.band, band.low < band.high {
        let ends = [band.high, band.low].map { NumberText.coordinate(chart.y($0)) }
        chart.svg.add("path", ["class": "whisker", "d": "M\(place) \(ends[0])V\(ends[1])"])
      }
      let height = NumberText.coordinate(chart.y(point.y))
      chart.svg.add("circle", ["class": "dot", "cx": place, "cy": height, "r": "4"])
    } else {
      let bands = line.points.compactMap { point in point.band.map { (point.x, $0) } }
      if bands.count > 1 {
        let edge = bands.map { ($0.0, $0.1.high) } + bands.reversed().map { ($0.0, $0.1.low) }
        chart.svg.add("path", ["class": "band", "d": chart.path(edge) + "Z"])
      }
      let places = line.points.map { ($0.x, $0.y) }
      chart.svg.add("path", ["class": "line", "d": chart.path(places)])
    }
    chart.svg.end()
  }
}

/// How large the figures of a report are, in pixels, before a page scales them.
enum ReportSize {
  static let width = 480
  /// From the top of the plot to the name of the horizontal axis.
  static let plot = 290
}

/// Numbers of seeds in words.
enum SeedText {
  static func count(_ count: Int) -> String { count == 1 ? "1 seed" : "\(count) seeds" }
}
