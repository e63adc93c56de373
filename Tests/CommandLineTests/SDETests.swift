import Foundation
import Testing

@Suite("coppice sde")
struct SDETests {
  private let scratch: Scratch
  private static let small = [
    "--paths", "60", "--batch", "16", "--set", "model_options.averages_after=20",
  ]

  init() throws { scratch = try Scratch() }

  private func run(_ arguments: [String]) throws -> Tool.Result {
    try Tool.run(arguments, in: scratch.path)
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: scratch[name]))
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: scratch[name]))
  }

  @Test("a training that is killed goes on to the same bytes, on any number of threads")
  func killed() throws {
    let settings =
      ["sde", "train", "ou-const", "--steps", "1500", "--seed", "3", "--evaluate-every", "500"]
      + Self.small + ["--checkpoint-every", "10", "--quiet"]
    #expect(try run(settings + ["--threads", "1", "--out", "straight"]).exitCode == 0)
    let process = try Tool.start(
      settings + ["--threads", "2", "--out", "killed"], in: scratch.path)
    func checkpoints() -> [String] {
      let all = try? FileManager.default.contentsOfDirectory(atPath: scratch["killed/checkpoints"])
      return (all ?? []).filter { Int($0) ?? 0 > 0 }
    }
    while process.isRunning, checkpoints().isEmpty { usleep(2000) }
    #expect(process.isRunning)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let resumed = try run(["resume", "killed", "--quiet"])
    #expect(resumed.exitCode == 0, "\(resumed.complaints)")
    // so small a model may make its solver warn
    let complaints = resumed.complaints.split(whereSeparator: \.isNewline)
    #expect(complaints.allSatisfy { $0.hasPrefix("warning, after ") }, "\(complaints)")
    #expect(resumed.output.hasPrefix("1500 updates, loss "))
    for file in ["model.safetensors", "state.json"] {
      let path = "checkpoints/1500/\(file)"
      #expect(try bytes("straight/\(path)") == bytes("killed/\(path)"), "\(file)")
    }
    #expect(
      try run(["sde", "sample", "straight", "--paths", "4"]).output
        == run(["sde", "sample", "killed", "--paths", "4", "--threads", "1"]).output)
  }

  @Test("Ctrl-C saves and stops")
  func interrupted() throws {
    let process = try Tool.start(
      ["sde", "train", "ou-const", "--steps", "1e6"] + Self.small + ["--out", "run"],
      in: scratch.path)
    while process.isRunning,
      !FileManager.default.fileExists(atPath: scratch["run/checkpoints/0"])
    { usleep(2000) }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let summary = try JSONSerialization.jsonObject(with: bytes("run/summary.json"))
    let values = try #require(summary as? [String: Any])
    #expect(values["finished"] as? Bool == false)
    let step = try #require(values["steps"] as? Int)
    #expect(FileManager.default.fileExists(atPath: scratch["run/checkpoints/\(step)"]))
    let more = try run(["resume", "run", "--steps", "\(step + 1)", "--quiet"])
    #expect(more.exitCode == 0, "\(more.complaints)")
  }

  @Test("a file of one's own is learned, sampled, compared and reported in three commands")
  func ownFile() throws {
    var text = "path,time,temperature,pressure\n"
    for path in 0..<40 {
      for hour in 0..<8 {
        let swing = Double((path * 31 + hour * 17) % 13)
        text += "d\(path),\(1_700_000_000 + 3600 * hour),\(10 + swing),\(1000 + path + hour)\n"
      }
    }
    try write(text, to: "mine.csv")
    let trained = try run([
      "sde", "train", "mine.csv", "--steps", "40", "--batch", "16", "--evaluate-every", "20",
      "--sparsity", "static@50%", "--out", "mine",
    ])
    #expect(trained.exitCode == 0, "\(trained.complaints)")
    #expect(trained.output.contains("signature-mmd"))
    #expect(trained.complaints.contains("32 paths of mine.csv at 8 times, 8 held back"))
    let sampled = try run(["sde", "sample", "mine", "--paths", "10", "--out", "samples.csv"])
    #expect(sampled.output == "samples.csv\n", "\(sampled.complaints)")
    let rows = String(decoding: try bytes("samples.csv"), as: UTF8.self).split(separator: "\n")
    #expect(rows.count == 81 && rows[0] == "path,time,temperature,pressure")
    #expect(rows[1].hasPrefix("0,1700000000.0,") && rows[80].hasPrefix("9,1700025200.0,"))
    let tensors = try run(["sde", "sample", "mine", "--paths", "50", "--out", "own.safetensors"])
    #expect(tensors.output == "own.safetensors\n", "\(tensors.complaints)")
    let again = try run([
      "sde", "train", "own.safetensors", "--steps", "2", "--evaluate-every", "0", "--out", "again",
    ])
    #expect(again.exitCode == 0, "\(again.complaints)")
    #expect(again.complaints.contains("40 paths of own.safetensors at 8 times, 10 held back"))
    let reported = try run(["sde", "report", "mine", "--out", "report.html", "--paths", "50"])
    #expect(reported.output == "report.html\n", "\(reported.complaints)")
    let page = String(decoding: try bytes("report.html"), as: UTF8.self)
    #expect(page.contains("prefers-color-scheme: dark") && page.contains("Quantiles of pressure"))
    #expect(try !bytes("report-figures/fan-1-temperature.csv").isEmpty)
    #expect(try run(["sde", "report", "mine"]).output == "mine/report/index.html\n")
    let other = try run(["report", "mine"])
    #expect(other.exitCode == 65 && other.complaint.contains("coppice sde report mine"))
    let json = try run(["sde", "evaluate", "mine", "--paths", "50", "--json"]).json()
    #expect(json["schema"] as? Int == 1 && json["held_out_paths"] as? Int == 8)
    #expect((json["metrics"] as? [[String: Any]])?.count == 7)
    let table = try run(["sde", "evaluate", "mine", "--paths", "50"])
    #expect(table.output.contains("\nks-mean "))
  }

  @Test("what makes no sense is one line with its exit code, and leaves nothing behind")
  func refusals() throws {
    try write("path,time,v\na,0,1\na,2,2\na,1,3\nb,0,1\n", to: "order.csv")
    try write("path,time,v\na,0,NA\na,1,\nb,0,1\n", to: "gap.csv")
    try write("path,time,v\na,0,1\na,1,nan\nb,0,1\n", to: "nan.csv")
    try write("half", to: "half.safetensors")
    let cases: [(arguments: [String], code: Int32, text: String)] = [
      (["train", "ou-cons"], 64, "did you mean \"ou-const\"?"),
      (["train", "ou-const", "--model", "gam"], 64, "did you mean \"gan\"?"),
      (["train", "ou-const", "--method", "rk4"], 64, "reversible-heun"),
      (["train", "ou-const", "--method", "stratonovich-milstein"], 64, "general noise"),
      (["train", "ou-const", "--steps", "0"], 64, "at least 1"),
      (["train", "ou-const", "--sparsity", "150%"], 64, "100 %"),
      (["train", "ou-const", "--set", "steps"], 64, "name=value"),
      (["train", "ou-const", "--set", "stepps=3"], 64, "did you mean \"steps\"?"),
      (["train", "ou-const", "--recipe", "/nowhere/a.toml"], 74, "/nowhere/a.toml"),
      (["train", "/nowhere/a.csv"], 74, "/nowhere/a.csv"),
      (["train", "order.csv"], 64, "line 4: time 1.0 after 2.0"),
      (["train", "gap.csv"], 64, "path \"a\" has no value"),
      (["train", "segmented-cosine"], 64, "--paths"),
      (["train", "nan.csv"], 64, "line 3: \"nan\" as v"),
      (["train", "half.safetensors"], 65, "half.safetensors is damaged"),
      (["train", "/nowhere/a.safetensors"], 74, "/nowhere/a.safetensors"),
      (["train"], 64, "file of paths"),
      (["sample", "nowhere"], 65, "coppice sde train"),
      (["evaluate", "nowhere"], 65, "coppice sde train"),
      (["report", "nowhere"], 65, "coppice sde train"),
      (["sample", "nowhere", "--paths", "0"], 64, "at least 1"),
    ]
    for (arguments, code, text) in cases {
      let result = try run(["sde"] + arguments)
      #expect(result.exitCode == code, "\(arguments): \(result.complaints)")
      #expect(result.complaints.contains(text), "\(arguments): \(result.complaints)")
      #expect(result.output.isEmpty)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(names.sorted() == ["gap.csv", "half.safetensors", "nan.csv", "order.csv"])
    let diverged = try run(
      [
        "sde", "train", "ou-const", "--steps", "60", "--evaluate-every", "0", "--out", "diverged",
        "--set", "model_options.generator_learning_rate=1e30", "--set",
        "model_options.discriminator_learning_rate=1e30", "--set", "model_options.clipping=none",
        "--quiet",
      ] + Self.small)
    #expect(diverged.exitCode == 70)
    #expect(diverged.complaint.hasPrefix("Error: ") && !diverged.complaint.contains("\n"))
    let used = try run(["sde", "train", "ou-const", "--out", "diverged"] + Self.small)
    #expect(used.exitCode == 64 && used.complaint.contains("already holds a run"))
  }

  @Test("every subcommand explains itself", arguments: ["train", "sample", "evaluate", "report"])
  func help(command: String) throws {
    let result = try Tool.run(["sde", command, "--help"])
    #expect(result.exitCode == 0)
    #expect(result.output.contains("  coppice sde \(command)"))
    #expect(try Tool.run(["sde", "--help"]).output.contains("  \(command) "))
  }
}
