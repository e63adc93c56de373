import Foundation
import Testing

@Suite("Runs from the command line", .serialized)
struct RunTests {
  private static let small = [
    "--env", "Pendulum-v1", "--hidden", "16,16", "--warm-up-steps", "100", "--evaluate-every",
    "200",
    "--episodes", "2",
  ]

  @Test("train, evaluate, resume and list go hand in hand")
  func life() throws {
    let scratch = try Scratch()
    let train = try Tool.run(
      ["train", "--sparsity", "2:4", "--steps", "4e2", "--checkpoint-every", "150"] + Self.small,
      in: scratch.path)
    #expect(train.exitCode == 0, "\(train.complaints)")
    let run = "runs/Pendulum-v1-td3-2-4-s1"
    for name in [
      "run.toml", "metrics.jsonl", "evaluations.jsonl", "summary.json", "replay.bin",
      "report/learning-curve.svg", "best/policy.safetensors", "checkpoints/300/state.json",
      "checkpoints/400/policy.safetensors",
    ] { #expect(FileManager.default.fileExists(atPath: scratch["\(run)/\(name)"]), "\(name)") }
    #expect(train.output.contains("checkpoint  \(run)/checkpoints/400"))
    #expect(train.output.contains("report      \(run)/report/learning-curve.svg"))
    #expect(train.complaints.contains("step 400 of 400 (100 %)"))
    #expect(!train.complaints.contains("\u{1B}"))

    let evaluation = try Tool.run(
      ["evaluate", run, "--episodes", "3", "--json"], in: scratch.path)
    let json = try evaluation.json()
    #expect(json["schema"] as? Int == 1)
    #expect(json["sparsity"] as? String == "2:4")
    #expect(json["environment_step"] as? Int == 400)
    #expect((json["returns"] as? [Double])?.count == 3)
    let again = try Tool.run(["evaluate", run, "--episodes", "3", "--json"], in: scratch.path)
    #expect(again.output == evaluation.output)

    let longer = try Tool.run(["resume", run, "--steps", "500", "--quiet"], in: scratch.path)
    #expect(longer.exitCode == 0)
    #expect(longer.complaints.isEmpty)
    let listed = try Tool.run(["runs", "--json"], in: scratch.path).json()
    let entry = try #require((listed["runs"] as? [[String: Any]])?.first)
    #expect(entry["environment_step"] as? Int == 500)
    #expect(entry["total_steps"] as? Int == 500)

    let occupied = try Tool.run(["train", "--out", run] + Self.small, in: scratch.path)
    #expect(occupied.exitCode == 64)
    #expect(occupied.complaint.contains("coppice resume \(run)"))
    let second = try Tool.run(
      ["train", "--sparsity", "2:4", "--steps", "120", "--quiet"] + Self.small, in: scratch.path)
    #expect(second.output.contains("\(run)-2/checkpoints/120"))
  }

  @Test("another algorithm trains, resumes and evaluates by its name alone")
  func algorithm() throws {
    let scratch = try Scratch()
    let train = try Tool.run(
      ["train", "--algorithm", "sac", "--sparsity", "2:4", "--steps", "300"] + Self.small,
      in: scratch.path)
    #expect(train.exitCode == 0, "\(train.complaints)")
    let run = "runs/Pendulum-v1-sac-2-4-s1"
    let resumed = try Tool.run(["resume", run, "--steps", "400", "--quiet"], in: scratch.path)
    #expect(resumed.exitCode == 0, "\(resumed.complaints)")
    let json = try Tool.run(["evaluate", run, "--episodes", "3", "--json"], in: scratch.path).json()
    #expect(json["algorithm"] as? String == "sac")
    #expect(json["environment_step"] as? Int == 400)
    let last = try #require(
      try String(contentsOfFile: scratch["\(run)/evaluations.jsonl"], encoding: .utf8)
        .split(separator: "\n").last)
    #expect(last.contains("\"environment_step\":400"))
  }

  @Test("a tuned run keeps its kernels when it is resumed")
  func tuning() throws {
    let scratch = try Scratch()
    let train = try Tool.run(
      ["train", "--tune", "--sparsity", "2:4", "--steps", "200", "--out", "run"] + Self.small,
      in: scratch.path)
    #expect(train.exitCode == 0, "\(train.complaints)")
    #expect(train.complaints.contains("tuned: 16x16-128 runs by "))
    let table = { () throws -> Substring? in
      let text = try String(contentsOfFile: scratch["run/run.toml"], encoding: .utf8)
      return text.range(of: "[kernels]").map { text[$0.lowerBound...].prefix { $0 != "#" } }
    }
    let before = try #require(try table())
    #expect(before.contains("\n16x16-128 = \""))
    let resumed = try Tool.run(["resume", "run", "--steps", "300"], in: scratch.path)
    #expect(resumed.exitCode == 0, "\(resumed.complaints)")
    #expect(!resumed.complaints.contains("tuned"))
    let after = try #require(try table())
    #expect(after.prefix(while: { $0 != "[" }) == before.prefix(while: { $0 != "[" }))
  }

