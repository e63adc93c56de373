import CoppiceAgents
import CoppiceExperiments
import CoppiceNetworks
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

/// What every sparsity method has to do with every algorithm, whatever it is: the catalogues say which
/// there are, so that a new one is checked without a line here.
@Suite("Every method with every algorithm")
struct EveryMethodTests {
  static let expressions = SparsityCatalogue.standard.entries.map(\.example) + ["2:4x4", "90%x4"]
  static let algorithms = AlgorithmCatalogue.standard.entries.map(\.name)

  /// A short run whose masks change every twenty gradient steps where the method has a schedule.
  private func configuration(_ sparsity: String, _ algorithm: String) throws -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.algorithm = algorithm
    configuration.sparsity = try SparsityExpression(sparsity)
    configuration.hidden = [24, 16]
    (configuration.steps, configuration.warmUpSteps) = (200, 20)
    (configuration.logEvery, configuration.evaluationEvery) = (20, 0)
    (configuration.checkpointEvery, configuration.keep) = (100, 3)
    configuration.nOfM.maskUpdateInterval = 20
    // methods with a schedule have it in one of two tables
    let listing = try CatalogueListing.sparsity(.standard).value
    guard case .array(let entries) = listing,
      let entry = entries.first(where: { $0["example"] == .string(sparsity) })
    else { return configuration }
    if entry["options"]?["schedule"] != nil {
      configuration.sparsityOptions["schedule"] = .table(["interval": .integer(20)])
    }
    if sparsity == "ds" {
      // its own λ are for larger layers, and leave these dense
      configuration.sparsityOptions["allocation"] = .table([
        "lambda": .array([.number(2), .number(8)])
      ])
    }
    if entry["options"]?["growth"] != nil {
      configuration.sparsityOptions["growth"] = .table(["interval": .integer(16)])
    }
    return configuration
  }

  private func files(_ run: String, _ step: Int) throws -> [String: Data] {
    let folder = URL(fileURLWithPath: "\(run)/checkpoints/\(step)")
    var files: [String: Data] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      files[file] = try Data(contentsOf: folder.appendingPathComponent(file))
    }
    return files
  }

  @Test(
    "trains, changes its masks on schedule, resumes exactly, and does not depend on threads",
    arguments: expressions, algorithms)
  func trains(sparsity: String, algorithm: String) throws {
    let scratch = try Scratch()
    var configuration = try configuration(sparsity, algorithm)
    try check(configuration, at: scratch["a"])

    // from the middle, and with another number of threads
    let straight = try files(scratch["a"], 200)
    _ = try TrainingRun(resuming: scratch["a"], from: 100, threads: 2).run()
    #expect(try files(scratch["a"], 200) == straight)
    configuration.threads = 2
    _ = try TrainingRun(configuration, at: scratch["b"]).run()
    #expect(try files(scratch["b"], 200) == straight)
  }

  /// Trains, and lets go of the folder.
  private func check(_ configuration: RunConfiguration, at path: String) throws {
    let run = try TrainingRun(configuration, at: path)
    let counts = run.agent.weightCounts.map(\.kept)
    let rule = run.agent.learners[0].learner.rule
    _ = try run.run()

    // counts stay, or fall
    let now = run.agent.weightCounts.map(\.kept)
    if rule?.keepsCount ?? true { #expect(now == counts) }
    #expect(zip(now, counts).allSatisfy { $0 <= $1 })

    // as many lines tell of a divergence as revisions were due
    let due = (1...180).filter {
      rule?.isDue(after: $0, role: run.agent.learners[1].learner.role) ?? false
    }
    let lines: [StructuredValue] = try JSONLines.read("\(path)/metrics.jsonl")
    let told = lines.count { $0["sparsity/divergence-critic-1"] != nil }
    let expected = Set(due.map { ($0 + 20 - 1) / 20 }).count
    #expect(told == expected)
    if due.count > 1 { #expect(due.count >= 3) }

    // what was saved is what is there
    let saved = try MLP<Float>(saved: policy(of: path, 200))
    let actor = run.agent.learners[0].learner.network
    for (one, other) in zip(saved.layers, actor.layers) {
      #expect(one.denseWeights() == other.denseWeights())
      #expect(one.topology?.mask() == other.topology?.mask())
    }
  }

  private func policy(of run: String, _ step: Int) throws -> NamedTensors {
    try Safetensors.read("\(run)/checkpoints/\(step)/policy.safetensors").tensors.under("actor")
  }

  @Test("every rule has a file, a test and a line in the catalogue")
  func isCatalogued() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appendingPathComponent("Sources/CoppiceSparsity/TopologyRule")
    let catalogue = try String(
      contentsOf: root.appendingPathComponent("Sources/CoppiceSparsity/SparsityCatalogue.swift"),
      encoding: .utf8)
    var rules: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      for line in text.split(separator: "\n")
      where line.contains(": SparsityMethod {") || line.contains(": TopologyRule {") {
        let type = String(line.split(separator: " ")[2].dropLast())
        #expect(file == "\(type).swift")
        rules.insert(type)
      }
    }
    #expect(rules.count >= 9)
    let tests = root.appendingPathComponent("Tests/CoppiceSparsityTests").path
    for rule in rules {
      #expect(catalogue.contains("Entry(\(rule).self)") || catalogue.contains("\(rule).defaults"))
      #expect(FileManager.default.fileExists(atPath: "\(tests)/\(rule)Tests.swift"), "\(rule)")
    }
    // all lines but dense name a rule
    #expect(SparsityCatalogue.standard.entries.count == rules.count + 1)
    #expect(Set(SparsityCatalogue.standard.entries.map(\.name)).count == rules.count + 1)
  }
}
