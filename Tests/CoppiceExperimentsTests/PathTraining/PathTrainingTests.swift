import CoppiceExperiments
import CoppiceRandom
import CoppiceReports
import CoppiceSDE
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

@Suite("Trainings of models of paths")
struct PathTrainingTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Settings of a training that takes a moment.
  private func settings(_ data: String = "short.csv") throws -> PathTrainingSettings {
    var settings = PathTrainingSettings()
    settings.data = data.hasSuffix(".csv") ? scratch[data] : data
    (settings.steps, settings.threads, settings.seed) = (12, 1, 3)
    (settings.logEvery, settings.evaluationEvery, settings.evaluationPaths) = (2, 6, 40)
    (settings.checkpointEvery, settings.keep) = (4, 9)
    settings.modelOptions = ["batch": .integer(20), "averages_after": .integer(5)]
    try writeShortPaths()
    return settings
  }

  /// Sixty paths of two channels in units of their own, at times in seconds since 1970, with a gap.
  private func writeShortPaths() throws {
    var random = RandomKey(seed: 1).stream()
    var text = "path,time,level,price\n"
    for path in 0..<60 {
      for time in 0..<6 {
        let level = path == 3 && time == 2 ? "" : "\(20 + random.nextNormal())"
        text +=
          "p\(path),\(1_700_000_000 + 3600 * time),\(level),\(5000 + 100 * random.nextNormal())\n"
      }
    }
    try scratch.write(Array(text.utf8), to: "short.csv")
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch[folder]).sorted()
  }

  private func metrics(_ folder: String) throws -> [[String: StructuredValue]] {
    let lines: [[String: StructuredValue]] = try JSONLines.read(scratch["\(folder)/metrics.jsonl"])
    return lines.map { $0.filter { $0.key != "seconds" } }
  }

  private func expectSame(_ one: String, _ other: String) throws {
    let checkpoints = try names("\(one)/checkpoints")
    #expect(try names("\(other)/checkpoints") == checkpoints)
    var files = ["data.safetensors"]
    for step in checkpoints {
      files += try names("\(one)/checkpoints/\(step)").map { "checkpoints/\(step)/\($0)" }
    }
    for file in files {
      #expect(try scratch.bytes("\(one)/\(file)") == scratch.bytes("\(other)/\(file)"), "\(file)")
    }
    // apart from times
    #expect(try metrics(one) == metrics(other))
  }

  @Test("a training is listed by its data, its model and its updates")
  func listing() throws {
    _ = try PathTraining(try settings(), at: scratch["runs/short"]).run()
    let run = try #require(RunListing(of: scratch["runs"]).runs.first)
    #expect(run.path == scratch["runs/short"] && run.kind == .paths)
    #expect(run.environment == scratch["short.csv"] && run.algorithm == "gan")
    #expect(run.seed == 3 && run.environmentStep == 12 && run.totalSteps == 12 && run.isFinished)
  }

  private func append(_ text: String, to name: String) throws {
    try scratch.write(try scratch.bytes(name) + Array(text.utf8), to: name)
  }

  private func replace(_ text: String, with other: String, in name: String) throws {
    let old = String(decoding: try scratch.bytes(name), as: UTF8.self)
    #expect(old.contains(text))
    try scratch.write(Array(old.replacing(text, with: other).utf8), to: name)
  }

  @Test(
    "an interrupted training ends with the same bytes, on any number of threads",
    arguments: ["dense", "static@50%"])
  func resumes(sparsity: String) throws {
    var settings = try settings()
    settings.sparsity = try SparsityExpression(sparsity)
    let summary = try PathTraining(settings, at: scratch["straight"]).run()
    #expect(summary.finished && summary.steps == 12)
    #expect(summary.measurements.map(\.name) == ["loss"])
    #expect(summary.evaluation.count == 5)
    settings.threads = 2
    var updates = 0
    let stopped = try PathTraining(settings, at: scratch["stopped"]).run {
      updates += 1
      return updates > 8
    }
    #expect(!stopped.finished && stopped.steps == 8 && stopped.evaluation.isEmpty)
    // the file may change or go: the run has its own copy
    try scratch.write(Array("path,time,level\n".utf8), to: "short.csv")
    // as a program that is killed while it writes leaves it
    try append("{\"step\": 9, \"later\": 1}\n{\"ste", to: "stopped/metrics.jsonl")
    try FileManager.default.createDirectory(
      atPath: scratch["stopped/checkpoints/.partial-9"], withIntermediateDirectories: true)
    do {
      // which holds the folder as long as it lives
      let resumed = try PathTraining(resuming: scratch["stopped"], threads: 3)
      #expect(resumed.step == 8)
      #expect(try resumed.run().finished)
    }
    try expectSame("straight", "stopped")
    // a run that is finished stays as it is
    #expect(try PathTraining(resuming: scratch["straight"]).run() == summary)
    // one for every second update, and evaluations after 0, 6 and 12
    #expect(try metrics("straight").count == 9)
    // from the first one too, after which nothing was logged but the evaluation that is made again
    for step in [4, 0] {
      _ = try PathTraining(resuming: scratch["stopped"], from: step).run()
      try expectSame("straight", "stopped")
    }
  }

  @Test(
    "files of others are not written over",
    arguments: ["data.safetensors", "summary.json", "metrics.jsonl", "checkpoints"])
  func strangersFiles(name: String) throws {
    try FileManager.default.createDirectory(
      atPath: scratch["mine"], withIntermediateDirectories: true)
    try scratch.write(Array("mine".utf8), to: "mine/\(name)")
    let error = #expect(throws: UserError.self) {
      try PathTraining(settings(), at: scratch["mine"])
    }
    #expect(error?.found.hasSuffix("mine/\(name), which is there and belongs to no run") == true)
    #expect(
      try String(contentsOfFile: scratch["mine/\(name)"], encoding: .utf8) == "mine")
    // nothing but the lock is there besides
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch["mine"]).count <= 2)
  }

  @Test("a longer training goes on with the same bits")
  func longer() throws {
    var settings = try settings()
    settings.steps = 8
    _ = try PathTraining(settings, at: scratch["short"]).run()
    _ = try PathTraining(resuming: scratch["short"], totalSteps: 12).run()
    settings.steps = 12
    _ = try PathTraining(settings, at: scratch["long"]).run()
    try expectSame("long", "short")
    let error = #expect(throws: UserError.self) {
      _ = try PathTraining(resuming: scratch["long"], totalSteps: 3)
    }
    #expect(error?.description.contains("3 steps for a run that is at 12") == true)
  }

  @Test("samples have the units, the channels and the times of the data")
  func units() throws {
    _ = try PathTraining(settings(), at: scratch["run"]).run()
    let model = try TrainedPathModel(opening: scratch["run"], pool: WorkerPool(threadCount: 1))
    #expect(model.isAveraged && model.step == 12)
    let samples = try model.sample(50, key: RandomKey(seed: 1))
    #expect(samples.times == (0..<6).map { 1_700_000_000 + 3600 * Double($0) })
    #expect(samples.channelNames == ["level", "price"])
    let first = try PathNormalisation(of: samples, over: .firstTime)
    // what a model that knows nothing makes is some deviations wide, not some thousands
    #expect(abs(first.means[0] - 20) < 15 && abs(first.means[1] - 5000) < 1500)
    #expect(first.deviations[1] > 1)
    #expect(
      try model.sample(50, averaged: false, key: RandomKey(seed: 1)).values != samples.values)
    let data = model.data
    #expect(data.training.pathCount == 48 && data.heldOut.pathCount == 12)
    #expect(data.training.missingCount + data.heldOut.missingCount == 1)
    let read = try PathSet(csv: samples.csv, from: "samples.csv")
    #expect(read.values == samples.values && read.times == samples.times)
  }

  @Test("an evaluation stands beside what real paths give")
  func evaluation() throws {
    _ = try PathTraining(settings(), at: scratch["run"]).run()
    let model = try TrainedPathModel(
      opening: scratch["run"], from: 4, pool: WorkerPool(threadCount: 1))
    let error = #expect(throws: UserError.self) {
      try model.sample(3, averaged: true, key: RandomKey(seed: 1))
    }
    #expect(error?.description.contains("averages_after") == true)
    let evaluation = try PathEvaluation(of: model, paths: 30, key: RandomKey(seed: 1))
    #expect(evaluation.step == 4 && !evaluation.averaged)
    #expect(evaluation.paths == 30 && evaluation.heldOutPaths == 12)
    #expect(
      evaluation.metrics.map(\.name) == [
        "signature-mmd", "ks-mean", "ks-largest", "marginal", "autocorrelation", "real-or-fake",
        "prediction",
      ])
    // independent normal numbers: nothing is nearer to them than others of their kind; signatures of twelve paths are
    // too noisy to say so
    for row in evaluation.metrics[1..<4] { #expect(row.real < row.samples, "\(row)") }
  }

  @Test("a loss that is no number ends the run with the last whole checkpoint")
  func divergence() throws {
    var settings = try settings()
    settings.steps = 50
    settings.modelOptions["generator_learning_rate"] = .number(1e30)
    settings.modelOptions["discriminator_learning_rate"] = .number(1e30)
    settings.modelOptions["clipping"] = .string("none")
    settings.evaluationEvery = 0
    let training = try PathTraining(settings, at: scratch["run"])
    let error = #expect(throws: UserError.self) { _ = try training.run() }
    #expect(error?.kind == .divergence)
    #expect(error?.description.contains("the checkpoint of update 0 is whole") == true)
    #expect(try names("run/checkpoints") == ["0"])
    _ = try TrainedPathModel(opening: scratch["run"], pool: WorkerPool(threadCount: 1))
  }

  @Test("a loss that is still a number but out of all proportion ends the run as well")
  func finiteDivergence() throws {
    var settings = try settings()
    settings.steps = 50
    settings.modelOptions["generator_learning_rate"] = .number(1e8)
    settings.evaluationEvery = 0
    let training = try PathTraining(settings, at: scratch["run"])
    let error = #expect(throws: UserError.self) { _ = try training.run() }
    #expect(error?.kind == .divergence)
    let text = error?.description ?? ""
    #expect(text.contains("none beyond 1e+15"))
    #expect(!text.contains("nan") && !text.contains("inf "), "\(text)")
  }

  @Test("what cannot be measured is said once and left out, and the rest goes on")
  func unmeasured() throws {
    // no two paths share two times, so that there is no correlation
    var text = "path,time,level\n"
    for path in 0..<10 {
      for time in 0..<3 {
        text += "p\(path),\(Double(time) + 0.01 * Double(path)),\((path * path + time) % 7)\n"
      }
    }
    try scratch.write(Array(text.utf8), to: "own.csv")
    var settings = try settings("own.csv")
    settings.steps = 6
    let watcher = Watcher()
    let summary = try PathTraining(settings, at: scratch["run"]).run(observer: watcher)
    #expect(summary.finished)
    #expect(watcher.warnings.count { $0.contains("autocorrelation is not measured") } == 1)
    let lines = try metrics("run").filter { $0["evaluation/ks-mean"] != nil }
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0["evaluation/autocorrelation"] == nil })
    let model = try TrainedPathModel(
      opening: scratch["run"], pool: WorkerPool(threadCount: 1))
    let evaluation = try PathEvaluation(
      of: model, paths: 4, key: RandomKey(seed: 1), catalogue: PathMetricCatalogue.standard.quick)
    #expect(evaluation.refusals.map(\.metric) == ["autocorrelation"])
    #expect(evaluation.metrics.map(\.name).contains("ks-mean"))
  }

  private final class Watcher: PathTrainingObserver {
    var warnings: [String] = []
    func warned(_ warning: String, step: Int) { warnings.append(warning) }
    func checkpointed(step: Int) {}
  }

  @Test("a checkpoint of other sizes or another model, and data that were altered, are refused")
  func mismatches() throws {
    _ = try PathTraining(settings(), at: scratch["run"]).run()
    func refusal() -> UserError? {
      let before = try? scratch.bytes("run/metrics.jsonl")
      let error = #expect(throws: UserError.self) {
        _ = try PathTraining(resuming: scratch["run"])
      }
      #expect((try? scratch.bytes("run/metrics.jsonl")) == before)
      return error
    }
    try replace("width = 16", with: "width = 12", in: "run/sde.toml")
    #expect(refusal()?.kind == .checkpoint)
    try replace("width = 12", with: "width = 16", in: "run/sde.toml")
    let state = "run/checkpoints/12/state.json"
    let whole = try scratch.bytes(state)
    try replace("\"gan\"", with: "\"gin\"", in: state)
    #expect(refusal()?.kind == .checkpoint)
    try scratch.write(whole, to: state)
    try replace("model = \"gan\"", with: "model = \"gin\"", in: "run/sde.toml")
    #expect(
      refusal()?.description.contains("no model of paths called \"gin\"") == true
        || refusal()?.kind == .checkpoint)
    try replace("model = \"gin\"", with: "model = \"gan\"", in: "run/sde.toml")
    var data = try scratch.bytes("run/data.safetensors")
    data[data.count - 1] ^= 1
    try scratch.write(data, to: "run/data.safetensors")
    #expect(refusal()?.description.contains("data.safetensors is damaged") == true)
  }

  @Test(
    "what makes no sense is named, and leaves no folder behind",
    arguments: [
      "drop", "test_share", "columns", "paths", "data", "one path", "one time", "steps", "piece",
      "sparsity", "options", "order",
    ])
  func refusals(case word: String) throws {
    var settings = try settings()
    var expected = word
    switch word {
    case "drop": settings.drop = 1
    case "test_share": (settings.testShare, expected) = (1.5, "share of 1.5")
    case "columns": settings.columns = "rows"
    case "paths": (settings.paths, expected) = (5, "for the file")
    case "data": (settings.data, expected) = ("ou-cons", "did you mean \"ou-const\"?")
    case "one path":
      try scratch.write(Array("time,v\n0,1\n1,2\n".utf8), to: "short.csv")
      expected = "--piece"
    case "one time": try scratch.write(Array("path,time,v\na,0,1\nb,0,2\n".utf8), to: "short.csv")
    case "steps": settings.steps = 0
    case "piece": (settings.piece, expected) = (7, "from 2 to 6")
    case "sparsity":
      (settings.sparsity, expected) = (try SparsityExpression("rigl@90%"), "ranks weights")
    case "options":
      (settings.modelOptions["btch"], expected) = (.integer(1), "did you mean \"batch\"?")
    default:
      try scratch.write(Array("path,time,v\na,1,1\na,0,2\n".utf8), to: "short.csv")
      expected = "line 3: time 0.0 after 1.0"
    }
    let error = #expect(throws: UserError.self) {
      _ = try PathTraining(settings, at: scratch["run"])
    }
    #expect(error?.kind == .configuration)
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    #expect(!FileManager.default.fileExists(atPath: scratch["run"]))
  }

  @Test("a folder belongs to one run, of whatever kind")
  func folders() throws {
    _ = try PathTraining(settings(), at: scratch["run"])
    #expect(throws: UserError.self) { _ = try PathTraining(settings(), at: scratch["run"]) }
    var world = WorldTrainingSettings()
    (world.world, world.size) = ("battle", 12)
    #expect(throws: UserError.self) { _ = try WorldTraining(world, at: scratch["run"]) }
  }

  @Test("one long path is cut into pieces that share their times")
  func pieces() throws {
    var random = RandomKey(seed: 1).stream()
    let rows = (0..<200).map { "\($0),\(random.nextNormal())\n" }.joined()
    var settings = try settings("long.csv")
    try scratch.write(Array(("time,price\n" + rows).utf8), to: "long.csv")
    (settings.piece, settings.steps) = (10, 1)
    let training = try PathTraining(settings, at: scratch["run"])
    #expect(training.data.training.pathCount == 16 && training.data.heldOut.pathCount == 4)
    #expect(training.data.training.times == (0..<10).map(Double.init))
  }

  @Test("data that two models have recipes for takes that of the model")
  func recipeOfTheModel() throws {
    let flags = StructuredValue.table(["model": .string("latent"), "data": .string("ou-const")])
    let settings = try PathTrainingSettings.resolve(flags: flags)
    #expect(settings == (try PathTrainingSettings.resolve(recipe: "sde-latent/ou-const")))
    #expect(settings == (try PathTrainingSettings.resolve(recipe: "ou-const", flags: flags)))
    #expect(throws: UserError.self) { try PathTrainingSettings.resolve(recipe: "td3/Hopper-v5") }
    #expect(settings.steps == 3000 && settings.drop == 0)
    #expect(settings.modelOptions["observation_deviation"] == .number(0.2))
    #expect(settings.modelOptions["sizes"]?["drift_bound"] == .number(1))
    #expect(LatentSDE.defaults.sizes.driftBound == 1 && LatentSDE.Sizes().driftBound == 0)
  }

  @Test("every recipe of an adversarial model can be trained, and flags override it")
  func recipes() throws {
    let recipes = RecipeCatalogue.recipes.filter { $0.algorithm == "sde-gan" }
    #expect(Set(recipes.map(\.name)) == ["ou-const", "ou-const-torchsde", "ou-ramp"])
    for recipe in recipes {
      let data = recipe.name.replacing("-torchsde", with: "")
      let settings = try PathTrainingSettings.resolve(recipe: recipe.path)
      #expect("sde-\(settings.model)" == recipe.algorithm && settings.data == data)
      #expect(settings.normalisation == .firstTime && settings.drop == 0.3)
      let byData = try PathTrainingSettings.resolve(flags: .table(["data": .string(data)]))
      #expect((byData == settings) == (recipe.name == data))
      var flags = StructuredValue.table(["data": .string(data), "steps": .integer(3)])
      for text in ["model_options.generator.width=24", "paths = 40", "normalisation=none"] {
        flags = flags.merging(try StructuredValue(assignment: text))
      }
      let own = try PathTrainingSettings.resolve(recipe: recipe.name, flags: flags)
      #expect(own.steps == 3 && own.paths == 40 && own.normalisation == .none)
      #expect(own.modelOptions["generator"]?["width"] == .integer(24))
      #expect(own.modelOptions["generator"]?["noise"] == .integer(3))
    }
    // a file has the paths it has, whatever a recipe draws
    let file = StructuredValue.table(["data": .string("own.csv")])
    #expect(try PathTrainingSettings.resolve(recipe: "ou-const", flags: file).paths == 0)
    let wrong = file.merging(.table(["paths": .integer(9)]))
    #expect(try PathTrainingSettings.resolve(recipe: "ou-const", flags: wrong).paths == 9)
    for text in ["steps", "=3", "steps=", "a..b=1"] {
      #expect(throws: UserError.self) { try StructuredValue(assignment: text) }
    }
    #expect(throws: UserError.self) { try PathTrainingSettings.resolve(recipe: "ou-cons") }
  }

  @Test("a report has fans, marginals, losses over both clocks, and is the same every time")
  func report() throws {
    for name in ["one", "two"] {
      var settings = try settings()
      settings.seed = name == "one" ? 1 : 2
      _ = try PathTraining(settings, at: scratch[name]).run()
    }
    func report() throws -> Report {
      let pool = WorkerPool(threadCount: 1)
      return try PathReport.make(
        [
          TrainedPathModel(opening: scratch["one"], pool: pool),
          TrainedPathModel(opening: scratch["two"], pool: pool),
        ], paths: 40, key: RandomKey(seed: 1))
    }
    let (first, second) = (try report(), try report())
    #expect(first.html == second.html)
    let names = first.figures.map(\.name)
    #expect(Set(names).count == names.count)
    for name in [
      "fan-1-level", "fan-2-price", "loss-steps", "loss-minutes", "signature-mmd-steps",
      "marginal-1-level-1700003600",
    ] { #expect(names.contains(name), "\(name)") }
    let fan = try #require(first.figures.first)
    let rows = fan.csv.split(separator: "\n")
    #expect(rows[0] == "series,time,median,q05,q95,q25,q75")
    #expect(rows.count == 13)
    let numbers = rows[1].split(separator: ",").dropFirst(2).compactMap { Double($0) }
    // the outer band, the inner one and the median, one inside the other
    #expect([1, 3, 0, 4, 2].map { numbers[$0] } == numbers.sorted())
    let place = ReportFolder(page: scratch["page.html"])
    try place.write(first)
    #expect(place.pagePath == scratch["page.html"])
    let page = String(decoding: try scratch.bytes("page.html"), as: UTF8.self)
    #expect(page.contains("href=\"page-figures/loss-steps.svg\""))
    #expect(FileManager.default.fileExists(atPath: scratch["page-figures/loss-steps.csv"]))
    #expect(ReportFolder(page: scratch["folder"]).pagePath == scratch["folder/index.html"])
  }
}
