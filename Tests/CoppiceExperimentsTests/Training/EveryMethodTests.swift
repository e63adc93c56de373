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
    (configuration.logEvery, configuration.evaluationEvery) = (20, 90)
    configuration.evaluationEpisodes = 1
    (configuration.checkpointEvery, configuration.keep) = (100, 3)
    configuration.nOfM.maskUpdateInterval = 20
    // weights that hardly move would hardly change their masks
    configuration.td3.criticLearningRate = 3e-3
    configuration.td3.actorLearningRate = 3e-3
    configuration.sac.criticLearningRate = 3e-3
    configuration.sac.actorLearningRate = 3e-3
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
    for name in ["replay.bin", "evaluations.jsonl", "best/policy.safetensors"] {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(run)/\(name)"))
    }
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

  /// Trains, looks after every step, and lets go of the folder.
  private func check(_ configuration: RunConfiguration, at path: String) throws {
    let run = try TrainingRun(configuration, at: path)
    let watch = TopologyWatch(run.agent)
    _ = try run.run {
      watch.look(at: run.agent, after: run.gradientStep)
      return false
    }
    watch.look(at: run.agent, after: run.gradientStep)
    #expect(run.gradientStep == 180)
    try compare(try JSONLines.read("\(path)/metrics.jsonl"), with: watch.changes, of: run.agent)

    // what was saved is what is there
    let saved = try MLP<Float>(saved: policy(of: path, 200))
    let actor = run.agent.learners[0].learner.network
    for (one, other) in zip(saved.layers, actor.layers) {
      #expect(one.denseWeights() == other.denseWeights())
      #expect(one.topology?.mask() == other.topology?.mask())
    }
    let observation = [0.3, -0.9, 1.5]
    var action = [0.0]
    run.agent.act(observations: observation, count: 1, exploring: nil, actions: &action)
    // a policy that only acts may store its layers otherwise, and then sums in another order
    let acted = try TrainedPolicy(path).action(for: observation)
    #expect(acted.count == 1 && abs(acted[0] - 2 * action[0]) < 1e-5)
  }

  /// Whether the log tells of the changes that were seen, each line of those since the one before.
  private func compare(
    _ lines: [StructuredValue], with changes: [TopologyWatch.Change], of agent: any Algorithm
  ) throws {
    for entry in agent.learners {
      let own = changes.filter { $0.network == entry.name }
      var before = 0
      for line in lines {
        guard case .integer(let step)? = line["gradient_step"] else { continue }
        let seen = own.filter { ((before + 1)...max(before + 1, step)).contains($0.step) }
        before = step
        guard !seen.isEmpty else {
          #expect(line["sparsity/divergence-\(entry.name)"] == nil)
          continue
        }
        let mean = seen.reduce(0) { $0 + $1.divergence } / Double(seen.count)
        let told = try number(line["sparsity/divergence-\(entry.name)"])
        #expect(abs(told - mean) < 1e-12, "\(entry.name) up to step \(step)")
      }
      // a method with a schedule changes masks at least three times, in the log as well
      if own.count > 1 { #expect(own.count { $0.divergence > 0 } >= 3, "\(entry.name)") }
    }
  }

  private func number(_ value: StructuredValue?) throws -> Double {
    switch value {
    case .number(let number): return number
    case .integer(let number): return Double(number)
    default:
      Issue.record("no number but \(value.map { "\($0)" } ?? "nothing")")
      return .nan
    }
  }

  private func policy(of run: String, _ step: Int) throws -> NamedTensors {
    try Safetensors.read("\(run)/checkpoints/\(step)/policy.safetensors").tensors.under("actor")
  }

  @Test("no two entries of a catalogue have one name, and each shows an expression that it means")
  func names() throws {
    let entries = SparsityCatalogue.standard.entries
    #expect(Set(entries.map(\.name)).count == entries.count)
    #expect(Set(Self.algorithms).count == Self.algorithms.count)
    for entry in entries {
      let expression = try SparsityExpression(entry.example)
      let options = try SparsityCatalogue.standard.choice(for: expression).options
      let whole = try StructuredValue(encoding: options)
      #expect(whole == (try StructuredValue(encoding: entry.defaults)))
    }
  }
}
