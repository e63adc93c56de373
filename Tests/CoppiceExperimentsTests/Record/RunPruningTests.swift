import CoppiceAgents
import CoppiceExperiments
import CoppiceReports
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Finding, comparing and pruning runs")
struct RunPruningTests {
  private func make(
    _ path: String, steps: Int = 600, change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> RunFolder {
    var configuration = RunConfiguration()
    configuration.steps = steps
    change(&configuration)
    return try RunFolder.create(
      at: path, configuration: configuration, provenance: .current(instructionSet: "portable")
    ).folder
  }

  @Test("runs are found down to a depth, once each, and never inside of a run or a hidden folder")
  func search() throws {
    let scratch = try Scratch()
    for path in ["a", "b/c", "b/d/e", "b/d/f/deep", ".hidden/h", "a/inner"] {
      _ = try make(scratch[path])
    }
    let expected = ["a", "b/c", "b/d/e"].map { scratch[$0] }
    #expect(try RunListing(of: scratch.path).runs.map(\.path) == expected)
    let twice = try RunListing(of: [scratch["b/c/"], scratch.path, scratch["a"]])
    #expect(twice.runs.map(\.path) == [expected[1], expected[0], expected[2]])
  }

  @Test("a filter lets through what fits all that is said, and one of several values")
  func filter() throws {
    let scratch = try Scratch()
    _ = try make(scratch["a"])
    _ = try make(scratch["b"]) {
      ($0.algorithm, $0.seed, $0.environment) = ("sac", 3, "Hopper-v5")
    }
    let percent = try SparsityExpression("90%")
    _ = try make(scratch["c"]) { ($0.sparsity, $0.seed) = (percent, 3) }
    try CheckpointStore(scratch["c/checkpoints"]).write(CheckpointContents(step: 600, files: []))
    let all = try RunListing(of: scratch.path)
    let names = { (filter: RunFilter) in
      all.filtered(by: filter).runs.map { String($0.path.suffix(1)) }
    }
    #expect(names(RunFilter()) == ["a", "b", "c"])
    #expect(names(RunFilter(algorithms: ["sac"])) == ["b"])
    #expect(names(RunFilter(environments: ["Hopper-v5", "Pendulum-v1"])) == ["a", "b", "c"])
    #expect(names(RunFilter(algorithms: ["td3"], seeds: [3, 4])) == ["c"])
    #expect(names(RunFilter(sparsities: [try SparsityExpression("static@90%")])) == ["c"])
    #expect(names(RunFilter(isFinished: true)) == ["c"])
    #expect(names(RunFilter(isFinished: false)) == ["a", "b"])
  }

  @Test("a comparison names settings inside of tables, and the first step that differs in any bit")
  func comparison() throws {
    let scratch = try Scratch()
    let folders = [
      try make(scratch["a"]),
      try make(scratch["b"]) {
        $0.td3.batchSize = 7
        $0.environmentOptions = ["g": .number(9.81)]
      },
    ]
    for (index, folder) in folders.enumerated() {
      let log = try JSONLines(folder.evaluationsPath)
      for step in 1...4 where index == 0 || step > 1 {
        // the mean is the same all the way
        let shift = index == 1 && step >= 3 ? 0.5 : 0
        try log.append(
          EvaluationRecord(step: step, returns: [1 - shift, 1 + shift], lengths: [5, 5]))
      }
    }
    let comparison = try RunComparison(of: scratch["a"], and: scratch["b/"])
    #expect(comparison.second == scratch["b"])
    #expect(comparison.settings.map(\.name) == ["environment_options.g", "td3.batch_size"])
    #expect(comparison.settings.map(\.first) == [nil, .integer(256)])
    #expect(comparison.settings.map(\.second) == [.number(9.81), .integer(7)])
    #expect(comparison.evaluations.map(\.environmentStep) == [2, 3, 4])
    #expect(comparison.firstDifference == 3)
    #expect(comparison.text.contains("environment_options.g  -    9.81\n"))
    let same = try RunComparison(of: scratch["a"], and: scratch["a"])
    #expect(same.settings.isEmpty)
    #expect(same.firstDifference == nil)
  }

  @Test("an interrupted pruning is finished by the next; with a damaged checkpoint nothing goes")
  func interruption() throws {
    let scratch = try Scratch()
    let run = scratch["run"]
    _ = try TrainingRun(TrainingRunTests.configuration("2:4"), at: run).run()
    let folder = try RunFolder(opening: run)
    let steps = try folder.checkpoints.steps()
    #expect(steps == [520, 600])
    let older = try folder.checkpoints.load(step: 520)
    let replay = try scratch.bytes("run/replay.bin")

    let networks = try scratch.bytes("run/checkpoints/600/networks.safetensors")
    try scratch.write(networks.dropLast(), to: "run/checkpoints/600/networks.safetensors")
    let error = #expect(throws: UserError.self) { try RunPruning(of: run).carryOut() }
    #expect(error?.kind == .checkpoint)
    #expect(try folder.checkpoints.steps() == steps)
    #expect(try scratch.bytes("run/replay.bin") == replay)
    try scratch.write(networks, to: "run/checkpoints/600/networks.safetensors")

    let expected = try RunPruning(of: run).byteCount
    try RunPruning(of: run).carryOut()
    #expect(expected > replay.count)
    #expect(try RunPruning(of: run).parts.isEmpty)
    // as if it had ended right after the mark
    try folder.checkpoints.write(older)
    try scratch.write(replay, to: "run/replay.bin")
    let rest = try RunPruning(of: run)
    #expect(rest.parts.map(\.path) == ["replay.bin", "checkpoints/520"])
    try rest.carryOut()
    #expect(try folder.checkpoints.steps() == [600])
    #expect(!Folder.exists(folder.replayPath))
    let names = try Folder("\(run)/checkpoints/600").names()
    #expect(names == ["networks.safetensors", "policy.safetensors", "state.json"])
    #expect(try scratch.bytes("run/checkpoints/600/networks.safetensors") == networks)
  }

  @Test("a run that one holds is not pruned by another")
  func locked() throws {
    let scratch = try Scratch()
    let run = scratch["runs/a"]
    _ = try TrainingRun(TrainingRunTests.configuration("2:4"), at: run).run()
    let held = try TrainingRun(resuming: run)
    let error = #expect(throws: UserError.self) { _ = try RunPruning(of: run) }
    #expect(error?.found.contains("another process writes") == true)
    let report = try PruningReport(pruning: [scratch["runs"]], removing: true)
    #expect(report.runs.isEmpty)
    #expect(report.failures.map(\.kind) == [.file])
    #expect(held.environmentStep == 600)
  }

  @Test(
    "numbers of bytes are short",
    arguments: [
      (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (3249, "3.2 kB"),
      (999_949, "999.9 kB"), (999_960, "1.0 MB"), (2_900_000_000, "2.9 GB"),
      (1_200_000_000_000, "1.2 TB"),
    ])
  func bytes(count: Int, text: String) { #expect(ByteText.text(count) == text) }
}
