import CoppiceAgents
import CoppiceExperiments
import CoppiceNetworks
import CoppiceTensors
import Foundation
import Testing

@Suite("Tuned runs")
struct TuningTests {
  /// Another plan than the model chooses, for a hidden layer of 24 by 32.
  private static let table = ["24x32-384": "masked"]

  private func configuration(
    kernels: [String: String] = [:]
  ) throws -> RunConfiguration {
    var configuration = try TrainingRunTests.configuration("2:4", steps: 300)
    configuration.kernels = try SparseTuning(plans: kernels)
    return configuration
  }

  private func networks(_ folder: String) throws -> Data {
    try Data(
      contentsOf: URL(fileURLWithPath: "\(folder)/checkpoints/300/networks.safetensors"))
  }

  @Test("the table of a run is read as it was written")
  func roundTrip() throws {
    let scratch = TrainingRunTests.Scratch()
    for (name, kernels) in [("empty", [:]), ("tuned", Self.table)] {
      let configuration = try configuration(kernels: kernels)
      _ = try TrainingRun(configuration, at: scratch[name])
      #expect(try RunFolder(opening: scratch[name]).configuration() == configuration)
      let text = try String(contentsOfFile: scratch["\(name)/run.toml"], encoding: .utf8)
      #expect(text.contains("[kernels]") == !kernels.isEmpty)
    }
  }

  @Test("a resume uses the table and ends with the same bytes")
  func resume() throws {
    let scratch = TrainingRunTests.Scratch()
    _ = try TrainingRun(configuration(kernels: Self.table), at: scratch["straight"]).run()
    var steps = 0
    _ = try TrainingRun(configuration(kernels: Self.table), at: scratch["cut"]).run {
      steps += 1
      return steps > 150
    }
    let run = try TrainingRun(resuming: scratch["cut"])
    let plans = run.agent.layers.compactMap(\.topology).filter { $0.work.name == "24x32-384" }
      .map(\.plan)
    #expect(plans == [.masked, .masked, .masked])
    _ = try run.run()
    #expect(try networks(scratch["cut"]) == networks(scratch["straight"]))
    #expect(
      try RunFolder(opening: scratch["cut"]).configuration().kernels.plans == Self.table)
    // and the table does decide something
    _ = try TrainingRun(configuration(), at: scratch["untuned"]).run()
    #expect(try networks(scratch["untuned"]) != networks(scratch["straight"]))
  }

  @Test("a tuned run equals one whose recipe holds the same table")
  func recipe() throws {
    let scratch = TrainingRunTests.Scratch()
    let tuned = try configuration(kernels: Self.table).tuned(rounds: 1)
    // every distinct sparse layer, measured anew
    #expect(
      tuned.kernels.plans.keys.sorted() == [
        "1x24-12", "24x32-384", "32x3-64-g0", "32x4-64-g0", "32x4-64-g1",
      ])
    _ = try TrainingRun(tuned, at: scratch["tuned"]).run()
    let lines = tuned.kernels.plans.map { "\"\($0.key)\" = \"\($0.value)\"\n" }.joined()
    try ("[kernels]\n" + lines).write(
      toFile: scratch["recipe.toml"], atomically: true, encoding: .utf8)
    var same = try configuration()
    same.kernels = try RunConfiguration.resolve(recipe: scratch["recipe.toml"]).kernels
    #expect(same == tuned)
    _ = try TrainingRun(same, at: scratch["same"]).run()
    #expect(try networks(scratch["same"]) == networks(scratch["tuned"]))
  }

  @Test(
    "a layer or a plan that does not exist is one clear error, before any folder is made",
    arguments: [
      ("24x32-385", "\"rows\"", "did you mean \"24x32-384\"?"),
      ("24x32", "\"rows\"", "OUTPUTSxINPUTS-KEPT"),
      ("24x32-384", "\"row\"", "did you mean \"rows\"?"),
      ("24x32-384", "\"shared-rows\"", "one of rows"), ("24x32-384", "3", "text"),
    ])
  func errors(layer: String, plan: String, message: String) throws {
    let scratch = TrainingRunTests.Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path, withIntermediateDirectories: true)
    try "[kernels]\n\(layer) = \(plan)\n".write(
      toFile: scratch["recipe.toml"], atomically: true, encoding: .utf8)
    let error = #expect(throws: UserError.self) {
      var configuration = try configuration()
      configuration.kernels = try RunConfiguration.resolve(recipe: scratch["recipe.toml"]).kernels
      _ = try TrainingRun(configuration, at: scratch["run"])
    }
    #expect(error?.kind == .configuration)
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("\n") == false)
    #expect(!FileManager.default.fileExists(atPath: scratch["run"]))
  }
}
