import CoppiceExperiments
import CoppiceReports
import CoppiceTensors
import Foundation
import Testing

/// What the README says of learning must follow from the recorded results.
@Suite("Recorded results")
struct RecordedResultsTests {
  private static func results(_ name: String) throws -> RecordedResults {
    try RecordedResults(
      contentsOf: Repository.root.appendingPathComponent("Results/\(name).csv").path)
  }

  /// As the README writes numbers: 5,766.
  private static func text(_ value: Double) -> String {
    let whole = Int(value.rounded())
    return "\(whole / 1000),\(String("\(1000 + whole % 1000)".dropFirst()))"
  }

  @Test(
    "small tasks are learned, dense and 2:4, by at least five of six seeds",
    arguments: [("td3-Pendulum-v1", -200.0), ("td3-InvertedPendulum-v5", 1000.0)])
  func smallTasks(name: String, goal: Double) throws {
    let results = try Self.results(name)
    #expect(results.sparsities == ["dense", "2:4"])
    for sparsity in results.sparsities {
      let best = results.seeds(sparsity: sparsity).map { seed in
        results.returns(sparsity: sparsity, seed: seed).max() ?? -.infinity
      }
      #expect(best.count == 6)
      #expect(best.count { $0 >= goal } >= 5, "\(name) \(sparsity): \(best)")
    }
  }

  private static func readme() throws -> String {
    try Repository.text("README.md").replacing("\n", with: " ")
  }

  @Test("HalfCheetah with shared rows: the last ten evaluations are those of the README")
  func sharedRows() throws {
    let results = try Self.results("td3-HalfCheetah-v5-shared-rows")
    let readme = try Self.readme()
    #expect(results.sparsities == ["2:4x4"])
    let seeds = results.seeds(sparsity: "2:4x4")
    #expect(seeds.count == 3)
    for seed in seeds {
      let last = results.returns(sparsity: "2:4x4", seed: seed).suffix(10).reduce(0, +) / 10
      #expect(readme.contains(Self.text(last)))
      #expect(last >= 4500)
    }
  }

  @Test("HalfCheetah: the last ten evaluations are those of the README, and good enough")
  func halfCheetah() throws {
    let results = try Self.results("td3-HalfCheetah-v5")
    let readme = try Self.readme()
    let means = results.sparsities.map { sparsity -> Double in
      let seeds = results.seeds(sparsity: sparsity)
      let last = seeds.map { seed -> Double in
        results.returns(sparsity: sparsity, seed: seed).suffix(10).reduce(0, +) / 10
      }
      for value in last { #expect(readme.contains(Self.text(value))) }
      return last.reduce(0, +) / Double(seeds.count)
    }
    for mean in means { #expect(readme.contains(Self.text(mean))) }
    #expect(results.sparsities == ["dense", "2:4"])
    #expect(means[0] >= 4500)
    #expect(means[1] >= 0.8 * means[0])
  }

  @Test("the README's picture is the figure of their report")
  func picture() throws {
    let path = Repository.root.appendingPathComponent("Results/td3-HalfCheetah-v5.csv").path
    let report = try ReportSource([path]).report()
    let figure = try #require(report.figures.first { $0.name == "learning-curve-HalfCheetah-v5" })
    #expect(try Repository.text("Documentation/Images/learning-curve.svg") == figure.svg)
  }

  @Test("a line that is no evaluation is one clear error")
  func badLine() throws {
    let error = try #require(throws: UserError.self) {
      try RecordedResults(csv: "environment,seed\nPendulum-v1,1", from: "x.csv")
    }
    #expect(error.found.contains("x.csv, line 2"))
    #expect(throws: UserError.self) { try RecordedResults(csv: "# nothing\n", from: "x.csv") }
  }
}
