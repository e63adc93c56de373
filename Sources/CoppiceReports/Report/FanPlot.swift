/// Lines over a quantity, each within bands that lie inside one another.
struct FanPlot: ReportDrawing {
  /// A place that a line passes.
  struct Point: Equatable {
    var x: Double
    var y: Double
    /// The bands, outermost first; as many at every point.
    var bands: [Interval] = []
  }

  /// One line.
  struct Series: Equatable {
    /// What the legend calls it.
    var name: String
    /// Which colour and dashes it has.
    var style: Int
    var points: [Point]
  }

  var horizontal: LinePlot.Axis
  var vertical: LinePlot.Axis
  var series: [Series]
  /// What a CSV calls the lower and the upper edge of each band.
  var bandColumns: [(low: String, high: String)] = []

  var csv: String {
    var text = CSVText(
      ["series", horizontal.column, vertical.column] + bandColumns.flatMap { [$0.low, $0.high] })
    for line in series {
      for point in line.points {
        text.add(
          [line.name, CSVText.number(point.x), CSVText.number(point.y)]
            + point.bands.flatMap { [CSVText.number($0.low), CSVText.number($0.high)] })
      }
    }
    return text.text
  }

  func svg(title: String, caption: [String], look: ChartLook) -> String {
    let points = series.flatMap(\.points)
    let edges: [Double] = points.flatMap(\.bands).flatMap { [$0.low, $0.high] }
    let heights = points.map(\.y) + edges
    let places = points.map(\.x)
    let words = SVGChart.Words(
      title: title, legend: series.map(\.name), legendStyles: series.map(\.style),
      horizontal: horizontal.label, vertical: vertical.label, caption: caption)
    var chart = SVGChart(
      width: ReportSize.width,
      height: SVGChart.height(plot: ReportSize.plot, width: ReportSize.width, words: words),
      words: words,
      horizontal: TickScale(
        from: places.min() ?? 0, to: places.max() ?? 1, about: 4, rounded: false),
      vertical: TickScale(
        from: heights.min() ?? 0, to: heights.max() ?? 1, about: 5, rounded: true), look: look)
    if points.isEmpty { chart.note("nothing yet") }
    for line in series where !line.points.isEmpty { draw(line, in: &chart, look) }
    return chart.finished()
  }

  private func draw(_ line: Series, in chart: inout SVGChart, _ look: ChartLook) {
    chart.svg.begin("g", ["class": look.seriesClass(line.style)])
    chart.svg.add("title", text: line.name)
    for band in bandColumns.indices where line.points.count > 1 {
      let edge =
        line.points.map { ($0.x, $0.bands[band].high) }
        + line.points.reversed().map { ($0.x, $0.bands[band].low) }
      chart.svg.add("path", ["class": "band", "d": chart.path(edge) + "Z"])
    }
    if line.points.count == 1, let point = line.points.first {
      chart.svg.add(
        "circle",
        [
          "class": "dot", "cx": NumberText.coordinate(chart.x(point.x)),
          "cy": NumberText.coordinate(chart.y(point.y)), "r": "4",
        ])
    } else {
      chart.svg.add(
        "path", ["class": "line", "d": chart.path(line.points.map { ($0.x, $0.y) })])
    }
    chart.svg.end()
  }
}
