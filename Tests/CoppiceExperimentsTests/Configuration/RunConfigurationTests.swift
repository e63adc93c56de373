import CoppiceAgents
import CoppiceExperiments
import CoppiceNetworks
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

@Suite("Run configurations")
struct RunConfigurationTests {
  private func error(_ toml: String) throws -> UserError? {
    let scratch = try Scratch()
    try scratch.write(Array(toml.utf8), to: "r.toml")
    return #expect(throws: UserError.self) {
      _ = try RunConfiguration.resolve(recipe: scratch["r.toml"])
    }
  }

  @Test("flags override the given recipe, which overrides that of the environment")
  func layers() throws {
    let scratch = try Scratch()
    try scratch.write(
      Array("steps = 7_000\nwarm_up_steps = 1e3\n[td3]\nbatch_size = 64\n".utf8), to: "r.toml")
    let configuration = try RunConfiguration.resolve(
      environment: "HalfCheetah-v5", recipe: scratch["r.toml"],
      flags: .table(["steps": .integer(9), "hidden": .array([.integer(32)])]))
    #expect(configuration.steps == 9)
    #expect(configuration.warmUpSteps == 1000)
    #expect(configuration.td3.batchSize == 64)
    #expect(configuration.hidden == [32])
    #expect(configuration.evaluationEvery == 5000)
    #expect(configuration.td3.discount == 0.99)
  }

  @Test("a recipe may name the environment, whose own recipe then lies below it")
  func recipeNamesEnvironment() throws {
    let scratch = try Scratch()
    try scratch.write(Array("environment = \"Ant-v5\"\n".utf8), to: "r.toml")
    let configuration = try RunConfiguration.resolve(recipe: scratch["r.toml"])
    #expect(configuration.environment == "Ant-v5")
    #expect(configuration.warmUpSteps == 25_000)
    #expect(
      try RunConfiguration.resolve(environment: "Hopper-v5", recipe: scratch["r.toml"])
        .environment == "Hopper-v5")
  }

  @Test("the base settings of DS-TD3 are a recipe")
  func dsTD3() throws {
    let configuration = try RunConfiguration.resolve(
      environment: "Hopper-v5", recipe: "ds-td3-base")
    #expect(configuration.td3.batchSize == 100)
    #expect(configuration.td3.actorLearningRate == 1e-3)
    #expect(configuration.td3.criticLearningRate == 1e-3)
    #expect(configuration.td3.adam.weightDecay == 2e-4)
    #expect(configuration.warmUpSteps == 25_000)
  }

  @Test("the base settings of DS-SAC are those of its appendix")
  func baseSettingsOfSAC() throws {
    let configuration = try RunConfiguration.resolve(
      environment: "Hopper-v5", recipe: "ds-sac-base")
    #expect(configuration.algorithm == "sac")
    #expect(configuration.sac.temperature == 0.2)
    #expect(!configuration.sac.learnsTemperature)
    #expect(configuration.sac.targetUpdateRate == 1)
    #expect(configuration.sac.targetUpdateInterval == 1000)
    #expect(configuration.warmUpSteps == 25_000)
  }

  @Test("the base settings of RLx2 are those of its code", arguments: ["td3", "sac"])
  func baseSettingsOfRLx2(algorithm: String) throws {
    let configuration = try RunConfiguration.resolve(
      algorithm: algorithm, environment: "Hopper-v5", recipe: "rlx2-base")
    #expect(configuration.algorithm == algorithm)
    #expect(configuration.multiStep.steps == 3 && configuration.multiStep.after == 300_000)
    #expect(configuration.dynamicReplay.smallestCount == (algorithm == "td3" ? 1 : 2) * 100_000)
    #expect(configuration.replayCapacity == (algorithm == "td3" ? 1 : 3) * 1_000_000)
    #expect(configuration.sac.logDeviationBound == (algorithm == "td3" ? .clamp : .tanh))
  }

  @Test("of recipes with one name that of the algorithm counts, and without one that of TD3")
  func recipesOfOneName() throws {
    for (algorithm, found) in [("sac", "sac"), ("td3", "td3"), (nil, "td3")] {
      let configuration = try RunConfiguration.resolve(
        algorithm: algorithm, recipe: "Reacher-v5")
      #expect(configuration.algorithm == found)
    }
    let other = try RunConfiguration.resolve(recipe: "Recipes/sac/Reacher-v5.toml")
    #expect(other.algorithm == "sac")
  }

  @Test("locomotion warms up for 25,000 steps, small tasks for at most 1,000")
  func warmUp() throws {
    let small = ["Pendulum", "Reacher", "InvertedPendulum", "InvertedDoublePendulum", "Mountain"]
    for recipe in RecipeCatalogue.recipes
    where !["ds-", "rlx2-"].contains(where: recipe.name.hasPrefix)
      && !recipe.algorithm.hasPrefix("sde-")
    {
      let configuration = try RunConfiguration.resolve(
        algorithm: recipe.algorithm, environment: recipe.name)
      #expect(configuration.algorithm == recipe.algorithm)
      if small.contains(where: recipe.name.hasPrefix) {
        #expect(configuration.warmUpSteps <= 1000)
        #expect(configuration.steps <= 30_000)
      } else if recipe.name != "Pusher-v5" {
        #expect(configuration.warmUpSteps == 25_000)
        #expect(configuration.steps == 1_000_000)
      }
    }
  }

  @Test("the embedded recipes are the files in Recipes/, each with its source")
  func embedded() throws {
    var files: Set<String> = []
    let folder = Repository.root.appendingPathComponent("Recipes").path
    for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init()
    where path.hasSuffix(".toml") { files.insert("Recipes/\(path)") }
    #expect(files == Set(RecipeCatalogue.recipes.map(\.path)))
    for recipe in RecipeCatalogue.recipes {
      let text = try Repository.text(recipe.path)
      #expect(text == recipe.text, "run Scripts/embed-recipes.sh")
      #expect(text.contains("# Source:"))
    }
  }

  @Test(
    "a setting that does not exist is named with its line and the nearest match",
    arguments: [
      ("stpes = 3\n", "\"stpes\"", "line 1", "\"steps\""),
      ("\n\nseed = 1\nhiden = [3]\n", "\"hiden\"", "line 4", "\"hidden\""),
      ("[td3]\nbatch = 1\nbatchsize=64\n", "\"td3.batch\"", "line 2", ""),
      ("[td3.adam]\nepsilom = 1\n", "\"td3.adam.epsilom\"", "line 2", "\"epsilon\""),
      (
        "[n_of_m]\nmask_update_intervall = 1\n", "mask_update_intervall", "line 2",
        "\"mask_update_interval\""
      ),
      ("[tda]\nx = 1\n", "\"tda\"", "line 1", "\"td3\""),
    ])
  func unknown(toml: String, name: String, line: String, hint: String) throws {
    let error = try error(toml)
    #expect(error?.kind == .configuration)
    #expect(error?.found.contains(name) == true, "\(error?.description ?? "")")
    #expect(error?.found.contains(line) == true, "\(error?.description ?? "")")
    #expect(hint.isEmpty || error?.action.contains(hint) == true, "\(error?.description ?? "")")
  }

  @Test("an optional switch is known although the defaults leave it out")
  func optionalSwitch() throws {
    let scratch = try Scratch()
    try scratch.write(Array("[n_of_m]\nmask_updates_until = 10\n".utf8), to: "r.toml")
    #expect(
      try RunConfiguration.resolve(recipe: scratch["r.toml"]).nOfM.maskUpdatesUntil == 10)
  }

  @Test(
    "a value of the wrong kind or outside its range is refused",
    arguments: [
      ("steps = \"many\"\n", "steps"), ("steps = 1.5\n", "steps"), ("steps = 0\n", "steps"),
      ("steps = 1e30\n", "steps"), ("hidden = 3\n", "hidden"), ("hidden = []\n", "hidden"),
      ("hidden = [0]\n", "hidden"), ("threads = 0\n", "threads"), ("seed = -1\n", "seed"),
      ("sparsity = 3\n", "sparsity"), ("sparsity = \"3:2\"\n", "sparsity"), ("td3 = 1\n", "td3"),
      ("update_to_data = nan\n", "update_to_data"), ("keep = 0\n", "keep"),
      ("[td3]\ndiscount = 1.5\n", "discount"), ("environment = 1\n", "environment"),
      ("learning_rate_schedule = \"linear:2\"\n", "schedule"),
      ("[n_of_m]\naxis = \"sideways\"\n", "axis"), ("steps = 2020-01-01\n", "date"),
    ])
  func badValues(toml: String, name: String) throws {
    let error = try error(toml)
    #expect(error?.kind == .configuration)
    #expect(error?.description.contains(name) == true, "\(error?.description ?? "")")
  }

  @Test(
    "a file that is no TOML is refused with its line",
    arguments: ["steps = \n", "= 3\n", "[td3\n", "a = 1\na = 2\n", "steps 3"])
  func noTOML(toml: String) throws {
    let error = try error("seed = 1\n" + toml)
    #expect(error?.kind == .configuration)
    #expect(error?.found.contains("line ") == true, "\(error?.description ?? "")")
  }

  @Test("bytes that are no text, a folder and a missing file are refused")
  func unreadable() throws {
    let scratch = try Scratch()
    try scratch.write([0xFF, 0xFE, 0x00], to: "r.toml")
    for (path, kind) in [
      (scratch["r.toml"], UserError.Kind.configuration), (scratch.path, .file),
      (scratch["none.toml"], .file), ("ds-td3-bse", .configuration),
    ] {
      let error = #expect(throws: UserError.self) {
        _ = try RunConfiguration.resolve(recipe: path)
      }
      #expect(error?.kind == kind, "\(path)")
    }
  }

  @Test("TOML that was written is read as it was")
  func tomlRoundTrip() throws {
    let value = StructuredValue.table([
      "plain": .integer(-3), "π and \"more\"": .number(0.1), "": .string("\\\t\r\u{7F}"),
      "list": .array([.bool(false), .table(["x": .number(-.infinity)])]),
      "deep": .table(["er": .table(["value": .number(1e300)])]),
    ])
    #expect(try TOMLText.decode(TOMLText.encode(value), from: "text") == value)
  }

  @Test(
    "a learning rate schedule is read and written as people write it",
    arguments: [("constant", 1.0), ("linear", 0.5), ("linear:0.2", 0.6)])
  func schedule(text: String, half: Double) throws {
    let schedule = try LearningRateSchedule(text)
    #expect(schedule.description == text)
    #expect(abs(schedule.scale(at: 50, of: 100) - half) < 1e-12)
    #expect(schedule.scale(at: 0, of: 100) == 1)
  }

  @Test("every number that a run logs is declared")
  func metrics() throws {
    let scratch = try Scratch()
    var configuration = RunConfiguration()
    configuration.sparsity = try SparsityExpression("2:4")
    configuration.hidden = [16]
    (configuration.steps, configuration.warmUpSteps, configuration.logEvery) = (420, 20, 200)
    configuration.measureEvery = 200
    configuration.evaluationEvery = 0
    configuration.nOfM.maskUpdateInterval = 50
    let clocks: Set = ["environment_step", "gradient_step"]
    let declared = Set(Metric.all.map(\.name))
    #expect(declared.count == Metric.all.count)
    var logged: Set<String> = []
    for algorithm in AlgorithmCatalogue.standard.entries.map(\.name) {
      configuration.algorithm = algorithm
      _ = try TrainingRun(configuration, at: scratch[algorithm]).run()
      let lines: [StructuredValue] = try JSONLines.read(scratch["\(algorithm)/metrics.jsonl"])
      #expect(lines.count == 2)
      guard case .table(let last)? = lines.last else { return }
      #expect(Set(last.keys).subtracting(clocks).subtracting(declared).isEmpty)
      logged.formUnion(last.keys)
    }
    #expect(declared.subtracting(logged).isEmpty)
  }
}
