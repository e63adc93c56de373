import CoppiceExperiments
import CoppiceSparsity
import Foundation
import Testing

/// Records in `Results/` must be of the tables that they are said to be of.
@Suite("Recorded tables")
struct RecordedTablesTests {
  private let results = Repository.root.appendingPathComponent("Results")

  @Test("every record of RNM-TD3 and its ablation has the settings of its table")
  func rnmTD3() throws {
    let path = results.appendingPathComponent("rnm-td3").path
    let folder = ReproductionFolder(path)
    let records = try folder.records(of: Reproduction.rnmTD3.study())
      .merging(folder.records(of: Reproduction.rnmTD3Ablation.study())) { $1 }
    let files = try FileManager.default.contentsOfDirectory(atPath: path)
    #expect(files.count == records.count && !records.isEmpty)
    for (name, record) in records {
      #expect(record.evaluations.count { $0.step > 0 } == 200, "\(name)")
      #expect(record.evaluations.last?.step == 1_000_000)
      #expect(record.evaluations.allSatisfy { $0.episodeCount == 10 })
      #expect(record.origin.contains("git_commit"))
    }
  }
}
