import CoppiceAgents
import CoppiceExperiments
import CoppiceTensors
import Foundation
import Testing

@Suite("Runs side by side")
struct SideBySideTests {
  /// The files that must not depend on who else is in the process.
  private func record(_ folder: String, step: Int) throws -> [String: Data] {
    let checkpoint = "checkpoints/\(step)"
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(checkpoint)")
    var record: [String: Data] = [:]
    for name in names.map({ "\(checkpoint)/\($0)" }) + ["replay.bin", "evaluations.jsonl"] {
      record[name] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    return record
  }

  @Test("seeds in one process end with the same bytes as alone", arguments: ["dense", "2:4"])
  func sameBytes(sparsity: String) throws {
    let scratch = try Scratch()
    let seeds: [UInt64] = [1, 2, 3]
    let runs = try seeds.map {
      try TrainingRun(
        try TrainingRunTests.configuration(sparsity, seed: $0), at: scratch["together-\($0)"])
    }
    let results = TrainingRun.train(sideBySide: runs, atOnce: 2)
    #expect(try results.map { try $0.get().finished } == [true, true, true])
    for seed in seeds {
      let alone = scratch["alone-\(seed)"]
      _ = try TrainingRun(try TrainingRunTests.configuration(sparsity, seed: seed), at: alone).run()
      #expect(try record(alone, step: 600) == record(scratch["together-\(seed)"], step: 600))
    }
  }

  @Test("one that fails leaves the others alone, and a stop gives all a checkpoint")
  func failure() throws {
    let scratch = try Scratch()
    let runs = try [1, 2, 3].map { seed in
      var configuration = try TrainingRunTests.configuration("dense", seed: UInt64(seed))
      configuration.checkpointEvery = 0
      if seed == 2 {
        configuration.hidden = Array(repeating: 64, count: 16)
        configuration.td3.discount = 1
        configuration.td3.criticLearningRate = 10
        configuration.td3.actorLearningRate = 10
      }
      return try TrainingRun(configuration, at: scratch["run-\(seed)"])
    }
    let results = TrainingRun.train(sideBySide: runs, atOnce: 2)
    #expect(throws: UserError.self) { try results[1].get() }
    #expect(try results[0].get().finished)
    #expect(try results[2].get().finished)

    let more = try [4, 5, 6].map { seed in
      try TrainingRun(
        try TrainingRunTests.configuration("dense", seed: seed), at: scratch["run-\(seed)"])
    }
    let stopped = TrainingRun.train(sideBySide: more, atOnce: 1, shouldStop: { true })
    #expect(try stopped.allSatisfy { try $0.get().finished == false })
    for seed in 4...6 {
      #expect(try RunFolder(opening: scratch["run-\(seed)"]).checkpoints.steps() == [0])
    }
  }
}
