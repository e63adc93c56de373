import CoppiceExperiments
import CoppiceReports
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

  @Test("the article's table of RNM-TD3 follows from the records")
  func article() throws {
    let article = try Repository.text("Sources/Coppice/Coppice.docc/RNM-TD3.md")
    let study = try Reproduction.rnmTD3.study()
    let records = try ReproductionFolder(results.appendingPathComponent("rnm-td3").path)
      .records(of: study)
    for row in try ReproductionTable(.rnmTD3, study, records: records).rows {
      var cells = ["-", "-", "-"]
      if let mean = row.meanFinalReturn, let ratio = row.normalisedReturn {
        let each = row.finalReturns.map { String(format: "%.0f", $0) }.joined(separator: ", ")
        cells = [
          String(format: "%.0f (\(each))", mean), String(format: "%.2f", ratio.value), "-",
        ]
        if row.sparsity != "dense", row.finalReturns.count > 1 {
          cells[2] = String(
            format: "%.2f to %.2f", ratio.interval.low, ratio.interval.high)
        }
        // what the sentence behind the table says
        #expect(row.sparsity == "dense" || ratio.value < 1)
      }
      let line =
        "| \(row.environment) | `\(row.sparsity)` | \(row.finalReturns.count) | "
        + "\(cells.joined(separator: " | ")) |"
      #expect(article.contains(line), "\(line)")
    }
  }
}
