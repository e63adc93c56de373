import CoppiceCrowds
import CoppiceExperiments
import CoppiceGridWorld
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

/// The page that specifies the formats must say what the code does.
@Suite("Documentation/Formats.md")
struct FormatsTests {
  private let page: String

  init() throws { page = try Repository.text("Documentation/Formats.md") }

  @Test("has the table of metrics that the code declares")
  func metrics() { #expect(page.contains(Metric.documentation)) }

  @Test("has the table of measures of worlds that the code declares")
  func measures() { #expect(page.contains(WorldMeasure.documentation)) }

  @Test("names every setting")
  func settings() throws {
    let value = try StructuredValue(encoding: RunConfiguration())
    guard case .table(let settings) = value else { throw Missing() }
    let detailed = ["td3", "sac", "n_of_m", "multi_step", "dynamic_replay"]
    for (name, value) in settings {
      #expect(page.contains("`\(name)`") || page.contains("`[\(name)]`"), "\(name)")
      guard case .table(let members) = value else { continue }
      for member in members.keys where detailed.contains(name) {
        #expect(page.contains("`\(member)`") || page.contains("`[\(name).\(member)]`"), "\(member)")
      }
    }
  }

  @Test("names every setting of every sparsity method")
  func sparsityOptions() throws {
    for entry in SparsityCatalogue.standard.entries {
      guard case .table(let options) = try StructuredValue(encoding: entry.defaults) else {
        continue
      }
      for (name, value) in options {
        #expect(page.contains("`\(name)`"), "\(name) of \(entry.name)")
        guard case .table(let members) = value else { continue }
        for member in members.keys { #expect(page.contains("`\(member)`"), "\(name).\(member)") }
      }
    }
  }

  @Test("names every setting of trainings of worlds, and of every learner")
  func worldTrainings() throws {
    var tables = [try StructuredValue(encoding: WorldTrainingSettings())]
    for entry in CrowdLearnerCatalogue.standard.entries {
      tables.append(try StructuredValue(encoding: entry.defaults))
    }
    tables.append(try StructuredValue(encoding: AgentEncoder()))
    for table in tables {
      guard case .table(let settings) = table else { throw Missing() }
      for name in settings.keys {
        #expect(page.contains("`\(name)`") || page.contains("`[\(name)]`"), "\(name)")
      }
    }
  }

  @Test("names every exit code")
  func exitCodes() {
    for kind in UserError.Kind.allCases { #expect(page.contains("| \(kind.exitCode) |")) }
  }

  private struct Missing: Error {}
}
