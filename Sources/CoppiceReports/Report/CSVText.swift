/// Rows of values between commas, as RFC 4180 has them, with a line feed at the end of each.
package struct CSVText {
  /// The rows since they were last taken.
  package private(set) var text: String

  /// No rows but the names of the columns.
  package init(_ columns: [String]) { text = Self.line(columns) }

  /// Adds a row.
  package mutating func add(_ cells: [String]) { text += Self.line(cells) }

  /// The rows so far, which are then forgotten.
  package mutating func take() -> String {
    defer { text.removeAll(keepingCapacity: true) }
    return text
  }

  /// A number in its shortest exact spelling; nothing where there is none.
  package static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// A row without its end.
  package static func row(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",")
  }

  private static func line(_ cells: [String]) -> String { row(cells) + "\n" }

  private static func quoted(_ cell: String) -> String {
    guard cell.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else {
      return cell
    }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
