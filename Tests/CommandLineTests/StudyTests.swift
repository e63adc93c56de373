import Foundation
import Testing

@Suite("Studies from the command line", .serialized)
struct StudyTests {
  private static let small = """
    format = 1
    name = "small"
    [settings]
    hidden = [16, 16]
    warm_up_steps = 100
    evaluation_every = 100
    evaluation_episodes = 2
    checkpoint_every = 100
    log_every = 100

    """

  private func scratch(_ rest: String) throws -> Scratch {
    let scratch = try Scratch()
    try (Self.small + rest).write(toFile: scratch["s.toml"], atomically: true, encoding: .utf8)
    return scratch
  }

  /// The events of all journals, in any order.
  private func events(_ scratch: Scratch) throws -> [[String: Any]] {
    let folder = scratch["studies/small/journal"]
    var events: [[String: Any]] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      for line in try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(
        separator: "\n")
      {
        events.append(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:])
      }
    }
    return events
  }

  private func finishedMembers(_ scratch: Scratch) throws -> [String] {
    try events(scratch).filter { $0["event"] as? String == "finished" }
      .compactMap { $0["member"] as? String }.sorted()
  }

  private func wait(_ seconds: Double = 60, until condition: () throws -> Bool) rethrows {
    for _ in 0..<Int(seconds * 50) where try !condition() { usleep(20_000) }
    #expect(try condition())
  }

  @Test("plan, run, status and work go hand in hand")
  func life() throws {
    let scratch = try scratch(
      "steps = 300\n[grid]\nsparsity = [\"dense\", \"2:4\"]\nseed = [1, 2]\n")
    let plan = try Tool.run(["study", "plan", "s.toml"], in: scratch.path)
    #expect(plan.exitCode == 0, "\(plan.complaints)")
    #expect(plan.output.contains("\n2  Pendulum-v1-td3-2-4-s1 "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["s.toml"])
    let json = try Tool.run(["study", "plan", "s.toml", "--json"], in: scratch.path).json()
    #expect((json["members"] as? [[String: Any]])?.count == 4)

    let work = try Tool.run(["study", "work", "s.toml", "--index", "3"], in: scratch.path)
    #expect(work.exitCode == 0, "\(work.complaints)")
    #expect(work.output == "Pendulum-v1-td3-dense-s2: finished\n")
    let run = try Tool.run(["study", "run", "s.toml", "--workers", "2"], in: scratch.path)
    #expect(run.exitCode == 0, "\(run.complaints)")
    #expect(run.output.contains("small: 4 of 4 finished, in studies/small"))
    #expect(run.complaints.contains("Pendulum-v1-td3-2-4-s2: finished, return "))
    #expect(!run.complaints.contains("Pendulum-v1-td3-dense-s2: started"))
    #expect(!run.complaints.contains("\u{1B}"))
    #expect(try Set(finishedMembers(scratch)).count == 4)

    let again = try Tool.run(["study", "run", "studies/small"], in: scratch.path)
    #expect(again.exitCode == 0)
    #expect(try finishedMembers(scratch).count == 4)
    let status = try Tool.run(["study", "status", "studies/small", "--json"], in: scratch.path)
      .json()
    let states = (status["members"] as? [[String: Any]])?.map { $0["state"] as? String }
    #expect(states == Array(repeating: "finished", count: 4))
    #expect(
      try Tool.run(["study", "status", "studies/small"], in: scratch.path).output
        .contains("finished"))
  }

  @Test("two pools on one folder share the work and do nothing twice")
  func twoPools() throws {
    let scratch = try scratch("steps = 1500\n[grid]\nseed = [1, 2, 3, 4, 5, 6]\n")
    let arguments = ["study", "run", "s.toml", "--workers", "2"]
    let pools = try (0..<2).map { _ in try Tool.start(arguments, in: scratch.path) }
    for pool in pools {
      pool.waitUntilExit()
      #expect(pool.terminationStatus == 0)
    }
    #expect(try finishedMembers(scratch) == (1...6).map { "Pendulum-v1-td3-dense-s\($0)" })
    #expect(try events(scratch).count { $0["event"] as? String == "started" } == 6)
  }

  @Test("SIGTERM stops all members with a checkpoint, and the second run goes on from there")
  func signal() throws {
    let scratch = try scratch("steps = 8000\n[grid]\nseed = [1, 2, 3]\n")
    let pool = try Tool.start(["study", "run", "s.toml", "--workers", "2"], in: scratch.path)
    let first = scratch["studies/small/members/Pendulum-v1-td3-dense-s1/checkpoints"]
    wait { FileManager.default.fileExists(atPath: first) }
    kill(pool.processIdentifier, SIGTERM)
    pool.waitUntilExit()
    #expect(pool.terminationReason == .exit)
    #expect(pool.terminationStatus == 143)
    let stopped = try events(scratch).filter { $0["event"] as? String == "stopped" }
    #expect(!stopped.isEmpty)
    let rest = try Tool.run(["study", "run", "studies/small"], in: scratch.path)
    #expect(rest.exitCode == 0, "\(rest.complaints)")
    #expect(try finishedMembers(scratch) == (1...3).map { "Pendulum-v1-td3-dense-s\($0)" })
    let resumed = try events(scratch).filter { $0["event"] as? String == "resumed" }
    let steps = { (events: [[String: Any]]) in Set(events.map { "\($0["environment_step"] ?? "")" })
    }
    #expect(steps(resumed).isSubset(of: steps(stopped)))
  }

  @Test("members stop with a checkpoint when their pool is killed, and another pool takes them up")
  func killedPool() throws {
    let scratch = try scratch("steps = 1e9\n[grid]\nseed = [1, 2]\n")
    let pool = try Tool.start(["study", "run", "s.toml", "--workers", "2"], in: scratch.path)
    for seed in 1...2 {
      let first = scratch["studies/small/members/Pendulum-v1-td3-dense-s\(seed)/checkpoints"]
      wait { FileManager.default.fileExists(atPath: first) }
    }
    let second = try Tool.start(["study", "run", "s.toml", "--workers", "2"], in: scratch.path)
    kill(pool.processIdentifier, SIGKILL)
    try wait { try events(scratch).count { $0["event"] as? String == "stopped" } == 2 }
    try wait { try events(scratch).count { $0["event"] as? String == "resumed" } == 2 }
    kill(second.processIdentifier, SIGTERM)
    second.waitUntilExit()
    #expect(second.terminationStatus == 143)
    #expect(try events(scratch).allSatisfy { $0["event"] as? String != "failed" })
  }

  @Test("a member that fails is tried once more and told at the end; the others are finished")
  func failure() throws {
    let scratch = try scratch(
      """
      steps = 1000
      [[member]]
      td3 = { critic_learning_rate = 10, actor_learning_rate = 10, discount = 1 }
      hidden = [\(Array(repeating: "64", count: 16).joined(separator: ", "))]
      [grid]
      seed = [1]
      """)
    let run = try Tool.run(["study", "run", "s.toml"], in: scratch.path)
    #expect(run.exitCode == 1)
    #expect(run.output.contains("1 of 2 finished, 1 failed"))
    #expect(run.complaints.contains("failed, and is tried once more: "))
    let last = try #require(run.complaints.split(separator: "\n").last)
    #expect(last.hasPrefix("Error: member 1, Pendulum-v1-td3-dense-s1-"))
    #expect(last.contains("not finite"))
    #expect(try events(scratch).count { $0["event"] as? String == "failed" } == 2)
    let work = try Tool.run(
      ["study", "work", "s.toml", "--index", "1", "--quiet"], in: scratch.path)
    #expect(work.exitCode == 70)
    #expect(!work.complaint.contains("\n"))
  }

  @Test(
    "bad input is one line, an exit code and nothing else",
    arguments: [
      (["plan", "nowhere.toml"], 74, "nowhere.toml"), (["status", "nowhere"], 65, "there is no"),
      (["status", "."], 65, "holds no study.toml"), (["run", "."], 65, "the folder of a study"),
      (["work", "s.toml", "--index", "3"], 64, "expected 1 to 2"),
      (["work", "s.toml", "--index", "0"], 64, "at least 1"), (["work", "s.toml"], 64, "--index"),
      (["run", "s.toml", "--out", "."], 64, "holds s.toml, but no study"),
      (["run", "s.toml", "--workers", "0"], 64, "at least 1"),
      (["run", "/dev/null"], 74, "a pipe or a device"), (["plan"], 64, "study"),
    ] as [([String], Int32, String)])
  func badInput(arguments: [String], exitCode: Int32, message: String) throws {
    let scratch = try scratch("steps = 300\n[grid]\nseed = [1, 2]\n")
    let result = try Tool.run(["study"] + arguments, in: scratch.path)
    #expect(result.exitCode == exitCode, "\(result.complaints)")
    #expect(result.complaints.contains(message), "\(result.complaints)")
    #expect(result.output.isEmpty)
    if !result.complaints.contains("Usage: ") { #expect(!result.complaint.contains("\n")) }
    let members = scratch["studies/small/members"]
    #expect((try? FileManager.default.contentsOfDirectory(atPath: members)) ?? [] == [])
  }
}
