import CoppiceAgents
import CoppiceExperiments
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

@Suite("What training makes of its replay")
struct ReplayPlanTests {
  private func configuration(
    _ algorithm: String, environments: Int = 1, _ change: (inout RunConfiguration) -> Void
  ) throws -> RunConfiguration {
    var configuration = try TrainingRunTests.configuration("2:4")
    configuration.algorithm = algorithm
    configuration.environments = environments
    configuration.sac.batchSize = 64
    change(&configuration)
    return configuration
  }

  private func files(_ run: String, step: Int) throws -> [String: Data] {
    let checkpoint = "\(run)/checkpoints/\(step)"
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: checkpoint) {
      files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(checkpoint)/\(name)"))
    }
    files["replay.bin"] = try Data(contentsOf: URL(fileURLWithPath: "\(run)/replay.bin"))
    return files
  }

  @Test(
    "returns of several steps and a replay that shrinks resume with the same bytes",
    arguments: ["td3", "sac"], [1, 3])
  func resume(algorithm: String, environments: Int) throws {
    let scratch = try Scratch()
    let configuration = try configuration(algorithm, environments: environments) {
      $0.multiStep.steps = 3
      $0.multiStep.after = 100
      $0.dynamicReplay.checkEvery = 60
      $0.dynamicReplay.sampleCount = 30
      $0.dynamicReplay.threshold = 0.1
      $0.dynamicReplay.smallestCount = 80
    }
    _ = try TrainingRun(configuration, at: scratch["straight"]).run()
    var steps = 0
    _ = try TrainingRun(configuration, at: scratch["cut"]).run {
      steps += 1
      return steps > 140
    }
    _ = try TrainingRun(resuming: scratch["cut"]).run()
    let (one, other) = (
      try files(scratch["straight"], step: 600), try files(scratch["cut"], step: 600)
    )
    #expect(one.keys.sorted() == other.keys.sorted())
    for (name, content) in one { #expect(other[name] == content, "\(name) differs") }
    let header = try #require(one["replay.bin"]?.prefix(32))
    #expect(String(decoding: header, as: UTF8.self).hasPrefix("coppice replay 2,"))

    let clocks = try CheckpointStore("\(scratch["cut"])/checkpoints").load(step: 600)
      .tensors("clocks")
    let dropped: [Int64] = try clocks.get("dropped-transitions")
    #expect(dropped[0] > 0 && dropped[0] <= 520)
  }

  @Test("returns look ahead from the wanted gradient step on, not before")
  func delay() throws {
    let scratch = try Scratch()
    func networks(_ name: String, steps: Int, after: Int) throws -> Data? {
      let configuration = try configuration("td3") {
        $0.steps = 300
        $0.multiStep.steps = steps
        $0.multiStep.after = after
      }
      _ = try TrainingRun(configuration, at: scratch[name]).run()
      return try files(scratch[name], step: 300)["networks.safetensors"]
    }
    let one = try networks("one", steps: 1, after: 0)
    #expect(try networks("never", steps: 3, after: 200) == one)
    #expect(try networks("last", steps: 3, after: 199) != one)
  }

  @Test("a replay shrinks where the policy is far from it, down to its smallest size")
  func smallest() throws {
    let scratch = try Scratch()
    for (threshold, expected) in [(0.0, 100.0), (1e6, 600.0)] {
      let name = "\(expected)"
      let configuration = try configuration("td3") {
        $0.dynamicReplay.checkEvery = 300
        $0.dynamicReplay.threshold = threshold
        $0.dynamicReplay.smallestCount = 100
      }
      _ = try TrainingRun(configuration, at: scratch[name]).run()
      let text = try String(contentsOfFile: scratch["\(name)/metrics.jsonl"], encoding: .utf8)
      let last = try #require(text.split(separator: "\n").last)
      let line = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
      #expect(line?["replay/transitions"] as? Double == expected)
    }
  }

  @Test("values that make no sense are refused by name")
  func validation() throws {
    let changes: [(String, (inout RunConfiguration) -> Void)] = [
      ("multi_step.steps", { $0.multiStep.steps = 0 }),
      ("multi_step.after", { $0.multiStep.after = -1 }),
      ("dynamic_replay.check_every", { $0.dynamicReplay.checkEvery = -1 }),
      ("dynamic_replay.sample_count", { $0.dynamicReplay.sampleCount = 0 }),
      ("dynamic_replay.threshold", { $0.dynamicReplay.threshold = .nan }),
      ("dynamic_replay.smallest_count", { $0.dynamicReplay.smallestCount = 0 }),
      ("sac.temperature", { $0.sac.temperature = -1 }),
    ]
    for (name, change) in changes {
      let error = #expect(throws: UserError.self) {
        try configuration("td3", change).validate()
      }
      #expect(error?.found.hasPrefix(name) == true)
    }
  }
}
