/// A table of text with aligned columns, for terminals.
public struct TextTable: Sendable, Equatable, CustomStringConvertible {
  /// How a column is aligned.
  public enum Alignment: Sendable {
    /// Text.
    case left
    /// Numbers.
    case right
  }

  /// The names of the columns and how they are aligned.
  public let columns: [(name: String, alignment: Alignment)]

  /// The rows, each with as many cells as there are columns.
  public private(set) var rows: [[String]] = []

  /// A table without rows.
  public init(_ columns: [(name: String, alignment: Alignment)]) { self.columns = columns }

  /// Adds a row.
  ///
  /// - Precondition: It has as many cells as there are columns.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append(cells)
  }

  /// The table as lines, without trailing spaces.
  public var description: String {
    let lines = [columns.map { $0.name.uppercased() }] + rows
    let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      var line = ""
      for (column, cell) in cells.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? "" : "  "
        line += columns[column].alignment == .left ? cell + padding : padding + cell
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// The table as Markdown.
  public var markdown: String {
    let head = "| \(columns.map(\.name).joined(separator: " | ")) |"
    let rule = "|\(columns.map { $0.alignment == .left ? "---" : "---:" }.joined(separator: "|"))|"
    let body = rows.map { "| \($0.joined(separator: " | ")) |" }
    return ([head, rule] + body).joined(separator: "\n")
  }

  /// Whether both have the same columns and rows.
  public static func == (first: TextTable, second: TextTable) -> Bool {
    first.rows == second.rows && first.columns.map(\.name) == second.columns.map(\.name)
      && first.columns.map(\.alignment) == second.columns.map(\.alignment)
  }
}
