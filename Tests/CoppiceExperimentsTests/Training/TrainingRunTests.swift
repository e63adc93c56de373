import CoppiceAgents
import CoppiceEnvironments
import CoppiceExperiments
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

@Suite("Training runs")
struct TrainingRunTests {
  /// A folder that is removed with the value.
  final class Scratch {
    let path: String
    init() { path = NSTemporaryDirectory() + "coppice-\(UUID().uuidString)" }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    subscript(name: String) -> String { "\(path)/\(name)" }
  }

  static func configuration(
    _ sparsity: String, steps: Int = 600, threads: Int = 1, seed: UInt64 = 4,
    environment: String = "Pendulum-v1"
  ) throws -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.environment = environment
    configuration.sparsity = try SparsityExpression(sparsity)
    configuration.steps = steps
    configuration.threads = threads
    configuration.seed = seed
    configuration.hidden = [32, 24]
    configuration.warmUpSteps = 100
    configuration.evaluationEvery = 150
    configuration.evaluationEpisodes = 2
    configuration.checkpointEvery = 130
    configuration.logEvery = 100
    configuration.td3.batchSize = 64
    configuration.td3.normaliseObservations = true
    configuration.nOfM.maskUpdateInterval = 50
    return configuration
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Everything of a run that must not depend on interruptions or threads.
  private func record(_ folder: String, step: Int) throws -> [String: [UInt8]] {
    var record: [String: [UInt8]] = [:]
    let checkpoint = "\(folder)/checkpoints/\(step)"
    for name in try FileManager.default.contentsOfDirectory(atPath: checkpoint) {
      record[name] = try bytes("\(checkpoint)/\(name)")
    }
    record["replay.bin"] = try bytes("\(folder)/replay.bin")
    record["evaluations.jsonl"] = try bytes("\(folder)/evaluations.jsonl")
    record["best"] = try bytes("\(folder)/best/policy.safetensors")
    return record
  }

