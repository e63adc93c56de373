/// An SVG document while it is written, an element a line.
struct SVGText {
  private var lines: [String] = []
  private var open: [String] = []

  /// The document so far.
  var text: String { lines.joined(separator: "\n") + "\n" }

  /// Begins an element that holds others.
  mutating func begin(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
    lines.append(indentation + "<\(name)\(Self.written(attributes))>")
    open.append(name)
  }

  /// Ends the element that was begun last.
  mutating func end() {
    guard let name = open.popLast() else { return }
    lines.append(indentation + "</\(name)>")
  }

  /// An element that holds nothing.
  mutating func add(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    lines.append(indentation + "<\(name)\(Self.written(attributes))/>")
  }

  /// An element that holds text, which is escaped.
  mutating func add(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String
  ) {
    lines.append(
      indentation + "<\(name)\(Self.written(attributes))>\(Self.escaped(text))</\(name)>")
  }

  /// A line as it is, for text of our own that needs no escaping.
  mutating func raw(_ line: String) { lines.append(indentation + line) }

  private var indentation: String { String(repeating: "  ", count: open.count) }

  private static func written(_ attributes: KeyValuePairs<String, String>) -> String {
    attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
  }

  /// `text` without characters that have a meaning in XML or are not allowed there.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