  @Test("a replay that forgets between two checkpoints is recorded whole")
  func smallReplay() throws {
    let scratch = try Scratch()
    let flags = ["--replay-capacity", "90", "--checkpoint-every", "200", "--quiet"] + Self.small
    let whole = try Tool.run(
      ["train", "--steps", "500", "--out", "whole"] + flags, in: scratch.path)
    #expect(whole.exitCode == 0, "\(whole.complaints)")
    let part = try Tool.run(["train", "--steps", "330", "--out", "part"] + flags, in: scratch.path)
    #expect(part.exitCode == 0)
    let rest = try Tool.run(["resume", "part", "--steps", "500", "--quiet"], in: scratch.path)
    #expect(rest.exitCode == 0, "\(rest.complaints)")
    for name in ["replay.bin", "checkpoints/500/networks.safetensors"] {
      let files = try ["whole", "part"].map {
        try Data(contentsOf: URL(fileURLWithPath: scratch["\($0)/\(name)"]))
      }
      #expect(files[0] == files[1], "\(name)")
    }
  }

  @Test("a damaged checkpoint is refused with the file's name, and an earlier one can be used")
  func damaged() throws {
    let scratch = try Scratch()
    let train = try Tool.run(
      ["train", "--steps", "300", "--checkpoint-every", "100", "--out", "run", "--quiet"]
        + Self.small, in: scratch.path)
    #expect(train.exitCode == 0)
    let file = scratch["run/checkpoints/300/networks.safetensors"]
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: file))
    for arguments in [["resume", "run"], ["evaluate", "run"]] {
      let result = try Tool.run(arguments, in: scratch.path)
      #expect(result.exitCode == 65)
      #expect(!result.complaint.contains("\n"))
      #expect(result.complaint.contains("checkpoints/300/networks.safetensors is damaged"))
      #expect(result.complaint.contains("--from STEP (there is 200)"))
    }
    let resumed = try Tool.run(["resume", "run", "--from", "200", "--quiet"], in: scratch.path)
    #expect(resumed.exitCode == 0)
    #expect(try Tool.run(["evaluate", "run"], in: scratch.path).exitCode == 0)
  }

  @Test(
    "Ctrl-C and SIGTERM end a run with a checkpoint and their exit code",
    arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signals(number: Int32, exitCode: Int32) throws {
    let scratch = try Scratch()
    let process = try Tool.start(
      // all checkpoints stay, so that the first is there for as long as anyone looks
      ["train", "--steps", "1e9", "--checkpoint-every", "200", "--keep", "1000", "--out", "run"]
        + Self.small,
      in: scratch.path)
    let first = scratch["run/checkpoints/200/state.json"]
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: first) && process.isRunning {
      usleep(50_000)
    }
    let busy = try Tool.run(["resume", "run"], in: scratch.path)
    #expect(busy.exitCode == 74)
    #expect(busy.complaint.contains("another process"))
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == exitCode)
    let evaluation = try Tool.run(["evaluate", "run", "--episodes", "1"], in: scratch.path)
    #expect(evaluation.exitCode == 0, "\(evaluation.complaints)")
  }

  @Test("a run whose losses are no longer finite says so and keeps its last checkpoint")
  func divergence() throws {
    let scratch = try Scratch()
    try "[td3]\ncritic_learning_rate = 10\nactor_learning_rate = 10\ndiscount = 1\n".write(
      toFile: scratch["r.toml"], atomically: true, encoding: .utf8)
    let result = try Tool.run(
      [
        "train", "--steps", "1000", "--recipe", "r.toml", "--checkpoint-every", "50", "--out",
        "run",
      ]
        + Self.small + ["--hidden", Array(repeating: "64", count: 16).joined(separator: ",")],
      in: scratch.path)
    #expect(result.exitCode == 70, "\(result.complaints)")
    #expect(result.complaints.contains("Error: "))
    #expect(result.complaints.contains("not finite"))
    #expect(try Tool.run(["evaluate", "run"], in: scratch.path).exitCode == 0)
  }
}
