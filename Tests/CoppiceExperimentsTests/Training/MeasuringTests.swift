import CoppiceAgents
import CoppiceExperiments
import CoppiceSparsity
import Foundation
import Testing

@Suite("Measuring and recycling within a run")
struct MeasuringTests {
  static let algorithms = AlgorithmCatalogue.standard.entries.map(\.name)
  static let expressions = ["dense", "2:4", "static@60%", "set@60%", "dpf@50%", "dcil@50%"]

  /// A short run of small networks on Pendulum.
  private func configuration(_ sparsity: String, _ algorithm: String) throws -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.algorithm = algorithm
    configuration.sparsity = try SparsityExpression(sparsity)
    configuration.hidden = [24, 16]
    (configuration.steps, configuration.warmUpSteps) = (200, 20)
    (configuration.logEvery, configuration.evaluationEvery) = (20, 0)
    (configuration.checkpointEvery, configuration.keep) = (90, 3)
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
    "a run with ReDo resumes exactly and does not depend on threads, and differs from one without",
    arguments: expressions, algorithms)
  func recycling(sparsity: String, algorithm: String) throws {
    let scratch = try Scratch()
    var configuration = try configuration(sparsity, algorithm)
    _ = try TrainingRun(configuration, at: scratch["without"]).run()
    // so high a threshold that there is always a unit below it
    (configuration.redo.every, configuration.redo.threshold) = (7, 0.9)
    _ = try TrainingRun(configuration, at: scratch["a"]).run()
    let straight = try files(scratch["a"], 200)
    #expect(
      try files(scratch["without"], 200)["networks.safetensors"]
        != straight["networks.safetensors"])
    _ = try TrainingRun(resuming: scratch["a"], from: 90, threads: 2).run()
    #expect(try files(scratch["a"], 200) == straight)
    configuration.threads = 2
    _ = try TrainingRun(configuration, at: scratch["b"]).run()
    #expect(try files(scratch["b"], 200) == straight)
  }

  @Test("measuring changes no bit of a checkpoint", arguments: expressions, algorithms)
  func measuring(sparsity: String, algorithm: String) throws {
    let scratch = try Scratch()
    var configuration = try configuration(sparsity, algorithm)
    configuration.measureEvery = 0
    _ = try TrainingRun(configuration, at: scratch["blind"]).run()
    configuration.measureEvery = 20
    _ = try TrainingRun(configuration, at: scratch["seeing"]).run()
    #expect(try files(scratch["blind"], 200) == files(scratch["seeing"], 200))
    let lines: [StructuredValue] = try JSONLines.read(scratch["seeing/metrics.jsonl"])
    #expect(lines.count { $0["network/dormant-0.1-actor"] != nil } == 10)
  }

  @Test("a resumed run measures on the same lines, with the same results")
  func resumedMeasuring() throws {
    let scratch = try Scratch()
    var configuration = try configuration("2:4", "td3")
    (configuration.logEvery, configuration.measureEvery) = (50, 80)
    _ = try TrainingRun(configuration, at: scratch["a"]).run()
    func measured() throws -> [[String: StructuredValue]] {
      let lines: [StructuredValue] = try JSONLines.read(scratch["a/metrics.jsonl"])
      return lines.map {
        guard case .table(let values) = $0 else { return [:] }
        return values.filter { !$0.key.hasPrefix("speed/") }
      }
    }
    let straight = try measured()
    _ = try TrainingRun(resuming: scratch["a"], from: 90).run()
    let resumed = try measured()
    #expect(straight.map { $0.keys.sorted() } == resumed.map { $0.keys.sorted() })
    #expect(straight == resumed)
  }

  @Test(
    "what is logged as a change of masks is one", arguments: ["2:4", "set@60%", "rigl@60%"],
    algorithms)
  func divergence(sparsity: String, algorithm: String) throws {
    let scratch = try Scratch()
    var configuration = try configuration(sparsity, algorithm)
    configuration.nOfM.maskUpdateInterval = 20
    if sparsity != "2:4" {
      configuration.sparsityOptions["schedule"] = .table(["interval": .integer(20)])
    }
    let run = try TrainingRun(configuration, at: scratch["a"])
    _ = try run.run()
    let lines: [StructuredValue] = try JSONLines.read(scratch["a/metrics.jsonl"])
    for network in run.agent.learners.map(\.name) {
      let changes = lines.count { line in
        guard case .number(let value)? = line["sparsity/divergence-\(network)"] else {
          return false
        }
        return value > 0
      }
      #expect(changes >= 3, "\(network)")
    }
  }

  @Test("the area under a learning curve is the mean of its points, and their sum in millions")
  func area() throws {
    #expect(LearningCurveArea([]) == nil)
    let area = try #require(LearningCurveArea([-1_000_000, 500_000, 2_000_000]))
    #expect(area.mean == 500_000)
    #expect(area.millions == 1.5)
    let scratch = try Scratch()
    var configuration = try configuration("dense", "td3")
    (configuration.evaluationEvery, configuration.evaluationEpisodes) = (50, 2)
    let straight = try TrainingRun(configuration, at: scratch["a"]).run()
    let records: [EvaluationRecord] = try JSONLines.read(scratch["a/evaluations.jsonl"])
    #expect(records.map(\.step) == [0] + (1...records.count - 1).map { 50 * $0 })
    #expect(records.count == 5)
    #expect(straight.learningCurveArea == LearningCurveArea(records.map(\.meanReturn)))
    let resumed = try TrainingRun(resuming: scratch["a"], from: 90).run()
    #expect(resumed.learningCurveArea == straight.learningCurveArea)
  }
}
