import CoppiceExperiments
import CoppiceReports
import CoppiceTensors
import Foundation
import Testing

/// What the article on topology rules says of learning must follow from the recorded results.
@Suite("Recorded methods")
struct RecordedMethodsTests {
  private func article() throws -> String {
    try Repository.text("Sources/Coppice/Coppice.docc/TopologyRules.md")
  }

  private func text(_ value: Double) -> String {
    let whole = Int(value.rounded())
    guard whole >= 1000 else { return "\(whole)" }
    return "\(whole / 1000),\(String("\(1000 + whole % 1000)".dropFirst()))"
  }

  private func results(_ name: String) throws -> RecordedResults {
    try RecordedResults(
      contentsOf: Repository.root.appendingPathComponent("Results/\(name).csv").path)
  }

  /// The mean of the last ten evaluations, for each seed.
  private func ends(_ name: String, _ sparsity: String) throws -> [Double] {
    let results = try results(name)
    return results.seeds(sparsity: sparsity).map { seed in
      results.returns(sparsity: sparsity, seed: seed).suffix(10).reduce(0, +) / 10
    }
  }

  @Test(
    "the tables of the locomotion tasks",
    arguments: [
      "td3-HalfCheetah-v5", "td3-HalfCheetah-v5-shared-rows", "td3-methods-HalfCheetah-v5",
      "sac-HalfCheetah-v5", "td3-Walker2d-v5", "td3-methods-Walker2d-v5",
    ])
  func locomotion(name: String) throws {
    let results = try results(name)
    let article = try article()
    for sparsity in results.sparsities {
      let ends = try ends(name, sparsity)
      #expect(ends.count == 3)
      let mean = ends.reduce(0, +) / 3
      let squares = ends.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let half = 4.303 * (squares / 2).squareRoot() / 3.0.squareRoot()
      let row =
        "| `\(sparsity)` | \(text(mean)) | ± \(text(half)) | \(ends.map(text).joined(separator: ", ")) |"
      #expect(article.contains(row), "\(row)")
    }
  }

