import Foundation
import Testing

/// What the article on worlds says of speed must follow from the recorded measurements.
@Suite("Recorded speed of worlds")
struct RecordedWorldSpeedTests {
  private static func number(_ row: [String: String], _ name: String) throws -> Double {
    try #require(row[name].flatMap(Double.init), "\(name) of \(row)")
  }

  private static func digits(_ value: Double) -> String { String(format: "%.1f", value) }

  @Test("beside MAgent2")
  func besideMAgent() throws {
    let article = try Repository.text("Sources/Coppice/Coppice.docc/ManyAgentWorlds.md")
    let rows = try Repository.rows("Results/worlds-intel-xeon.csv")
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
    let article = try Repository.text("Sources/Coppice/Coppice.docc/ManyAgentWorlds.md")
    let rows = try Repository.rows("Results/world-sizes-intel-xeon.csv")
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

  @Test("a million agents that act and learn")
  func crowd() throws {
    let article = try Repository.text("Sources/Coppice/Coppice.docc/ManyAgentWorlds.md")
    let rows = try Repository.rows("Results/crowd-intel-xeon.csv")
    func seconds(_ sparsity: String, _ quantity: String) throws -> String? {
      try rows.first { $0["sparsity"] == sparsity && $0["quantity"] == quantity }
        .map { Self.digits(try Self.number($0, "median")) }
    }
    for sparsity in ["dense", "1:8x4", "1:16x4", "static@90%", "static@95%"] {
      let act = try #require(try seconds(sparsity, "act"))
      let line = "| `\(sparsity)` | \(act) | \(try seconds(sparsity, "cycle") ?? "-") |"
      #expect(article.contains(line), "\(line)")
    }
  }
}
