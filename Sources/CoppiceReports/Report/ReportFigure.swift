/// A picture of a report, beside the numbers that it is made of.
public struct ReportFigure: Sendable {
  /// The name of its files, without what tells their kind: letters, digits, points and hyphens.
  public let name: String
  /// What stands above it.
  public let title: String
  /// What its lines, bands and dots stand for, and how many seeds there are.
  public let caption: String
  /// What is drawn.
  let drawing: any ReportDrawing

  /// A figure from its parts.
  ///
  /// - Parameters:
  ///   - name: What its files are called; other characters become hyphens.
  ///   - title: What stands above it.
  ///   - caption: What it says, and of how many seeds.
  ///   - drawing: What is drawn.
  init(name: String, title: String, caption: String, drawing: any ReportDrawing) {
    self.name = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".")) }
      .joined(separator: "-")
    self.title = title
    self.caption = caption
    self.drawing = drawing
  }

  /// The picture as a file: with its caption, and colours of its own.
  public var svg: String {
    drawing.svg(title: title, caption: [caption], look: ReportStyle.alone)
  }

  /// The numbers that it is made of, with the names of the columns in the first line.
  public var csv: String { drawing.csv }

  /// The picture within a page, which writes the caption itself.
  var embedded: String { drawing.svg(title: title, caption: [], look: ReportStyle.embedded) }
}

/// What a figure of a report shows.
protocol ReportDrawing: Sendable {
  /// The numbers that are drawn, one line for each point.
  var csv: String { get }

  /// The picture.
  ///
  /// - Parameters:
  ///   - title: What stands above it.
  ///   - caption: What stands below it, one paragraph each.
  ///   - look: How it is coloured.
  /// - Returns: A whole SVG document.
  func svg(title: String, caption: [String], look: ChartLook) -> String
}
