import CoppiceCrowds
import CoppiceExperiments
import CoppiceGridWorld
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

@Suite("Trainings of worlds")
struct WorldTrainingTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Settings of a training that takes a moment.
  private func settings(
    _ world: String = "battle", size: Int = 12, steps: Int = 1500
  ) throws -> WorldTrainingSettings {
    var settings = WorldTrainingSettings()
    (settings.world, settings.size, settings.steps) = (world, size, steps)
    (settings.threads, settings.stepLimit) = (1, 30)
    (settings.evaluationEvery, settings.evaluationGames) = (700, 2)
    (settings.checkpointEvery, settings.keep) = (500, 1)
    settings.network.channels = [4]
    (settings.network.viewUnits, settings.network.featureUnits) = (16, 16)
    settings.learnerOptions = [
      "batch_size": .integer(64), "history_capacity": .integer(1000),
      "first_agent_steps": .integer(200), "agent_steps_per_update": .integer(100),
    ]
    return settings
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch[folder]).sorted()
  }

  private func expectSame(_ one: String, _ other: String) throws {
    let checkpoints = try names("\(one)/checkpoints")
    #expect(try names("\(other)/checkpoints") == checkpoints)
    let policies = try names("\(one)/policies")
    var files = ["evaluations.csv"] + policies.map { "policies/\($0)" }
    for step in checkpoints {
      files += try names("\(one)/checkpoints/\(step)").map { "checkpoints/\(step)/\($0)" }
    }
    for file in files {
      #expect(try scratch.bytes("\(one)/\(file)") == scratch.bytes("\(other)/\(file)"), "\(file)")
    }
    // apart from times
    #expect(try metrics(one) == metrics(other))
  }

  private func metrics(_ folder: String) throws -> [[String: StructuredValue]] {
    let lines: [[String: StructuredValue]] = try JSONLines.read(scratch["\(folder)/metrics.jsonl"])
    return lines.map { $0.filter { $0.key != "game/seconds" } }
  }

  @Test("a small map is added where it is asked for")
  func minimap() throws {
    let plain = WorldTrainingSettings()
    var settings = plain
    settings.minimap = true
    let worlds = try [plain, settings].map {
      try GridWorld($0.description(), key: RandomKey(seed: 1))
    }
    let shapes = worlds.map { AgentShape(of: 0, in: $0) }
    // one channel for each group, and two numbers for the place
    #expect(shapes[1].view.channels == shapes[0].view.channels + 2)
    #expect(shapes[1].featureCount == shapes[0].featureCount + 2)
  }

  @Test(
    "an interrupted training ends with the same bytes, on any number of threads",
    arguments: ["dense", "set@80%"])
  func resumes(sparsity: String) throws {
    var settings = try settings()
    settings.sparsity = try SparsityExpression(sparsity)
    let summary = try WorldTraining(settings, at: scratch["straight"]).run()
    #expect(summary.finished)
    #expect(summary.updates > 5)
    #expect(summary.evaluations.map(\.opponent) == ["random", "nearest"])
    // what groups did is there to be plotted over the training
    for own in summary.evaluations {
      #expect(own.measures["alive"] ?? 0 > 0 && own.measures["hits"] ?? -1 >= 0)
      let name = "evaluation/\(own.policy)/\(own.opponent)/alive"
      let curve: [Double] = try metrics("straight").compactMap { line in
        switch line[name] {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
      }
      #expect(curve.count == 3 && curve.last == own.measures["alive"])
    }
    settings.threads = 2
    var games = 0
    let stopped = try WorldTraining(settings, at: scratch["stopped"]).run {
      games += 1
      return games > 2
    }
    #expect(!stopped.finished)
    #expect(stopped.agentSteps < 1500)
    // as a program that is killed while it writes leaves it
    try append(
      "{\"environment_step\": 99999, \"later\": 1}\n{\"environ", to: "stopped/metrics.jsonl")
    try append("99999,1,later,random,1,1,0,0,1,0,1.0\n", to: "stopped/evaluations.csv")
    try FileManager.default.createDirectory(
      atPath: scratch["stopped/checkpoints/.partial-99"], withIntermediateDirectories: true)
    let resumed = try WorldTraining(resuming: scratch["stopped"], threads: 3)
    #expect(resumed.agentSteps == stopped.agentSteps)
    #expect(try resumed.run().finished)
    try expectSame("straight", "stopped")
    #expect(try metrics("straight").count == summary.games + 3)
    // a run that is finished stays as it is, its seconds too
    #expect(try WorldTraining(resuming: scratch["straight"]).run() == summary)
  }

  private func append(_ text: String, to name: String) throws {
    try scratch.write(try scratch.bytes(name) + Array(text.utf8), to: name)
  }

  @Test("going back to an earlier checkpoint, and training longer, end with the same bytes")
  func goesBack() throws {
    var settings = try settings()
    settings.keep = 9
    _ = try WorldTraining(settings, at: scratch["one"]).run()
    let steps = try names("one/checkpoints").compactMap { Int($0) }.sorted()
    #expect(steps.count > 3)
    #expect(steps[0] == 0)
    try FileManager.default.copyItem(atPath: scratch["one"], toPath: scratch["other"])
    _ = try WorldTraining(resuming: scratch["other"], from: steps[1]).run()
    try expectSame("one", "other")
    _ = try WorldTraining(resuming: scratch["other"], from: 0).run()
    try expectSame("one", "other")
    let error = #expect(throws: UserError.self) {
      _ = try WorldTraining(resuming: scratch["one"], totalSteps: 100)
    }
    #expect(error?.description.contains("100 steps for a run that is at") == true)
    let missing = #expect(throws: UserError.self) {
      _ = try WorldTraining(resuming: scratch["one"], from: 7)
    }
    #expect(missing?.kind == .checkpoint)
  }

  @Test("every world is trained by as many learners as it has kinds of groups that act")
  func worlds() throws {
    let expected = [
      "battle": ["red-blue"], "battlefield": ["red-blue"],
      "pursuit": ["predator", "prey"], "tiger-deer": ["deer", "tiger"],
      "combined-arms": ["red-melee-blue-melee", "red-ranged-blue-ranged"],
      // the food does not learn
      "gather": ["omnivore"],
    ]
    #expect(Set(expected.keys) == Set(WorldCatalogue.standard.entries.map(\.name)))
    for (world, learners) in expected {
      let size = ["gather": 0, "battlefield": 0, "battle": 12, "combined-arms": 16][world] ?? 10
      var settings = try settings(world, size: size, steps: 10)
      (settings.stepLimit, settings.evaluationGames) = (4, 1)
      let summary = try WorldTraining(settings, at: scratch[world]).run()
      #expect(
        try names("\(world)/policies") == learners.map { "\($0).safetensors" }.sorted(), "\(world)")
      let judged = Set(summary.evaluations.map(\.policy))
      #expect(judged.count == learners.count)
      let opponents =
        world.hasPrefix("battle")
        ? ["random", "nearest"] : world == "gather" ? ["self"] : ["self", "random"]
      #expect(Array(summary.evaluations.map(\.opponent).prefix(2)) == opponents)
      // the policies play in their world
      let players = try WorldPlayers(path: scratch[world], pool: WorkerPool(threadCount: 1))
      let report = try WorldEvaluationReport(
        players, against: "random", games: 2, key: RandomKey(seed: 1))
      #expect(Set(report.policies.map(\.policy)) == judged)
      #expect(report.policies.allSatisfy { $0.games == 2 })
    }
  }

  @Test("a world of one's own, opponents and learners apart")
  func choices() throws {
    let world = WorldDescription.battle(size: 12)
    try TextFile.write(try WorldFile.text(of: world), to: scratch["mine.toml"])
    var settings = try settings(scratch["mine.toml"], size: 0, steps: 300)
    settings.apart = true
    _ = try WorldTraining(settings, at: scratch["apart"]).run()
    #expect(try names("apart/policies") == ["blue.safetensors", "red.safetensors"])
    #expect(try WorldRunFolder(opening: scratch["apart"]).description() == world)
    // the world's file is not needed any more, nor is that of an opponent
    try FileManager.default.copyItem(
      atPath: scratch["apart/policies/red.safetensors"], toPath: scratch["red.safetensors"])
    settings.apart = false
    settings.opponents = ["red=\(scratch["red.safetensors"])@50%", "blue=nearest"]
    _ = try WorldTraining(settings, at: scratch["against"]).run { true }
    for file in ["mine.toml", "red.safetensors"] {
      try FileManager.default.removeItem(atPath: scratch[file])
    }
    let summary = try WorldTraining(resuming: scratch["against"]).run()
    #expect(summary.finished)
    #expect(try names("against/policies") == ["red.safetensors"])
    // of a folder it is the policy that was trained for the group
    settings.opponents = ["blue=\(scratch["apart"])"]
    (settings.world, settings.size) = ("battle", 12)
    _ = try WorldTraining(settings, at: scratch["folder"]).run { true }
    #expect(
      try scratch.bytes("folder/opponents/blue.safetensors")
        == scratch.bytes("apart/policies/blue.safetensors"))
    let games = try metrics("against").filter { $0["game"] != nil }
    #expect(games.allSatisfy { $0["group/blue/learns"] == .bool(false) })
    #expect(games.contains { $0["group/red/learns"] == .bool(false) })
    #expect(games.contains { $0["group/red/learns"] == .bool(true) })
  }

  @Test("what makes no sense is one clear error, and leaves no folder")
  func refusals() throws {
    func message(_ change: (inout WorldTrainingSettings) -> Void) throws -> String {
      var settings = try settings()
      change(&settings)
      let error = #expect(throws: UserError.self) {
        _ = try WorldTraining(settings, at: scratch["refused"])
      }
      #expect(!FileManager.default.fileExists(atPath: scratch["refused"]))
      return error?.description ?? ""
    }
    #expect(try message { $0.world = "batle" }.contains("did you mean \"battle\"?"))
    #expect(try message { $0.learner = "dqm" }.contains("did you mean \"dqn\"?"))
    #expect(try message { $0.opponents = ["green=random"] }.contains("no group called \"green\""))
    #expect(try message { $0.opponents = ["red=nearst"] }.contains("did you mean \"nearest\"?"))
    #expect(try message { $0.opponents = ["red"] }.contains("GROUP=WHO"))
    #expect(try message { $0.opponents = ["red=random@0%"] }.contains("red=random@0%"))
    #expect(
      try message { $0.opponents = ["red=random", "red=still"] }.contains("two opponents for red"))
    #expect(
      try message { $0.opponents = ["red=random", "blue=still"] }.contains("nobody learns"))
    #expect(
      try message { $0.opponents = ["red=random@60%", "blue=still@60%"] }.contains("0.6, 0.6"))
    #expect(try message { $0.size = 5 }.contains("from 12 to 1000"))
    #expect(try message { ($0.world, $0.size) = ("gather", 50) }.contains("no size"))
    #expect(try message { $0.steps = 0 }.contains("steps = 0"))
    #expect(try message { $0.threads = 1000 }.contains("threads = 1000"))
    #expect(try message { $0.network.channels = [0] }.contains("network.channels with 0"))
    #expect(try message { $0.density = 0.5 }.contains("density"))
    #expect(
      try message { $0.learnerOptions["bach_size"] = .integer(3) }.contains(
        "did you mean \"batch_size\"?"))
    #expect(
      try message { $0.learnerOptions["agent_steps_per_update"] = .integer(0) }.contains(
        "dqn.agent_steps_per_update"))
    let unknown = #expect(throws: UserError.self) {
      _ = try WorldTrainingSettings.resolve(flags: .table(["stps": .integer(3)]))
    }
    #expect(unknown?.description.contains("did you mean \"steps\"?") == true)
  }

  @Test("a folder that is in use, holds another run or no run at all is refused")
  func folders() throws {
    let settings = try settings(steps: 10)
    let first = try WorldTraining(settings, at: scratch["run"])
    let again = #expect(throws: UserError.self) {
      _ = try WorldTraining(settings, at: scratch["run"])
    }
    #expect(again?.description.contains("already holds a run") == true)
    let busy = #expect(throws: UserError.self) {
      _ = try WorldTraining(resuming: scratch["run"])
    }
    #expect(busy?.description.contains("another process") == true)
    _ = try first.run()
    let nothing = #expect(throws: UserError.self) {
      _ = try WorldTraining(resuming: scratch["nowhere"])
    }
    #expect(nothing?.kind == .checkpoint)
    let other = #expect(throws: UserError.self) {
      _ = try TrainingRun(RunConfiguration(), at: scratch["run"])
    }
    #expect(other?.description.contains("already holds a run") == true)
    let agent = #expect(throws: UserError.self) { _ = try RunFolder(opening: scratch["run"]) }
    #expect(agent?.found.contains("holds a run of `coppice world train`") == true)
  }

  @Test("a training is listed by its world, its learner and the steps of its agents")
  func listing() throws {
    var settings = try settings(steps: 900)
    settings.seed = 4
    let summary = try WorldTraining(settings, at: scratch["runs/battle"]).run()
    let run = try #require(RunListing(of: scratch["runs"]).runs.first)
    #expect(run.path == scratch["runs/battle"] && run.kind == .world)
    #expect(run.environment == "battle" && run.algorithm == "dqn" && run.sparsity == "dense")
    #expect(run.seed == 4 && run.environmentStep == summary.agentSteps && run.totalSteps == 900)
    #expect(run.isFinished && run.lastReturn == nil)
    // a finished one, that pruning passes over
    let pruning = try PruningReport(pruning: [scratch["runs"]], removing: true)
    #expect(pruning.runs.isEmpty && pruning.failures.isEmpty && pruning.kept.count == 1)
  }

  @Test("a checkpoint that was altered anywhere is refused, and the earlier one serves")
  func damage() throws {
    var settings = try settings()
    settings.keep = 9
    _ = try WorldTraining(settings, at: scratch["run"]).run()
    let steps = try names("run/checkpoints").compactMap { Int($0) }.sorted()
    let last = "run/checkpoints/\(steps[steps.count - 1])"
    var random = RandomKey(seed: 5).stream()
    for file in try names(last) {
      let whole = try scratch.bytes("\(last)/\(file)")
      for attempt in 0..<3 {
        var bytes = whole
        if attempt == 0 {
          bytes.removeLast(bytes.count / 2)
        } else {
          bytes[random.nextIndex(below: bytes.count)] ^= 1 << UInt8(random.nextIndex(below: 7))
        }
        try scratch.write(bytes, to: "\(last)/\(file)")
        let error = #expect(throws: UserError.self) {
          _ = try WorldTraining(resuming: scratch["run"])
        }
        #expect(error?.kind == .checkpoint, "\(file)")
      }
      try scratch.write(whole, to: "\(last)/\(file)")
    }
    #expect(try WorldTraining(resuming: scratch["run"], from: steps[1]).run().finished)
  }

  @Test("a policy plays worlds like its own, and is refused in others and where it is damaged")
  func policies() throws {
    _ = try WorldTraining(try settings(steps: 300), at: scratch["run"]).run()
    let pool = WorkerPool(threadCount: 1)
    let file = "run/policies/red-blue.safetensors"
    for path in [scratch["run"], scratch[file]] {
      let players = try WorldPlayers(path: path, pool: pool)
      // another size of the same world
      let battle = try GridWorld(.battle(size: 20), key: RandomKey(seed: 1))
      let policies = try players.groupPolicies(in: battle)
      #expect(policies.count == 2)
      #expect(policies.allSatisfy { $0 != nil })
      let pursuit = try GridWorld(.pursuit(), key: RandomKey(seed: 1))
      let error = #expect(throws: UserError.self) { try players.groupPolicies(in: pursuit) }
      #expect(error?.kind == .configuration)
      #expect(error?.description.contains(path) == true)
    }
    let players = try WorldPlayers(path: scratch[file], pool: pool)
    let games = try MatchReport(
      players, against: scratch["run"], games: 4, key: RandomKey(seed: 1))
    #expect(games.won + games.drawn + games.lost == 4)
    let unknown = #expect(throws: UserError.self) {
      _ = try MatchReport(players, against: "randm", games: 4, key: RandomKey(seed: 1))
    }
    #expect(unknown?.description.contains("did you mean \"random\"?") == true)
    var bytes = try scratch.bytes(file)
    bytes.removeLast(8)
    try scratch.write(bytes, to: "short.safetensors")
    try Safetensors.write(.init(tensors: NamedTensors()), to: scratch["empty.safetensors"])
    for name in ["short", "empty"] {
      let error = #expect(throws: UserError.self) {
        _ = try WorldPlayers(path: scratch["\(name).safetensors"], pool: pool)
      }
      #expect(error?.kind == .checkpoint)
    }
  }
}
