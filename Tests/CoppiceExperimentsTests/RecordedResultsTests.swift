import CoppiceExperiments
import CoppiceReports
import CoppiceTensors
import Foundation
import Testing

/// What the README says of learning must follow from the recorded results.
@Suite("Recorded results")
struct RecordedResultsTests {
  private static func results(_ name: String) throws -> RecordedResults {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try RecordedResults(contentsOf: root.appendingPathComponent("Results/\(name).csv").path)
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

  @Test("HalfCheetah: the last ten evaluations of dense reach 4,500, of 2:4 0.8 of dense")
  func halfCheetah() throws {
    let results = try Self.results("td3-HalfCheetah-v5")
    let means = results.sparsities.map { sparsity -> Double in
      let seeds = results.seeds(sparsity: sparsity)
      let last = seeds.map { seed -> Double in
        results.returns(sparsity: sparsity, seed: seed).suffix(10).reduce(0, +) / 10
      }
      return last.reduce(0, +) / Double(seeds.count)
    }
    #expect(results.sparsities == ["dense", "2:4"])
    #expect(means[0] >= 4500)
    #expect(means[1] >= 0.8 * means[0])
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
