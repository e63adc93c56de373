import CoppiceExperiments
import CoppiceReports
import CoppiceTensors
import Foundation
import Testing

/// What the article on topology rules says of learning must follow from the recorded results.
@Suite("Recorded methods")
struct RecordedMethodsTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func article() throws -> String {
    try String(
      contentsOf: Self.root.appendingPathComponent("Sources/Coppice/Coppice.docc/TopologyRules.md"),
      encoding: .utf8)
  }

  private func text(_ value: Double) -> String {
    let whole = Int(value.rounded())
    guard whole >= 1000 else { return "\(whole)" }
    return "\(whole / 1000),\(String("\(1000 + whole % 1000)".dropFirst()))"
  }

  @Test(
    "the tables of the locomotion tasks",
    arguments: [
      "td3-HalfCheetah-v5", "td3-HalfCheetah-v5-shared-rows", "td3-methods-HalfCheetah-v5",
      "sac-HalfCheetah-v5", "sac-methods-HalfCheetah-v5", "td3-Walker2d-v5",
      "td3-methods-Walker2d-v5",
    ])
  func locomotion(name: String) throws {
    let results = try RecordedResults(
      contentsOf: Self.root.appendingPathComponent("Results/\(name).csv").path)
    let article = try article()
    for sparsity in results.sparsities {
      let ends = results.seeds(sparsity: sparsity).map { seed in
        let last = results.returns(sparsity: sparsity, seed: seed).suffix(10)
        return last.reduce(0, +) / Double(last.count)
      }
      #expect(ends.count == 3)
      let mean = ends.reduce(0, +) / 3
      let squares = ends.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let half = 4.303 * (squares / 2).squareRoot() / 3.0.squareRoot()
      let row =
        "| `\(sparsity)` | \(text(mean)) | ± \(text(half)) | \(ends.map(text).joined(separator: ", ")) |"
      #expect(article.contains(row), "\(row)")
    }
  }

  @Test("SAC beside that of Stable-Baselines3")
  func peers() throws {
    func returns(_ name: String, at step: Int) throws -> [Double] {
      try RecordedResults(
        contentsOf: Self.root.appendingPathComponent("Results/\(name).csv").path
      ).evaluations.filter { $0.sparsity == "dense" && $0.step == step }.map(\.meanReturn).sorted()
    }
    let article = try article().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let steps = [50_000, 100_000, 150_000, 200_000]
    let peer = try steps.map { text(try #require(returns("sb3-sac-HalfCheetah-v5", at: $0).first)) }
    let own = try steps.map {
      let all = try returns("sac-HalfCheetah-v5", at: $0)
      #expect(all.count == 3)
      return "\(text(all[0])) to \(text(all[2]))"
    }
    for texts in [peer, own] {
      let list = "\(texts[0]), \(texts[1]), \(texts[2]) and \(texts[3])"
      #expect(article.contains(list), "\(list)")
    }
    let walker = try RecordedResults(
      contentsOf: Self.root.appendingPathComponent("Results/sb3-td3-Walker2d-v5.csv").path
    ).returns(sparsity: "dense", seed: 1).suffix(10)
    #expect(article.contains("ends at \(text(walker.reduce(0, +) / 10)) "))
  }

  @Test("the table of classifiers")
  func classifiers() throws {
    let rows = try String(
      contentsOf: Self.root.appendingPathComponent("Results/classification-methods.csv"),
      encoding: .utf8
    ).split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst()
      .map { $0.split(separator: ",") }
    let article = try article()
    for (method, label) in [
      ("dcil", "`dcil`"), ("gmp", "`gmp` (global)"), ("static", "`static`"), ("dpf", "`dpf`"),
    ] {
      let cells = ["0.90", "0.95", "0.98"].map { cell(method, $0, rows) }
      let row = "| \(label) | \(cells.joined(separator: " | ")) |"
      #expect(article.contains(row), "\(row)")
    }
    #expect(article.contains("Dense scores \(cell("dense", "0.00", rows))."))
  }
  /// Mean, half of its interval, and deviation over ten seeds.
  private func cell(_ method: String, _ asked: String, _ rows: [[Substring]]) -> String {
    let accuracies = rows.filter { $0[0] == method && $0[1] == asked }.compactMap { Double($0[4]) }
    #expect(accuracies.count == 10)
    let mean = accuracies.reduce(0, +) / 10
    let squares = accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / 9).squareRoot()
    return String(
      format: "%.2f ± %.2f (%.2f)", 100 * mean, 100 * 2.262 * deviation / 10.0.squareRoot(),
      100 * deviation)
  }
}
