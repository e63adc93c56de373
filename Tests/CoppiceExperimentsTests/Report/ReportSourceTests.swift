import CoppiceExperiments
import CoppiceReports
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

@Suite("Reports of runs and studies")
struct ReportSourceTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func write(_ text: String, to name: String) throws {
    let path = scratch[name]
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    try TextFile.write(text, to: path)
  }

  private func read(_ name: String) throws -> String { try TextFile.read(scratch[name]) }

  /// A run with two evaluations at times that lie between lines of metrics.
  private func run(_ name: String, seed: Int, sparsity: String = "2:4") throws {
    try write("seed = \(seed)\nsparsity = \"\(sparsity)\"\nsteps = 200\n", to: "\(name)/run.toml")
    try write(
      """
      {"environment_step":100,"lengths":[3,3],"returns":[1.5,\(seed)]}
      {"environment_step":200,"lengths":[3,3],"returns":[2.5e0,-0.5]}
      {"environment_step":30
      """, to: "\(name)/evaluations.jsonl")
    try write(
      """
      {"environment_step":50,"gradient_step":0,"sparsity/kept-weights":40,"speed/elapsed-seconds":10}
      {"environment_step":150,"gradient_step":50,"sparsity/kept-weights":30,"speed/elapsed-seconds":5}
      {"environment_step":200,"gradient_step":99,"train/value":"nan","speed/elapsed-seconds":8}

      """, to: "\(name)/metrics.jsonl")
  }

  private func rows(_ name: String) throws -> [[String]] {
    try read(name).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func error(_ paths: [String]) -> UserError? {
    #expect(throws: UserError.self) { _ = try ReportSource(paths).report() }
  }

  @Test("numbers of logs arrive in the report, times in proportion and over all parts of a run")
  func numbers() throws {
    try run("runs/a", seed: 7)
    let source = try ReportSource([scratch["runs/a"]])
    #expect(source.folder == scratch["runs/a/report"])
    try ReportFolder(source.folder).write(try source.report())
    let folder = "runs/a/report/figures"
    let curve = try rows("\(folder)/learning-curve-Pendulum-v1.csv")
    #expect(curve.count == 3)
    #expect(curve[1] == ["td3 2:4", "1", "100", "4.25", "", ""])
    #expect(curve[2] == ["td3 2:4", "1", "200", "1.0", "", ""])
    // from 10 s at step 50 to 10 + 5 s at step 150
    let clock = try rows("\(folder)/wall-clock-Pendulum-v1.csv")
    #expect(clock.dropFirst().map { $0[2] } == ["\(12.5 / 60)", "\(18.0 / 60)"])
    let kept = try rows("\(folder)/kept-weights-Pendulum-v1.csv")
    #expect(kept.dropFirst().map { $0[3] } == ["40.0", "30.0"])
  }

  @Test("several runs are found in folders, seeds of one variant become one line")
  func several() throws {
    for seed in 1...3 { try run("runs/s\(seed)", seed: seed) }
    try run("runs/dense", seed: 1, sparsity: "dense")
    let source = try ReportSource([scratch["runs"], scratch["runs/s1/"]])
    #expect(source.runPaths.count == 4)
    #expect(source.folder == scratch["runs/report"])
    let report = try source.report()
    #expect(report.summary == "4 runs · 2 variants · 1 environment · 1 to 3 seeds")
  }

  @Test("recorded runs are reported from their files, and from the folder of these")
  func records() throws {
    let head = "environment,algorithm,sparsity,seed,environment_step,mean_return,elapsed_seconds"
    for seed in [2, 1] {
      let lines = [200, 100].map { "Ant-v5,td3,2:4,\(seed),\($0),\($0 + seed),\($0 / 10)" }
      try write(
        "# made by hand\n\(head)\n\(lines.joined(separator: "\n"))\n", to: "records/s\(seed).csv")
    }
    for paths in [["records"], ["records/s1.csv", "records/s2.csv"]] {
      let source = try ReportSource(paths.map { scratch[$0] })
      #expect(source.runPaths.isEmpty && source.recordPaths.count == 2)
      #expect(source.folder == scratch["records/report"])
      let report = try source.report()
      #expect(report.summary == "2 runs · 1 variant · 1 environment · 2 seeds")
      try ReportFolder(scratch["report"]).write(report)
      let curve = try rows("report/figures/learning-curve-Ant-v5.csv")
      #expect(curve.dropFirst().map { $0[2] } == ["100", "200"])
      #expect(curve.dropFirst().map { $0[3] } == ["101.5", "201.5"])
      let clock = try rows("report/figures/wall-clock-Ant-v5.csv")
      #expect(clock.last?[2] == "\(20.0 / 60)")
    }
    #expect(try ReportSource([scratch["records/s1.csv"]]).folder == scratch["records/report"])
    try write("# nothing\n", to: "records/s3.csv")
    #expect(
      error([scratch["records"]])?.found == "\(scratch["records/s3.csv"]) holds no evaluation")
  }

  @Test("threads and lines of logs make no variants, settings that decide results do")
  func variants() throws {
    try run("runs/a", seed: 1)
    try run("runs/b", seed: 2)
    try write("seed = 2\nsparsity = \"2:4\"\nsteps = 200\nthreads = 2\n", to: "runs/b/run.toml")
    #expect(try ReportSource([scratch["runs"]]).report().summary.contains("1 variant ·"))
    try write("seed = 2\nsparsity = \"2:4\"\nsteps = 200\nhidden = [8]\n", to: "runs/b/run.toml")
    let report = try ReportSource([scratch["runs"]]).report()
    #expect(report.summary.contains("2 variants ·"))
    #expect(report.html.contains("td3 2:4, hidden [8]"))
  }

  @Test("a study gives its name and the members that began")
  func study() throws {
    let text = """
      format = 1
      name = "tiny"
      [settings]
      steps = 200
      [grid]
      sparsity = ["dense", "2:4"]
      seed = [1, 2]
      """
    let study = try Study(toml: text, from: "study.toml")
    let folder = try StudyFolder(at: scratch["tiny"], for: study)
    let nothing = error([scratch["tiny"]])
    #expect(nothing?.found == "\(scratch["tiny"]) holds no run")
    for member in study.members.prefix(3) {
      let path = folder.runPath(of: member).dropFirst(scratch.path.count + 1)
      try run(
        String(path), seed: Int(member.configuration.seed),
        sparsity: member.configuration.sparsity.spelling)
    }
    let source = try ReportSource([scratch["tiny"]])
    #expect(source.title == "tiny" && source.folder == scratch["tiny/report"])
    #expect(try source.report().summary.hasPrefix("3 runs · 2 variants"))
  }

  @Test("a line that is torn in the middle is named, and nothing is written")
  func torn() throws {
    try run("runs/a", seed: 1)
    for name in ["evaluations", "metrics"] {
      let path = "runs/a/\(name).jsonl"
      let whole = try read(path)
      for damage in ["{\"environment_step\":10", "x", "", "{\"returns\":[1]}", "{\"a\":}", "[1]"] {
        try write("\(damage)\n" + whole, to: path)
        let error = error([scratch["runs/a"]])
        #expect(error?.kind == .checkpoint, "\(damage)")
        #expect(error?.found == "\(scratch[path]), line 1, is no line of a log")
      }
      try write(whole, to: path)
    }
    #expect(!FileManager.default.fileExists(atPath: scratch["runs/a/report"]))
  }

  @Test("a run of a newer version says so, and a misspelt setting of this one which it is")
  func newer() throws {
    try run("runs/a", seed: 1)
    let provenance = "\n[provenance]\ncoppice = \"99.0.0\"\n"
    try write("seed = 1\nfuture = 3\n" + provenance, to: "runs/a/run.toml")
    let newer = error([scratch["runs/a"]])
    #expect(newer?.kind == .checkpoint)
    #expect(
      newer?.found.contains("was written by Coppice 99.0.0: unknown setting \"future\"") == true)
    #expect(newer?.expected == "a run of Coppice \(coppiceVersion) or older")
    try write("sed = 1\n", to: "runs/a/run.toml")
    #expect(error([scratch["runs/a"]])?.found.contains("unknown setting \"sed\"") == true)
  }

  @Test("folders without runs, and those that are not there, are refused")
  func nothing() throws {
    #expect(error([scratch.path])?.found == "\(scratch.path) holds no run")
    #expect(error([scratch["no"]])?.found == "there is no \(scratch["no"])")
    #expect(error([])?.found == "no folder")
  }

  @Test("a report is replaced as a whole, and what is not one stays")
  func replaced() throws {
    try run("runs/a", seed: 1)
    let report = try ReportSource([scratch["runs/a"]]).report()
    let folder = ReportFolder(scratch["out/"])
    try folder.write(report)
    let first = try read("out/index.html")
    try write("old", to: "out/figures/old.svg")
    try folder.write(report)
    #expect(try read("out/index.html") == first)
    #expect(!FileManager.default.fileExists(atPath: scratch["out/figures/old.svg"]))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
        "figures", "index.html",
      ])
    try write("<html>mine</html>", to: "other/index.html")
    #expect(throws: UserError.self) { try ReportFolder(scratch["other"]).write(report) }
    #expect(try read("other/index.html") == "<html>mine</html>")
    try write("mine", to: "third/figures/mine.svg")
    #expect(throws: UserError.self) { try ReportFolder(scratch["third"]).write(report) }
    #expect(try read("third/figures/mine.svg") == "mine")
  }
}
