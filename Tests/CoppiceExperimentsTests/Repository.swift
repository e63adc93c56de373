import Foundation
import Testing

/// Files that articles and tests share.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The cells of a CSV, line by line: the names of the columns first, without lines that begin with `#`.
  static func table(_ path: String) throws -> [[String]] {
    try text(path).split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
      .map { cells(String($0)) }
  }

  /// The lines of a CSV by the names of their columns.
  static func rows(_ path: String) throws -> [[String: String]] {
    let table = try table(path)
    let names = try #require(table.first)
    return table.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
  }

  /// The cells of a line; quotes do not stand inside of cells.
  private static func cells(_ line: String) -> [String] {
    var (cells, isQuoted) = ([""], false)
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: cells.append("")
      default: cells[cells.count - 1].append(character)
      }
    }
    return cells
  }
}
