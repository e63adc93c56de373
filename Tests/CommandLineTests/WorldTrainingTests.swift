import Foundation
import Testing

@Suite("coppice world train and evaluate")
struct WorldTrainingTests {
  private let scratch: Scratch
  private static let small = [
    "--size", "12", "--batch", "64", "--channels", "4", "--units", "16", "--step-limit", "40",
    "--checkpoint-every", "500", "--games", "1",
  ]

  init() throws { scratch = try Scratch() }

  private func train(_ arguments: [String]) throws -> Tool.Result {
    try Tool.run(["world", "train"] + arguments + Self.small, in: scratch.path)
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: scratch[name]))
  }

  @Test("a policy that was trained plays, the same for any number of threads")
  func trainAndEvaluate() throws {
    for (folder, threads) in [("one", "1"), ("two", "2")] {
      let result = try train([
        "battle", "--steps", "6000", "--sparsity", "static@90%", "--threads", threads, "--out",
        folder,
      ])
      #expect(result.exitCode == 0, "\(result.complaints)")
      #expect(result.output.contains("against nearest"))
    }
    let policy = "policies/red-blue.safetensors"
    #expect(try bytes("one/\(policy)") == bytes("two/\(policy)"))
    #expect(try bytes("one/evaluations.csv") == bytes("two/evaluations.csv"))
    for (path, opponent) in [("one", "random"), ("one", "nearest"), ("one/\(policy)", "two")] {
      let report = try Tool.run(
        ["world", "evaluate", path, "--opponent", opponent, "--games", "2", "--json"],
        in: scratch.path
      ).json()
      #expect(report["schema"] as? Int == 1)
      let counts = ["won", "drawn", "lost"].compactMap { report[$0] as? Int }
      #expect(counts.reduce(0, +) == 2)
      #expect((report["results"] as? [Any])?.count == 2)
      let measures = report["measures"] as? [String: [String: Double]]
      #expect(measures?["policy"]?["alive"] ?? 0 > 0 && measures?["opponent"]?["spread"] ?? 0 > 0)
    }
    for file in ["one", "one/\(policy)"] {
      let recorded = try Tool.run(
        [
          "world", "record", "battle", "--size", "16", "--policy", file, "--steps", "5", "--out",
          "a.world",
        ], in: scratch.path)
      #expect(recorded.exitCode == 0, "\(recorded.complaints)")
    }
    let result = try Tool.run(
      ["world", "evaluate", "one", "--games", "2", "--measures", "measures.csv"], in: scratch.path)
    #expect(result.exitCode == 0, "\(result.complaints)")
    let rows = String(decoding: try bytes("measures.csv"), as: UTF8.self).split(separator: "\n")
    #expect(rows[1].hasPrefix("0,1,red,one,") && rows[2].hasPrefix("0,1,blue,random,"))
    #expect(rows.last?.hasPrefix("1,") ?? false && rows.last?.contains(",blue,one,") ?? false)
    let rated = try Tool.run(
      [
        "world", "rate", "one/\(policy)", "random", "nearest", "--games", "2", "--json",
        "--anchor", "random",
      ], in: scratch.path)
    let report = try rated.json()
    #expect(report["schema"] as? Int == 1 && report["anchor"] as? String == "random")
    #expect((report["pairs"] as? [Any])?.count == 3)
    #expect((report["ratings"] as? [[String: Any]])?.count == 3)
  }

  @Test("ratings are two tables, and what makes no sense is one line")
  func rate() throws {
    let tables = try Tool.run(["world", "rate", "nearest", "random", "--games", "2"])
    #expect(tables.exitCode == 0 && tables.complaints == "nearest against random\n")
    let lines = tables.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasPrefix("POLICY   OPPONENT  WON"))
    #expect(lines[1].hasPrefix("nearest  random") && lines[1].contains("100.0 %"))
    #expect(lines[3].hasPrefix("POLICY") && lines[4].hasPrefix("nearest"))
    for arguments in [
      ["random"], ["random", "random"], ["random", "nearest", "--anchor", "still"],
      ["random", "nearest", "--world", "combined-arms"],
    ] {
      let result = try Tool.run(["world", "rate"] + arguments)
      #expect(result.exitCode == 64 && result.output.isEmpty, "\(arguments)")
    }
  }

  @Test("a training that is killed goes on to the same bytes")
  func killed() throws {
    let settings = [
      "pursuit", "--steps", "40000", "--seed", "3", "--threads", "1", "--evaluate-every", "2000",
    ]
    #expect(try train(settings + ["--out", "straight"]).exitCode == 0)
    let process = try Tool.start(
      ["world", "train"] + settings + Self.small + ["--out", "killed"], in: scratch.path)
    func checkpoints() -> [String] {
      let all = try? FileManager.default.contentsOfDirectory(atPath: scratch["killed/checkpoints"])
      return (all ?? []).filter { Int($0) ?? 0 > 0 }
    }
    while process.isRunning, checkpoints().isEmpty { usleep(2000) }
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let resumed = try Tool.run(["resume", "killed", "--threads", "2"], in: scratch.path)
    #expect(resumed.exitCode == 0, "\(resumed.complaints)")
    let last = try FileManager.default.contentsOfDirectory(
      atPath: scratch["straight/checkpoints"]
    ).max { Int($0) ?? 0 < Int($1) ?? 0 }
    let checkpoint = "checkpoints/\(try #require(last))"
    var files = ["evaluations.csv", "policies/predator.safetensors", "policies/prey.safetensors"]
    files += try FileManager.default.contentsOfDirectory(atPath: scratch["straight/\(checkpoint)"])
      .map { "\(checkpoint)/\($0)" }
    for file in files {
      #expect(try bytes("straight/\(file)") == bytes("killed/\(file)"), "\(file)")
    }
  }

  @Test("settings come from a file, flags override it, and --set both")
  func settings() throws {
    try Data("steps = 30\nseed = 4\n[learner_options]\ndiscount = 0.5\n".utf8).write(
      to: URL(fileURLWithPath: scratch["settings.toml"]))
    let result = try train([
      "battle", "--settings", "settings.toml", "--seed", "5", "--opponent", "blue=random",
      "--set", "learner_options.target_update_rate=0.25", "--set", "seed=6", "--out", "run",
      "--quiet",
    ])
    #expect(result.exitCode == 0, "\(result.complaints)")
    #expect(result.complaints.isEmpty)
    let text = String(decoding: try bytes("run/training.toml"), as: UTF8.self)
    for line in [
      "steps = 30", "seed = 6", "discount = 0.5", "batch_size = 64", "double = true",
      "target_update_rate = 0.25",
    ] {
      #expect(text.contains("\(line)\n"), "\(line)")
    }
    #expect(text.contains("opponents = [\"blue=random\"]"))
  }

  @Test("what makes no sense is one line with its exit code, and leaves nothing behind")
  func refusals() throws {
    let cases: [(arguments: [String], code: Int32, text: String)] = [
      (["train", "chess"], 64, "battle"),
      (["train", "battle", "--learner", "dqm"], 64, "dqn"),
      (["train", "battle", "--opponent", "green=random"], 64, "red, blue"),
      (["train", "battle", "--size", "5"], 64, "12"),
      (["train", "battle", "--channels", "x"], 64, "channels"),
      (["train", "battle", "--sparsity", "150%"], 64, "100 %"),
      (["train", "battle", "--set", "learner_options.batch=3"], 64, "batch_size"),
      (["train", "battle", "--settings", "/nowhere/a.toml"], 74, "/nowhere/a.toml"),
      (["evaluate", "/nowhere/a.safetensors"], 74, "/nowhere/a.safetensors"),
      (["watch", "battle", "--policy", "/nowhere/a.safetensors"], 74, "/nowhere/a.safetensors"),
    ]
    for (arguments, code, text) in cases {
      let result = try Tool.run(["world"] + arguments, in: scratch.path)
      #expect(result.exitCode == code, "\(arguments): \(result.complaints)")
      #expect(result.complaints.contains(text), "\(arguments): \(result.complaints)")
      #expect(result.output.isEmpty)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }
}
