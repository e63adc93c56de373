import Foundation
import Testing

@Suite("Files of topology rules")
struct RuleFilesTests {
  private let files: RuleFiles

  init() throws {
    var sources: [String: String] = [:]
    for path in try SourceTree.files(in: "Sources", ["swift"]) {
      sources[path] = try SourceTree.text(path)
    }
    files = RuleFiles(
      sources: sources, tests: try SourceTree.files(in: "Tests", ["swift"]),
      catalogue: try SourceTree.text("Sources/CoppiceSparsity/SparsityCatalogue.swift"))
  }

  @Test("every rule has one source file, one test file and one line in the catalogue")
  func complete() {
    #expect(files.findings == [])
    #expect(RuleFiles.entries(in: files.catalogue).contains("NOfM"))
    #expect(RuleFiles.entries(in: files.catalogue).count >= 9)
  }

  @Test("a line, a test or a source file that is missing is found, whichever rule it belongs to")
  func incomplete() {
    for rule in RuleFiles.entries(in: files.catalogue) {
      let (source, test) = (
        "Sources/CoppiceSparsity/TopologyRule/\(rule).swift",
        "Tests/CoppiceSparsityTests/\(rule)Tests.swift"
      )
      var lacking = files
      lacking.tests.removeAll { $0 == test }
      #expect(lacking.findings == ["no \(test)"])
      lacking = files
      lacking.sources[source] = nil
      #expect(lacking.findings == ["\(rule) is catalogued and declared nowhere"])
      lacking = files
      let entry = rule == "NOfM" ? ".nOfM,\n" : "Entry(\(rule).self),\n"
      lacking.catalogue = lacking.catalogue.replacingOccurrences(of: entry, with: "\n")
      #expect(lacking.findings == ["\(rule) has no line in the catalogue"])
    }
  }

  @Test("a rule is found however it is declared, and outside its folder")
  func declarations() {
    let text = """
      /// struct Told: TopologyRule {
      public struct First: SparsityMethod {}
      final class Second<Scalar: Number>: Sendable, TopologyRule
      where Scalar: Small {}
      struct Other: Sendable { let rule: any TopologyRule }
      extension Third: TopologyRule {}
      """
    #expect(RuleFiles.rules(in: text) == ["First", "Second", "Third"])
    var astray = files
    astray.sources["Sources/CoppiceAgents/First.swift"] = "struct First: SparsityMethod {}"
    #expect(astray.findings.count == 3)
  }
}