  @Test(
    "a run that is stopped and resumed ends with the same bytes",
    arguments: ["dense", "2:4", "static@75%"])
  func resume(sparsity: String) throws {
    let scratch = Scratch()
    let summary = try TrainingRun(Self.configuration(sparsity), at: scratch["straight"]).run()
    var steps = 0
    let cut = scratch["cut"]
    _ = try TrainingRun(Self.configuration(sparsity, steps: 300), at: cut).run {
      steps += 1
      return steps > 237
    }
    steps = 0
    _ = try TrainingRun(resuming: cut, totalSteps: 600).run {
      steps += 1
      return steps > 144
    }
    #expect(try TrainingRun(resuming: cut).environmentStep == 381)
    _ = try TrainingRun(resuming: cut).run()
    let (one, other) = (try record(scratch["straight"], step: 600), try record(cut, step: 600))
    #expect(one.keys.sorted() == other.keys.sorted())
    for (name, content) in one { #expect(other[name] == content, "\(name) differs") }
    // a run that is finished stays as it is, its seconds too
    #expect(try TrainingRun(resuming: scratch["straight"]).run() == summary)
  }

  @Test("going back to an earlier checkpoint gives the same bytes again")
  func goBack() throws {
    let scratch = Scratch()
    let path = scratch["run"]
    var configuration = try Self.configuration("2:4")
    configuration.keep = 10
    _ = try TrainingRun(configuration, at: path).run()
    let before = try record(path, step: 600)
    let run = try TrainingRun(resuming: path, from: 260)
    #expect(run.environmentStep == 260)
    _ = try run.run()
    let after = try record(path, step: 600)
    for (name, content) in before { #expect(after[name] == content, "\(name) differs") }
  }

  @Test("threads change nothing, seeds change everything")
  func threads() throws {
    let scratch = Scratch()
    for threads in [1, 2] {
      let configuration = try Self.configuration("2:4", steps: 300, threads: threads)
      _ = try TrainingRun(configuration, at: scratch["\(threads)"]).run()
    }
    let (one, two) = (try record(scratch["1"], step: 300), try record(scratch["2"], step: 300))
    for (name, content) in one { #expect(two[name] == content, "\(name) differs") }
    _ = try TrainingRun(Self.configuration("2:4", steps: 300, seed: 5), at: scratch["other"]).run()
    let other = try record(scratch["other"], step: 300)
    #expect(other["networks.safetensors"] != one["networks.safetensors"])
    #expect(other["replay.bin"] != one["replay.bin"])
  }

  @Test("several environments and a small replay resume exactly as well")
  func vector() throws {
    let scratch = Scratch()
    var configuration = try Self.configuration("1:8", steps: 900)
    configuration.environments = 3
    configuration.replayCapacity = 200
    configuration.updateToData = 0.5
    _ = try TrainingRun(configuration, at: scratch["straight"]).run()
    var asked = 0
    _ = try TrainingRun(configuration, at: scratch["cut"]).run {
      asked += 1
      return asked > 211
    }
    _ = try TrainingRun(resuming: scratch["cut"]).run()
    let one = try record(scratch["straight"], step: 900)
    let other = try record(scratch["cut"], step: 900)
    for (name, content) in one { #expect(other[name] == content, "\(name) differs") }
    // three step at once, and so 400 steps are 402
    configuration.steps = 400
    let summary = try TrainingRun(configuration, at: scratch["late"]).run()
    #expect(summary.environmentStep == 402)
    #expect(try TrainingRun(resuming: scratch["late"]).run() == summary)
  }

  @Test("a resume that is refused changes nothing")
  func refusal() throws {
    let scratch = Scratch()
    let path = scratch["run"]
    var configuration = try Self.configuration("2:4", steps: 400)
    configuration.keep = 10
    _ = try TrainingRun(configuration, at: path).run()
    let settings = try String(contentsOfFile: "\(path)/run.toml", encoding: .utf8)
    let before = try record(path, step: 400)
    let log = try bytes("\(path)/evaluations.jsonl")
    func refuse(from step: Int, steps: Int? = nil) throws {
      #expect(throws: UserError.self) {
        _ = try TrainingRun(resuming: path, from: step, totalSteps: steps)
      }
      #expect(try record(path, step: 400)["replay.bin"] == before["replay.bin"])
      #expect(try RunFolder(opening: path).checkpoints.steps() == [130, 260, 390, 400])
    }
    // fewer steps than were taken, networks of another size, a log that somebody edited
    try refuse(from: 260, steps: 200)
    try settings.replacing("[32, 24]", with: "[16, 16]")
      .write(toFile: "\(path)/run.toml", atomically: true, encoding: .utf8)
    try refuse(from: 130)
    try settings.write(toFile: "\(path)/run.toml", atomically: true, encoding: .utf8)
    try Data([0x78, 0x0A] + log).write(to: URL(fileURLWithPath: "\(path)/evaluations.jsonl"))
    try refuse(from: 260)
    try Data(log).write(to: URL(fileURLWithPath: "\(path)/evaluations.jsonl"))
    _ = try TrainingRun(resuming: path, from: 130).run()
    let after = try record(path, step: 400)
    for (name, content) in before { #expect(after[name] == content, "\(name) differs") }
  }

  @Test("of several runs that want one folder, one gets it and the others change nothing")
  func race() async throws {
    let scratch = Scratch()
    let path = scratch["run"]
    let configurations = try (1...6).map {
      try Self.configuration("dense", steps: 150, seed: UInt64($0))
    }
    let seeds = await withTaskGroup(of: UInt64?.self) { group in
      for configuration in configurations {
        group.addTask {
          guard let run = try? TrainingRun(configuration, at: path) else { return nil }
          _ = try? run.run()
          return configuration.seed
        }
      }
      return await group.reduce(into: [UInt64]()) { if let seed = $1 { $0.append(seed) } }
    }
    #expect(seeds.count == 1)
    #expect(try RunFolder(opening: path).configuration().seed == seeds.first)
    #expect(try TrainingRun(resuming: path).environmentStep == 150)
  }

  @Test("a saved policy acts as the agent does")
  func policy() throws {
    let scratch = Scratch()
    let run = try TrainingRun(Self.configuration("2:4", steps: 300), at: scratch["run"])
    _ = try run.run()
    let policy = try TrainedPolicy(scratch["run"])
    let observation = [0.3, -0.9, 1.5]
    var action = [0.0]
    run.agent.act(observations: observation, count: 1, exploring: nil, actions: &action)
    #expect(policy.action(for: observation) == [2 * action[0]])
    let record = try Evaluator.evaluate(run: scratch["run"], episodes: 3)
    #expect(record.returns.count == 3)
    #expect(record.lengths == [200, 200, 200])
    #expect(try Evaluator.evaluate(run: scratch["run"], episodes: 3) == record)
  }

  @Test("a loss that is not finite ends with one clear error and the last checkpoint intact")
  func divergence() throws {
    let scratch = Scratch()
    var configuration = try Self.configuration("dense", steps: 5000, environment: "Bomb-v0")
    configuration.evaluationEvery = 0
    let catalogue = EnvironmentCatalogue.classic.adding("goes off after 200 steps") { Bomb() }
    let run = try TrainingRun(configuration, at: scratch["run"], environments: catalogue)
    let error = try #require(throws: UserError.self) { _ = try run.run() }
    #expect(error.kind == .divergence)
    let checkpoints = try RunFolder(opening: scratch["run"]).checkpoints
    #expect(try checkpoints.steps() == [130])
    #expect(try checkpoints.load(step: 130).replay?.rowCount == 130)
  }

  /// Rewards whose squares no Float can hold, after a while.
  struct Bomb: Environment {
    var time = 0.0
    let specification = EnvironmentSpecification(
      id: "Bomb-v0", observationSpace: .box(low: [0], high: [1000]),
      actionSpace: .box(low: [-1], high: [1]), stepLimit: 500)

    mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
      time = 0
      observation[0] = 0
    }

    mutating func step(
      _ action: Span<Double>, observation: inout MutableSpan<Double>
    ) -> StepOutcome {
      time += 1
      observation[0] = time
      return StepOutcome(reward: time > 200 ? 1e30 : action[0])
    }
  }
}
