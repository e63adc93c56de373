import CoppiceExperiments
import CoppiceSparsity
import Foundation
import Testing

/// Records in `Results/` must be of the tables that they are said to be of.
@Suite("Recorded tables")
struct RecordedTablesTests {
  private let results = Repository.root.appendingPathComponent("Results")

  @Test(
    "every record of RNM-TD3 has the settings of its table",
    arguments: [
      (Reproduction.rnmTD3, 1_000_000)
    ])
  func records(table: Reproduction, steps: Int) throws {
    let path = results.appendingPathComponent(table.name).path
    let records = try ReproductionFolder(path).records(of: table.study())
    let files = try FileManager.default.contentsOfDirectory(atPath: path)
    #expect(files.count == records.count && !records.isEmpty)
    for (name, record) in records {
      #expect(record.evaluations.count { $0.step > 0 } == steps / 5_000, "\(name)")
      #expect(record.evaluations.last?.step == steps)
      #expect(record.evaluations.allSatisfy { $0.episodeCount == 10 })
      #expect(record.origin.contains("git_commit"))
    }
  }
}
