import CoppiceExperiments
import CoppiceSparsity
import Foundation
import Testing

/// Records in `Results/` must be of the tables that they are said to be of.
@Suite("Recorded tables")
struct RecordedTablesTests {
  private let results = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Results")

  @Test("every record of RNM-TD3 has the settings of its table and all evaluations")
  func rnmTD3() throws {
    let path = results.appendingPathComponent("rnm-td3").path
    let study = try Reproduction.rnmTD3.study()
    let records = try ReproductionFolder(path).records(of: study)
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
