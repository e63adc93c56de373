/// Rows of dots over a quantity, one row for each variant, with an interval where there is one.
struct RowPlot: ReportDrawing {
  /// One variant.
  struct Row: Equatable {
    var name: String
    /// Which colour it has.
    var style: Int
    /// One number for each seed, and which seed.
    var dots: [(seed: UInt64, value: Double)]
    /// What sums them up; nothing where there is but one.
    var estimate: Estimate?

    static func == (first: Row, second: Row) -> Bool {
      first.name == second.name && first.style == second.style
        && first.estimate == second.estimate && first.dots.map(\.seed) == second.dots.map(\.seed)
        && first.dots.map(\.value) == second.dots.map(\.value)
    }
  }

  var axis: LinePlot.Axis
  var rows: [Row]
  /// Whether the axis begins at zero.
  var beginsAtZero = false

  /// Dots first, by seed; then a line without a seed that sums them up.
  var csv: String {
    var text = CSVText(["variant", "seed", axis.column, "low", "high"])
    for row in rows {
      for dot in row.dots {
        text.add([row.name, "\(dot.seed)", CSVText.number(dot.value), "", ""])
      }
      if let estimate = row.estimate {
        text.add([
          row.name, "", CSVText.number(estimate.value), CSVText.number(estimate.interval.low),
          CSVText.number(estimate.interval.high),
        ])
      }
    }
    return text.text
  }

  func svg(title: String, caption: [String], look: ChartLook) -> String {
    let words = SVGChart.Words(
      title: title, legend: [], horizontal: axis.label, vertical: "", caption: caption)
    let values = rows.flatMap { row in
      row.dots.map(\.value) + (row.estimate.map { [$0.interval.low, $0.interval.high] } ?? [])
    }
    let plot = 64 + 46 * max(1, rows.count)
    var chart = SVGChart(
      width: ReportSize.width,
      height: SVGChart.height(plot: plot, width: ReportSize.width, words: words), words: words,
      horizontal: TickScale(
        from: beginsAtZero ? 0 : values.min() ?? 0, to: values.max() ?? 1, about: 4, rounded: true),
      vertical: TickScale(rows: rows.count), look: look)
    for (index, row) in rows.enumerated() {
      draw(row, at: Double(rows.count - 1 - index), in: &chart, look)
    }
    return chart.finished()
  }

  private func draw(_ row: Row, at place: Double, in chart: inout SVGChart, _ look: ChartLook) {
    let number = NumberText.coordinate
    let height = number(chart.y(place + 0.3))
    chart.svg.begin("g", ["class": look.seriesClass(row.style)])
    chart.svg.add("title", text: row.name)
    chart.label(
      SVGChart.shortened(
        "\(row.name), \(SeedText.count(row.dots.count))", width: Double(ReportSize.width) - 50),
      x: 28, y: chart.y(place + 0.68), anchor: "start", style: "")
    if let estimate = row.estimate {
      let (low, high) = (chart.x(estimate.interval.low), chart.x(estimate.interval.high))
      chart.svg.add("path", ["class": "whisker", "d": "M\(number(low)) \(height)H\(number(high))"])
      let middle = chart.y(place + 0.3)
      chart.svg.add(
        "path",
        [
          "class": "line mark",
          "d": "M\(number(chart.x(estimate.value))) \(number(middle - 8))V\(number(middle + 8))",
        ])
    }
    for dot in row.dots {
      chart.svg.add(
        "circle", ["class": "dot", "cx": number(chart.x(dot.value)), "cy": height, "r": "3.5"])
    }
    chart.svg.end()
  }
}

extension TickScale {
  /// A scale without ticks for rows of height 1.
  init(rows count: Int) {
    low = 0
    high = Double(max(1, count))
    ticks = []
  }
}
