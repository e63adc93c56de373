/// The frame of a chart: paper, title, legend, axes with ticks and grid, caption.
///
/// Whoever draws a chart makes one, draws with ``x(_:)`` and ``y(_:)``, and ends with ``finished()``.
struct SVGChart {
  /// What is written around the plot.
  struct Words {
    var title: String
    /// Names of the series, for the legend; a chart of one series needs none.
    var legend: [String]
    /// Which style each of them has; that of its place where nothing is said.
    var legendStyles: [Int]?
    var horizontal: String
    var vertical: String
    /// What stands below, one paragraph each.
    var caption: [String]
  }

  /// The document.
  var svg = SVGText()

  private let look: ChartLook
  private let left: Double
  private let right: Double
  private let top: Double
  private let bottom: Double
  private let horizontalScale: TickScale
  private let verticalScale: TickScale

  /// A frame of `width` × `height` pixels, ready to draw in.
  init(
    width: Int, height: Int, words: Words, horizontal: TickScale, vertical: TickScale,
    look: ChartLook = .standard
  ) {
    self.look = look
    horizontalScale = horizontal
    verticalScale = vertical
    let (wide, high) = (Double(width), Double(height))
    let labelWidth = vertical.ticks.map { Self.width(of: $0.label) }.max() ?? 0
    left = (words.vertical.isEmpty ? 20 : 38) + labelWidth
    right = max(left + 1, wide - 20)
    let legend = Self.rows(of: words.legend, width: wide - 40)
    let caption = words.caption.flatMap { Self.lines(of: $0, width: wide - 40) }
    top = 44 + 24 * Double(legend.count)
    bottom = max(top + 1, high - 52 - 17 * Double(caption.count))

    begin(width: width, height: height, words: words)
    drawLegend(legend, words)
    drawAxes(words)
    for (index, line) in caption.enumerated() {
      let place = bottom + 60 + 17 * Double(index)
      label(line, x: 20, y: place, anchor: "start", style: "quiet")
    }
  }

  /// The horizontal place of `value`, in pixels.
  func x(_ value: Double) -> Double { left + (right - left) * horizontalScale.fraction(of: value) }

  /// The vertical place of `value`, in pixels from the top.
  func y(_ value: Double) -> Double { bottom - (bottom - top) * verticalScale.fraction(of: value) }

  /// What draws a line through `places`.
  func path(_ places: [(x: Double, y: Double)]) -> String {
    "M"
      + places.map { place in
        "\(NumberText.coordinate(x(place.x))) \(NumberText.coordinate(y(place.y)))"
      }.joined(separator: "L")
  }

  /// Writes `text` in the middle of the plot.
  mutating func note(_ text: String) {
    label(text, x: (left + right) / 2, y: (top + bottom) / 2, anchor: "middle", style: "quiet")
  }

  /// The whole document.
  consuming func finished() -> String {
    svg.end()
    return svg.text
  }

  private mutating func begin(width: Int, height: Int, words: Words) {
    svg.begin(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "width": "\(width)", "height": "\(height)",
        "viewBox": "0 0 \(width) \(height)", "role": "img",
      ])
    svg.add("title", text: words.title)
    svg.add("desc", text: words.caption.joined(separator: " "))
    if !look.sheet.isEmpty {
      svg.begin("style")
      for line in look.sheet { svg.raw(line) }
      svg.end()
    }
    svg.add("rect", ["class": "paper", "width": "\(width)", "height": "\(height)"])
    label(words.title, x: 20, y: 28, anchor: "start", style: "title")
  }

  private mutating func drawLegend(
    _ rows: [[(index: Int, name: String, x: Double)]], _ words: Words
  ) {
    for (number, row) in rows.enumerated() {
      let line = 49 + 22 * Double(number)
      for entry in row {
        svg.add(
          "path",
          [
            "class": "line \(look.seriesClass(words.legendStyles?[entry.index] ?? entry.index))",
            "d": "M\(at(entry.x, line))h22",
          ])
        label(
          Self.shortened(entry.name, width: right - entry.x - 29), x: entry.x + 29, y: line + 4,
          anchor: "start", style: "")
      }
    }
  }

  private mutating func drawAxes(_ words: Words) {
    for tick in verticalScale.ticks {
      svg.add("path", ["class": "grid", "d": "M\(at(left, y(tick.value)))H\(number(right))"])
      label(tick.label, x: left - 8, y: y(tick.value) + 4, anchor: "end", style: "quiet")
    }
    for tick in horizontalScale.ticks {
      svg.add("path", ["class": "grid", "d": "M\(at(x(tick.value), top))V\(number(bottom))"])
      // a label near the edge would leave the paper
      let overhang = Self.width(of: tick.label) / 2 - (right + 16 - x(tick.value))
      label(
        tick.label, x: x(tick.value) - max(0, overhang), y: bottom + 18, anchor: "middle",
        style: "quiet")
    }
    svg.add(
      "path", ["class": "axis", "d": "M\(at(left, top))V\(number(bottom))H\(number(right))"])
    label(words.horizontal, x: (left + right) / 2, y: bottom + 37, anchor: "middle", style: "")
    guard !words.vertical.isEmpty else { return }
    svg.add(
      "text",
      [
        "text-anchor": "middle",
        "transform": "translate(\(at(18, (top + bottom) / 2))) rotate(-90)",
      ], text: words.vertical)
  }

  /// Writes `text` at a place of the drawing.
  mutating func label(_ text: String, x: Double, y: Double, anchor: String, style: String) {
    guard !text.isEmpty else { return }
    if style.isEmpty {
      svg.add("text", ["x": number(x), "y": number(y), "text-anchor": anchor], text: text)
    } else {
      svg.add(
        "text", ["class": style, "x": number(x), "y": number(y), "text-anchor": anchor],
        text: text)
    }
  }

  private func number(_ value: Double) -> String { NumberText.coordinate(value) }

  private func at(_ x: Double, _ y: Double) -> String { "\(number(x)) \(number(y))" }
}

extension SVGChart {
  /// How high a chart of `width` pixels is whose plot, with its axes, is `plot` pixels high.
  static func height(plot: Int, width: Int, words: Words) -> Int {
    let room = Double(width - 40)
    let legend = rows(of: words.legend, width: room).count
    let caption = words.caption.reduce(0) { $0 + lines(of: $1, width: room).count }
    return plot + 44 + 24 * legend + 17 * caption
  }

  /// `text`, or the beginning of it that fits into `width` pixels.
  static func shortened(_ text: String, width: Double) -> String {
    guard self.width(of: text) > width + 20 else { return text }
    return text.prefix(max(1, Int(width / 6.8) - 1)) + "…"
  }

  /// About how wide `text` is in the small size; fonts differ, so this errs on the wide side.
  private static func width(of text: String) -> Double { 6.8 * Double(text.count) }

  /// The legend's entries and where they stand, in as many rows as they need.
  private static func rows(
    of names: [String], width: Double
  ) -> [[(index: Int, name: String, x: Double)]] {
    var rows: [[(index: Int, name: String, x: Double)]] = []
    var place = 0.0
    for (index, name) in names.enumerated() {
      let wanted = 29 + self.width(of: name) + 20
      if rows.isEmpty || place + wanted > width, place > 0 || rows.isEmpty {
        rows.append([])
        place = 0
      }
      rows[rows.count - 1].append((index, name, 20 + place))
      place += wanted
    }
    return rows
  }

  /// `text` cut between words into lines of at most `width` pixels.
  private static func lines(of text: String, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, self.width(of: "\(last) \(word)") <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
