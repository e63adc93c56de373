import Foundation
import Testing

@Suite("Several seeds from the command line", .serialized)
struct SeedsTests {
  private static let small = [
    "--env", "Pendulum-v1", "--hidden", "16,16", "--warm-up-steps", "100", "--evaluate-every", "0",
  ]

  @Test("each seed has a run of its own, with the files of a run alone")
  func together() throws {
    let scratch = try Scratch()
    let seeds = try Tool.run(
      ["train", "--seeds", "1-2,4", "--parallel", "2", "--steps", "300"] + Self.small,
      in: scratch.path)
    #expect(seeds.exitCode == 0, "\(seeds.complaints)")
    for seed in [1, 2, 4] {
      let run = "runs/Pendulum-v1-td3-dense-s\(seed)"
      #expect(seeds.output.contains("seed \(seed)\nsteps "))
      #expect(seeds.output.contains("\(run)/checkpoints/300"))
      #expect(seeds.complaints.contains("seed \(seed): step 300 of 300 (100 %)"))
      let alone = try Tool.run(
        ["train", "--seed", "\(seed)", "--steps", "300", "--quiet", "--out", "a\(seed)"]
          + Self.small, in: scratch.path)
      #expect(alone.exitCode == 0)
      for name in ["networks", "optimiser", "environment", "clocks"] {
        let files = try [run, "a\(seed)"].map {
          try Data(
            contentsOf: URL(fileURLWithPath: scratch["\($0)/checkpoints/300/\(name).safetensors"]))
        }
        #expect(files[0] == files[1], "\(name)")
      }
    }
    let occupied = try Tool.run(
      ["train", "--seeds", "3,4", "--out", "runs/Pendulum-v1-td3-dense", "--steps", "300"]
        + Self.small, in: scratch.path)
    #expect(occupied.exitCode == 64)
    #expect(occupied.complaint.contains("runs/Pendulum-v1-td3-dense-s4 already holds a run"))
    let three = scratch["runs/Pendulum-v1-td3-dense-s3"]
    #expect(!FileManager.default.fileExists(atPath: three))
  }

  @Test("a signal saves every seed, those that had not begun as well")
  func signal() throws {
    let scratch = try Scratch()
    let process = try Tool.start(
      [
        "train", "--seeds", "1-3", "--parallel", "2", "--steps", "1e9", "--checkpoint-every",
        "200", "--keep", "1000", "--out", "run",
      ] + Self.small, in: scratch.path)
    let first = scratch["run-s2/checkpoints/200/state.json"]
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: first) && process.isRunning {
      usleep(50_000)
    }
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 143)
    for seed in 1...3 {
      let played = try Tool.run(
        ["evaluate", "run-s\(seed)", "--episodes", "1"], in: scratch.path)
      #expect(played.exitCode == 0, "\(played.complaints)")
    }
  }

  @Test("a seed that fails is named, and the others are finished")
  func failure() throws {
    let scratch = try Scratch()
    try "[td3]\ncritic_learning_rate = 10\nactor_learning_rate = 10\ndiscount = 1\n".write(
      toFile: scratch["r.toml"], atomically: true, encoding: .utf8)
    let result = try Tool.run(
      ["train", "--seeds", "1,2", "--steps", "1000", "--recipe", "r.toml", "--out", "run"]
        + Self.small + ["--hidden", Array(repeating: "64", count: 16).joined(separator: ",")],
      in: scratch.path)
    #expect(result.exitCode == 70, "\(result.complaints)")
    #expect(result.complaints.contains("Error: seed 1: "))
    #expect(result.complaints.contains("2 of 2 seeds failed"))
  }

  @Test("seeds that make no sense are refused")
  func nonsense() throws {
    for arguments in [
      ["--seeds", "1,1"], ["--seeds", "4-1"], ["--seeds", "a"], ["--seeds", "1-2-3"],
      ["--seeds", "1,2", "--seed", "3"], ["--parallel", "2"],
    ] { #expect(try Tool.run(["train"] + arguments).exitCode == 64, "\(arguments)") }
  }
}