  @Test("what is said of SAC on Walker2d-v5, and of who is ahead of whom on HalfCheetah-v5")
  func sentences() throws {
    let article = try article().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let walker = try ["dense", "2:4x4", "rigl@90%"].map { sparsity in
      let texts = try ends("sac-Walker2d-v5", sparsity).map(text)
      try #require(texts.count == 3)
      return "\(texts[0]), \(texts[1]) and \(texts[2])"
    }
    #expect(
      article.contains(
        "Dense SAC ends at \(walker[0]), `2:4x4` at \(walker[1]), `rigl@90%` at \(walker[2])."))
    for ahead in ["set@90%", "ds"] {
      let lowest = try ends("td3-methods-HalfCheetah-v5", ahead).min() ?? -.infinity
      for behind in ["static@90%", "rigl@90%"] {
        #expect(try lowest > ends("td3-methods-HalfCheetah-v5", behind).max() ?? .infinity)
      }
    }
    let dense = try ends("sac-HalfCheetah-v5", "dense")
    for sparse in ["2:4x4", "rigl@90%"] {
      for (own, other) in zip(dense, try ends("sac-HalfCheetah-v5", sparse)) {
        #expect(own > other)
      }
    }
  }

  /// The lines of a recording of what methods cost, by columns.
  private func costs(_ name: String) throws -> [[String]] {
    Array(try Repository.table("Results/\(name).csv").dropFirst())
  }

  @Test("what methods cost on a faster processor")
  func costsOfAFasterProcessor() throws {
    let rows = try costs("method-costs-amd-epyc-zen5")
    func numbers(_ column: Int, _ word: String) throws -> [Double] {
      try rows.filter { $0[0].hasPrefix("\(word)@") && $0[1] == "0.4" }
        .map { try #require(Double($0[column])) }
    }
    func range(_ values: [Double], _ format: String) -> String {
      [values.min() ?? .nan, values.max() ?? .nan].map { String(format: format, $0) }
        .joined(separator: " to ")
    }
    let article = try article().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let multiples = try numbers(5, "static").map { String(format: "%.2f", $0) }
    try #require(multiples.count == 4)
    let dense = try rows.filter { $0[0] == "dense" }.map { try #require(Double($0[2])) }
    let first =
      "\(multiples[0]), \(multiples[1]), \(multiples[2]) and \(multiples[3]) for `static` on an "
      + "AMD EPYC of Zen 5, whose dense row made \(range(dense, "%.0f")) steps"
    #expect(article.contains(first), "\(first)")
    let (dcil, dpf) = (try numbers(6, "dcil"), try numbers(6, "dpf"))
    let others = try rows.filter { !$0[0].hasPrefix("dcil") && !$0[0].hasPrefix("dpf") }
      .map { try #require(Double($0[6])) }
    let second =
      "it is \(range(dcil.map { 100 * $0 }, "%.2f")) % and \(range(dpf.map { 100 * $0 }, "%.1f")) %, "
      + "and at most \(String(format: "%.1f", 100 * (others.max() ?? .nan))) % with all others"
    #expect(article.contains(second), "\(second)")
  }

  @Test("the table of what each method costs, and the README's line on it")
  func costs() throws {
    let rows = try costs("method-costs-amd-epyc-avx512")
    func row(_ sparsity: String, _ fraction: String) throws -> [String] {
      try #require(rows.first { $0[0] == sparsity && $0[1] == fraction })
    }
    func multiple(_ row: [String]) throws -> String {
      let multiple = try #require(Double(row[5]))
      return String(format: multiple < 10 ? "%.2f" : "%.1f", multiple)
    }
    func line(_ label: String, _ words: [String], _ fraction: String) throws -> String {
      let measured = try words.map { try row($0, fraction) }
      let cells = try measured.map { try "\(text(#require(Double($0[2])))) (\(multiple($0)))" }
      let share = try 100 * #require(Double(measured[2][6]))
      return "| \(label) | \(cells.joined(separator: " | ")) | \(String(format: "%.1f", share)) % |"
    }
    func zeros(_ word: String) -> [String] { [50, 75, 90, 95].map { "\(word)@\($0)%" } }
    let article = try article()
    var expected = try ["static", "set", "rigl", "ds", "dpf", "dcil"].map {
      try line("`\($0)`", zeros($0), "0.4")
    }
    expected += try [
      line("`gmp`, once it has its zeros", zeros("gmp"), "0.9"),
      line("`gmp`, at 30 % of the training", zeros("gmp"), "0.3"),
      line("`oneshot`, after its shot", zeros("oneshot"), "0.9"),
      line("`2:4`, `1:4`, `1:8`, `1:16`", ["2:4", "1:4", "1:8", "1:16"], "0.4"),
      line(
        "the same with `x4`, four rows share", ["2:4x4", "1:4x4", "1:8x4", "1:16x4"], "0.4"),
    ]
    for line in expected { #expect(article.contains(line), "\(line)") }
    let readme = try Repository.text("README.md")
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let reached = try zeros("static").map { try multiple(row($0, "0.4")) }
    #expect(
      readme.contains("\(reached[0]), \(reached[1]), \(reached[2]) and \(reached[3]) times dense"))
  }

  @Test("SAC beside that of Stable-Baselines3")
  func peers() throws {
    func returns(_ name: String, at step: Int) throws -> [Double] {
      try results(name).evaluations.filter { $0.sparsity == "dense" && $0.step == step }.map(
        \.meanReturn
      ).sorted()
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
    let walker = try #require(ends("sb3-td3-Walker2d-v5", "dense").first)
    #expect(article.contains("ends at \(text(walker)) "))
  }

  @Test("the table of classifiers")
  func classifiers() throws {
    let rows = Array(try Repository.table("Results/classification-methods.csv").dropFirst())
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
  private func cell(_ method: String, _ asked: String, _ rows: [[String]]) -> String {
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
