import Foundation
import Testing

@Suite("Reports from the command line")
struct ReportTests {
  @Test("a run becomes a page beside its figures; the same call gives the same bytes")
  func page() throws {
    let scratch = try Scratch()
    let trained = try Tool.run(
      [
        "train", "--env", "Pendulum-v1", "--hidden", "16,16", "--warm-up-steps", "100", "--steps",
        "300", "--evaluate-every", "100", "--episodes", "2", "--quiet", "--out", "runs/a",
      ], in: scratch.path)
    #expect(trained.exitCode == 0, "\(trained.complaints)")
    let result = try Tool.run(["report", "runs"], in: scratch.path)
    #expect(result.exitCode == 0, "\(result.complaints)")
    #expect(result.output == "runs/report/index.html\n" && result.complaints.isEmpty)
    let page = try String(contentsOfFile: scratch["runs/report/index.html"], encoding: .utf8)
    #expect(page.contains("td3 dense, 1 seed"))
    for ending in ["svg", "csv"] {
      let path = scratch["runs/report/figures/learning-curve-Pendulum-v1.\(ending)"]
      #expect(FileManager.default.fileExists(atPath: path))
    }
    let again = try Tool.run(["report", "runs/a", "runs", "--out", "other"], in: scratch.path)
    #expect(again.output == "other/index.html\n")
    let other = try String(contentsOfFile: scratch["other/index.html"], encoding: .utf8)
    #expect(other.replacing("1 run<", with: "runs<") == page.replacing("1 run<", with: "runs<"))
  }

  @Test("bad input is one line, and nothing is written")
  func badInput() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch["runs/a"], withIntermediateDirectories: true)
    func complaint(_ arguments: [String], _ code: Int32) throws -> String {
      let result = try Tool.run(["report"] + arguments, in: scratch.path)
      #expect(result.exitCode == code && result.output.isEmpty)
      #expect(!result.complaint.contains("\n"))
      #expect(!FileManager.default.fileExists(atPath: scratch["runs/report"]))
      return result.complaint
    }
    #expect(try complaint(["nowhere"], 65).contains("there is no nowhere; expected a run"))
    #expect(try complaint(["runs"], 65).contains("runs holds no run; expected a run"))
    #expect(try complaint(["/dev/null"], 74).contains("/dev/null"))
    try "a,b\n1,2\n".write(toFile: scratch["x.csv"], atomically: true, encoding: .utf8)
    #expect(try complaint(["x.csv"], 64).contains("x.csv, line 2, is no evaluation"))
    let run = scratch["runs/a"]
    try "seed = 1\n".write(toFile: "\(run)/run.toml", atomically: true, encoding: .utf8)
    try "{\"environment_step\":5,\"retu\n{\"environment_step\":6,\"returns\":[1]}\n".write(
      toFile: "\(run)/evaluations.jsonl", atomically: true, encoding: .utf8)
    #expect(
      try complaint(["runs"], 65).contains("runs/a/evaluations.jsonl, line 1, is no line of a log"))
    try "future = 1\n[provenance]\ncoppice = \"99.1\"\n".write(
      toFile: "\(run)/run.toml", atomically: true, encoding: .utf8)
    #expect(try complaint(["runs"], 65).contains("runs/a was written by Coppice 99.1"))
    try "format = 2\nname = \"x\"\n".write(
      toFile: scratch["study.toml"], atomically: true, encoding: .utf8)
    #expect(try complaint(["."], 64).contains("format 2"))
    #expect(try Tool.run(["report"], in: scratch.path).exitCode == 64)
  }
}
