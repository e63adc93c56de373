import Foundation
import Testing

@Suite("Help and lists")
struct HelpTests {
  @Test(
    "every command explains itself and gives an example",
    arguments: [
      "train", "resume", "evaluate", "runs", "study", "list", "doctor", "benchmark", "world",
      "sde",
    ])
  func help(command: String) throws {
    let result = try Tool.run([command, "--help"])
    #expect(result.exitCode == 0)
    #expect(result.complaints.isEmpty)
    #expect(result.output.hasPrefix("OVERVIEW: "))
    #expect(command == "doctor" || result.output.contains("  coppice \(command)"))
    #expect(try Tool.run(["help", command]).output == result.output)
    #expect(try Tool.run([]).output.contains("  \(command)  "))
  }

  @Test("every subcommand of runs explains itself", arguments: ["list", "diff", "prune"])
  func helpOfRuns(command: String) throws {
    let result = try Tool.run(["runs", command, "--help"])
    #expect(result.exitCode == 0)
    #expect(result.output.contains("  coppice runs \(command)"))
    #expect(try Tool.run(["runs", "--help"]).output.contains("  \(command) "))
  }

  @Test("the help of train names every flag that scripts rely on")
  func flags() throws {
    let help = try Tool.run(["train", "--help"]).output
    for flag in [
      "--algorithm", "--env", "--sparsity", "--steps", "--seed", "--threads", "--out",
      "--checkpoint-every", "--recipe", "--hidden", "--envs", "--learning-rate-schedule",
      "--update-to-data", "--keep", "--evaluate-every", "--episodes", "--quiet", "--tune",
      "--tensorboard",
    ] { #expect(help.contains("  \(flag)"), "\(flag)") }
  }

  @Test(
    "lists are for people and for programs",
    arguments: [
      "environments", "algorithms", "sparsity", "worlds", "learners", "measures", "models",
      "series", "distances",
    ])
  func lists(subject: String) throws {
    let text = try Tool.run(["list", subject])
    let json = try Tool.run(["list", subject, "--json"]).json()
    #expect(text.exitCode == 0)
    #expect(json["schema"] as? Int == 1)
    let entries = try #require(json[subject] as? [[String: Any]])
    #expect(!entries.isEmpty)
    for entry in entries {
      let name = try #require(entry["id"] as? String ?? entry["name"] as? String)
      #expect(text.output.contains("\n\(name) "))
    }
  }

  @Test("the environments are those that are documented")
  func environments() throws {
    let output = try Tool.run(["list", "environments"]).output
    for id in [
      "CartPole-v1", "Pendulum-v1", "MountainCarContinuous-v0", "Acrobot-v1", "Ant-v5",
      "HalfCheetah-v5", "Hopper-v5", "Humanoid-v5", "HumanoidStandup-v5", "InvertedPendulum-v5",
      "InvertedDoublePendulum-v5", "Pusher-v5", "Reacher-v5", "Swimmer-v5", "Walker2d-v5",
    ] { #expect(output.contains("\n\(id) "), "\(id)") }
  }

  @Test("the doctor says whether something is missing, and what mends it")
  func doctor() throws {
    let result = try Tool.run(["doctor", "--json"])
    let json = try result.json()
    let ready = try #require(json["ready"] as? Bool)
    #expect(result.exitCode == (ready ? 0 : 69))
    let findings = try #require(json["findings"] as? [[String: Any]])
    #expect(findings.count == 5)
    for finding in findings {
      let fine = try #require(finding["fine"] as? Bool)
      #expect((finding["mend"] as? String)?.isEmpty == fine)
    }
    let without = try Tool.run(["doctor"], environment: ["COPPICE_MUJOCO": "/nowhere"])
    #expect(without.exitCode == 69)
    #expect(without.output.contains("missing"))
    #expect(without.output.contains("make train"))
    #expect(without.output.contains("Pendulum-v1"))
  }

  @Test("a missing MuJoCo is one line that names the command that mends it")
  func withoutMuJoCo() throws {
    let scratch = try Scratch()
    let result = try Tool.run(
      ["train", "--env", "HalfCheetah-v5"], in: scratch.path,
      environment: ["COPPICE_MUJOCO": "/nowhere"])
    #expect(result.exitCode == 69)
    #expect(result.complaint.hasPrefix("Error: "))
    #expect(!result.complaint.contains("\n"))
    #expect(result.complaint.contains("make train"))
  }

  @Test("a reader that goes away is no crash")
  func brokenPipe() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "\"$0\" list; echo \"code $?\" >&2", Tool.path]
    let output = Pipe()
    let complaints = Pipe()
    process.standardOutput = output
    process.standardError = complaints
    try output.fileHandleForReading.close()
    try process.run()
    try output.fileHandleForWriting.close()
    process.waitUntilExit()
    let text = String(
      decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(text == "code 0\n")
  }

  @Test("the version is printed")
  func version() throws {
    let output = try Tool.run(["--version"]).output
    #expect(output.split(separator: ".").count == 3)
  }
}
