/// How a chart is coloured: its own style sheet, or that of the page around it.
struct ChartLook: Sendable {
  /// The lines of the chart's own style sheet; none where the page has one.
  var sheet: [String]
  /// The class of a series by its number, from 0.
  var seriesClass: @Sendable (Int) -> String

  /// Of a picture that stands by itself; the first six series are not dashed.
  static let standard = ChartLook(
    sheet: ChartStyle.sheet, seriesClass: { ChartStyle.seriesClass($0) })
}
