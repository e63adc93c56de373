import Foundation
import Testing

/// What the article on worlds says of speed must follow from the recorded measurements.
@Suite("Recorded speed of worlds")
struct RecordedWorldSpeedTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The lines of a CSV without quotes, by the names of their columns.
  private static func rows(_ path: String) throws -> [[String: String]] {
    let lines = try text(path).split(whereSeparator: \.isNewline).map(String.init)
      .filter { !$0.hasPrefix("#") }
    func cells(_ line: String) -> [String] {
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let names = cells(try #require(lines.first))
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, cells($0))) }
  }

  private static func number(_ row: [String: String], _ name: String) throws -> Double {
    try #require(row[name].flatMap(Double.init), "\(name) of \(row)")
  }

  private static func digits(_ value: Double) -> String { String(format: "%.1f", value) }

  @Test("beside MAgent2")
  func besideMAgent() throws {
    let article = try Self.text("Sources/Coppice/Coppice.docc/ManyAgentWorlds.md")
    let rows = try Self.rows("Results/worlds-intel-xeon.csv")
    try #require(rows.count == 4)
    for row in rows {
      let cells = try ["steps", "panels", "arrays"].map { name in
        let ratio = try Self.number(row, "\(name)_ratio")
        // what these worlds are to reach
        #expect(ratio >= ["steps": 1.5, "panels": 4, "arrays": 2.5][name] ?? 0)
        return "\(Self.digits(try Self.number(row, name))), \(Self.digits(ratio)) ×"
      }
      let line = "| \(try #require(row["agents"])) | \(cells.joined(separator: " | ")) |"
      #expect(article.contains(line), "\(line)")
    }
  }

  @Test("worlds of other sizes, by one thread and two")
  func sizes() throws {
    let article = try Self.text("Sources/Coppice/Coppice.docc/ManyAgentWorlds.md")
    let rows = try Self.rows("Results/world-sizes-intel-xeon.csv")
    try #require(rows.count == 8)
    for row in rows {
      let rates = try ["step_per_second", "step_and_observe_per_second"].map {
        "\(Self.digits(try Self.number(row, $0) / 1e6))"
      }
      let line =
        "| \(try #require(row["agents"])) | \(try #require(row["threads"])) "
        + "| \(rates.joined(separator: " | ")) "
        + "| \(Int(try Self.number(row, "bytes_per_agent").rounded())) "
        + "| \(Self.digits(try Self.number(row, "build_seconds"))) |"
      #expect(article.contains(line), "\(line)")
    }
  }
}
