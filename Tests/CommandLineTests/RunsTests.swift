import Foundation
import Testing

@Suite("Listing, comparing and pruning from the command line", .serialized)
struct RunsTests {
  private static let small = [
    "--env", "Pendulum-v1", "--hidden", "16,16", "--warm-up-steps", "100", "--evaluate-every",
    "100", "--episodes", "2", "--quiet",
  ]

  private func train(_ scratch: Scratch, _ flags: String...) throws {
    let result = try Tool.run(["train"] + Self.small + flags, in: scratch.path)
    #expect(result.exitCode == 0, "\(result.complaints)")
  }

  private func size(_ path: String) throws -> Int {
    try FileManager.default.subpathsOfDirectory(atPath: path).reduce(0) { sum, name in
      let values = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      return values[.type] as? FileAttributeType == .typeRegular
        ? sum + (values[.size] as? Int ?? 0) : sum
    }
  }

  @Test("runs are found in sub-folders and filtered; the name of the subcommand may be left out")
  func list() throws {
    let scratch = try Scratch()
    try train(scratch, "--steps", "120", "--out", "runs/a")
    try train(scratch, "--steps", "120", "--seed", "7", "--sparsity", "75%", "--out", "runs/x/y/b")
    let paths = { (arguments: [String]) throws -> [String] in
      let result = try Tool.run(["runs"] + arguments + ["--json"], in: scratch.path)
      #expect(result.exitCode == 0, "\(result.complaints)")
      return (try result.json()["runs"] as? [[String: Any]] ?? [])
        .compactMap { $0["path"] as? String }
    }
    #expect(try paths([]) == ["runs/a", "runs/x/y/b"])
    #expect(try paths(["list"]) == ["runs/a", "runs/x/y/b"])
    #expect(try paths(["runs/x", "runs"]) == ["runs/x/y/b", "runs/a"])
    #expect(try paths(["list", "--seed", "2-9"]) == ["runs/x/y/b"])
    #expect(try paths(["--sparsity", "static@75%"]) == ["runs/x/y/b"])
    #expect(try paths(["--env", "Pendulum-v1", "--algorithm", "sac"]) == [])
    #expect(try paths(["--finished", "--sparsity", "dense", "--sparsity", "2:4"]) == ["runs/a"])
    let none = try Tool.run(["runs", "--unfinished"], in: scratch.path)
    #expect(none.exitCode == 0)
    #expect(none.complaint == "None of the runs in runs fits; there are 2.")
    let empty = try Tool.run(["runs", "list", "elsewhere"], in: scratch.path)
    #expect(empty.complaint == "There are no runs in elsewhere; `coppice train` makes one.")
  }

  @Test("two runs are compared by their settings and their evaluations")
  func diff() throws {
    let scratch = try Scratch()
    try train(scratch, "--steps", "300", "--out", "a")
    try train(scratch, "--steps", "200", "--threads", "2", "--out", "b")
    try train(scratch, "--steps", "200", "--update-to-data", "0.5", "--out", "c")
    let same = try Tool.run(["runs", "diff", "a", "b"], in: scratch.path)
    #expect(same.exitCode == 0, "\(same.complaints)")
    let head = "A  a\nB  b\n\nSETTING  A    B\nsteps    300  200\nthreads  1    2\n"
    #expect(same.output.hasPrefix(head))
    #expect(same.output.hasSuffix("\n\nAll evaluations of 3 common steps are the same.\n"))
    // nothing is learnt in the first 100 steps
    let other = try Tool.run(["runs", "diff", "a", "c", "--json"], in: scratch.path).json()
    #expect(other["first_difference"] as? Int == 200)
    #expect((other["evaluations"] as? [[String: Any]])?.count == 3)
    let settings = try #require(other["settings"] as? [[String: Any]])
    #expect(settings.compactMap { $0["name"] as? String } == ["steps", "update_to_data"])
    #expect(settings.last?["b"] as? Double == 0.5)
  }

  @Test("pruning says what it would remove, then removes it, and a resume says why it cannot")
  func prune() throws {
    let scratch = try Scratch()
    try train(scratch, "--steps", "300", "--checkpoint-every", "100", "--out", "runs/a")
    let before = try size(scratch["runs/a"])
    let played = try Tool.run(["evaluate", "runs/a", "--json"], in: scratch.path).output
    let trial = try Tool.run(["runs", "prune"], in: scratch.path)
    #expect(trial.exitCode == 0, "\(trial.complaints)")
    #expect(trial.output.contains("replay.bin, checkpoints/200, checkpoints/300/clocks"))
    #expect(trial.output.contains("Nothing was removed; --yes removes "))
    #expect(try size(scratch["runs/a"]) == before)

    let done = try Tool.run(["runs", "prune", "--yes", "--json"], in: scratch.path).json()
    #expect(done["removed"] as? Bool == true)
    let freed = try #require(done["byte_count"] as? Int)
    // but for the list of files, which became shorter
    #expect(abs(before - (try size(scratch["runs/a"])) - freed) < 2000)
    #expect(freed > before / 2)
    for command in [["resume", "runs/a"], ["resume", "runs/a", "--steps", "400"]] {
      let refused = try Tool.run(command, in: scratch.path)
      #expect(refused.exitCode == 65)
      #expect(refused.complaint.contains("the replay of runs/a was pruned"))
      #expect(refused.complaint.contains("train --from runs/a"))
      #expect(!refused.complaint.contains("\n"))
    }
    #expect(try Tool.run(["evaluate", "runs/a", "--json"], in: scratch.path).output == played)
    #expect(try Tool.run(["evaluate", "runs/a", "--best"], in: scratch.path).exitCode == 0)
    try train(scratch, "--steps", "120", "--from", "runs/a", "--out", "b")
    let again = try Tool.run(["runs", "prune", "--yes"], in: scratch.path)
    #expect(again.exitCode == 0)
    #expect(again.complaints.contains("runs/a was pruned before"))
    #expect(try Tool.run(["runs"], in: scratch.path).output.contains("runs/a"))
  }

  @Test("a run that is not finished, or that another process writes into, is not pruned")
  func pruneRefuses() throws {
    let scratch = try Scratch()
    let process = try Tool.start(
      ["train", "--steps", "1e9", "--checkpoint-every", "200", "--keep", "1000", "--out", "runs/a"]
        + Self.small, in: scratch.path)
    let first = scratch["runs/a/checkpoints/200/state.json"]
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: first) && process.isRunning {
      usleep(50_000)
    }
    let busy = try Tool.run(["runs", "prune", "runs/a", "--yes"], in: scratch.path)
    #expect(busy.exitCode == 74)
    #expect(busy.complaint.contains("another process writes into runs/a"))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let unfinished = try Tool.run(["runs", "prune", "runs/a/", "--yes"], in: scratch.path)
    #expect(unfinished.exitCode == 65)
    #expect(unfinished.complaint.contains("coppice resume runs/a"))
    let passed = try Tool.run(["runs", "prune", "--yes"], in: scratch.path)
    #expect(passed.exitCode == 0)
    #expect(passed.complaints.contains("Left alone: runs/a is at step "))
    #expect(FileManager.default.fileExists(atPath: scratch["runs/a/replay.bin"]))
  }
}
