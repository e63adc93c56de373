import CoppiceAgents
import CoppiceExperiments
import CoppiceNetworks
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

@Suite("Beginning with trained networks")
struct InitialWeightsTests {
  private func configuration(
    _ sparsity: String = "dense", hidden: [Int] = [24, 16]
  ) throws -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.sparsity = try SparsityExpression(sparsity)
    configuration.hidden = hidden
    (configuration.steps, configuration.warmUpSteps, configuration.evaluationEvery) = (120, 20, 0)
    return configuration
  }

  @Test(
    "a pruned run begins with the weights of a dense one, and resumes when that is gone",
    arguments: ["td3", "sac"])
  func prunes(algorithm: String) throws {
    let scratch = try Scratch()
    var dense = try configuration()
    dense.algorithm = algorithm
    dense.td3.normaliseObservations = true
    dense.sac.normaliseObservations = true
    let weights = try {
      let run = try TrainingRun(dense, at: scratch["dense"])
      _ = try run.run()
      return run.agent.layers.map { $0.denseWeights() }
    }()
    var pruned = dense
    pruned.sparsity = try SparsityExpression("oneshot@80%")
    pruned.sparsityOptions["at"] = .number(0)
    let initial = try InitialWeights(run: scratch["dense"])
    try {
      let run = try TrainingRun(pruned, at: scratch["pruned"], from: initial)
      for (layer, before) in zip(run.agent.layers, weights) {
        let now = layer.denseWeights()
        // what is left is unchanged, and no smaller than what went
        #expect(zip(now, before).allSatisfy { $0 == 0 || $0 == $1 })
        let gone = zip(now, before).filter { $0.0 == 0 }.map { abs($0.1) }.max() ?? 0
        #expect(now.filter { $0 != 0 }.allSatisfy { abs($0) >= gone })
      }
      #expect(run.agent.weightCounts.allSatisfy { $0.kept < $0.dense / 4 })
      _ = try run.run()
    }()
    let text = try String(contentsOfFile: scratch["pruned/run.toml"], encoding: .utf8)
    #expect(text.contains("at step 120"))
    try FileManager.default.removeItem(atPath: scratch["dense"])
    let run = try TrainingRun(resuming: scratch["pruned"], totalSteps: 140)
    #expect(try run.run().finished)
  }

  @Test("what does not fit is refused before a folder is made")
  func refuses() throws {
    let scratch = try Scratch()
    var dense = try configuration()
    try { _ = try TrainingRun(dense, at: scratch["dense"]).run() }()
    let initial = try InitialWeights(run: scratch["dense"])
    let wide = try configuration("gmp@80%", hidden: [32, 16])
    let sizes = #expect(throws: UserError.self) {
      try TrainingRun(wide, at: scratch["new"], from: initial)
    }
    #expect(sizes?.found.contains("3-24-16-1") == true)
    dense.algorithm = "sac"
    #expect(throws: UserError.self) { try TrainingRun(dense, at: scratch["new"], from: initial) }
    dense.algorithm = "td3"
    dense.td3.normaliseObservations = true
    let statistics = #expect(throws: UserError.self) {
      try TrainingRun(dense, at: scratch["new"], from: initial)
    }
    #expect(statistics?.action == "set normalise_observations = false")
    #expect(!FileManager.default.fileExists(atPath: scratch["new"]))
    #expect(throws: UserError.self) { try InitialWeights(run: scratch["nothing"]) }
    #expect(throws: UserError.self) { try InitialWeights(run: scratch["dense"], step: 7) }
  }
}
