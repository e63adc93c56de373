extension LearningCurve {
  /// The curve as an SVG document.
  ///
  /// The same curve gives the same text on every machine. Colours follow the reader's choice of a
  /// light or a dark page; no font is embedded.
  ///
  /// - Parameters:
  ///   - width: Pixels from left to right; at least 320.
  ///   - height: Pixels from top to bottom; at least 240.
  /// - Returns: A whole document in UTF-8.
  /// - Precondition: The picture has the least size or more.
  public func svg(width: Int = 720, height: Int = 440) -> String {
    precondition(width >= 320 && height >= 240, "a chart of \(width) × \(height) is too small")
    let points = series.flatMap(\.points)
    let edges = points.flatMap { [$0.low, $0.mean, $0.high] }
    let (low, high) = (edges.min() ?? 0, edges.max() ?? 1)
    let lastStep = Double(points.map(\.step).max() ?? 0)
    var chart = SVGChart(
      width: width, height: height,
      words: SVGChart.Words(
        title: title, legend: series.count > 1 ? series.map(\.name) : [],
        horizontal: "environment steps", vertical: "return of an episode (sum of rewards)",
        caption: [caption, legendText].filter { !$0.isEmpty }),
      horizontal: TickScale(
        from: 0, to: max(1, lastStep), about: max(2, width / 120), rounded: false, whole: true),
      vertical: TickScale(from: low, to: high, about: max(2, height / 72), rounded: true))
    if points.isEmpty { chart.note("no evaluations yet") }
    for (index, line) in series.enumerated() where !line.points.isEmpty {
      draw(line, at: index, in: &chart)
    }
    return chart.finished()
  }

  /// What line and band stand for; without a band, the line speaks for itself.
  private var legendText: String {
    series.contains(where: \.hasBand) ? meaning : "Line: mean over evaluation episodes."
  }

  private func draw(_ line: Series, at index: Int, in chart: inout SVGChart) {
    chart.svg.begin("g", ["class": ChartStyle.seriesClass(index)])
    chart.svg.add("title", text: line.name)
    if line.points.count == 1, let point = line.points.first {
      drawAlone(point, in: &chart)
    } else {
      let means = path(line.points.map { ($0.step, $0.mean) }, in: chart)
      if line.hasBand {
        let edge =
          line.points.map { ($0.step, $0.high) } + line.points.reversed().map { ($0.step, $0.low) }
        chart.svg.add("path", ["class": "band", "d": path(edge, in: chart) + "Z"])
      }
      chart.svg.add("path", ["class": "line", "d": means])
    }
    chart.svg.end()
  }

  /// A dot with whiskers, since one point makes no line.
  private func drawAlone(_ point: Point, in chart: inout SVGChart) {
    let place = NumberText.coordinate(chart.x(Double(point.step)))
    if point.low < point.high {
      let whisker = [point.high, point.low].map { NumberText.coordinate(chart.y($0)) }
      chart.svg.add("path", ["class": "whisker", "d": "M\(place) \(whisker[0])V\(whisker[1])"])
    }
    let height = NumberText.coordinate(chart.y(point.mean))
    chart.svg.add("circle", ["class": "dot", "cx": place, "cy": height, "r": "4"])
  }

  private func path(_ points: [(step: Int, value: Double)], in chart: SVGChart) -> String {
    chart.path(points.map { (Double($0.step), $0.value) })
  }
}
