import Foundation
import Testing

@Suite("Benchmarks from the command line")
struct BenchmarkTests {
  private static let small = [
    "--env", "Pendulum-v1", "--hidden", "16,16", "--batch", "64", "--replay-rows", "500",
  ]

  @Test("training on request takes one turn for every line and answers each with a line")
  func onRequest() throws {
    let result = try Tool.run(
      ["benchmark", "train", "--on-request", "--sparsity", "2:4"] + Self.small,
      input: "0\n0.02\n0\n")
    #expect(result.exitCode == 0, "\(result.complaints)")
    #expect(result.complaints.isEmpty)
    let turns = try result.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Double])
    }
    #expect(turns.map { Set($0.keys) } == Array(repeating: ["steps", "seconds"], count: 3))
    // no time at all is one step; some time is that long at least
    #expect(turns[0]["steps"] == 1)
    #expect(turns[2]["steps"] == 1)
    #expect(try #require(turns[1]["seconds"]) >= 0.02)
    #expect(try #require(turns[1]["steps"]) > 1)
  }

  @Test(
    "a request that is no length of time is named with its line",
    arguments: ["soon", "-1", "nan", "inf", "1e9", "", "1 2"])
  func badRequest(request: String) throws {
    let result = try Tool.run(
      ["benchmark", "train", "--on-request", "--sparsity", "dense"] + Self.small,
      input: "0\n\(request)\n0\n")
    #expect(result.exitCode == 64)
    #expect(result.complaint.hasPrefix("Error: line 2 of standard input, \"\(request)\""))
    #expect(!result.complaint.contains("\n"))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("every kernel of every storage is reported, and one plan of each sparse layer is chosen")
  func kernels() throws {
    let arguments = [
      "benchmark", "kernels", "--shapes", "32x20,1x16", "--sparsity", "dense,2:4,50%x4", "--batch",
      "64", "--rounds", "1",
    ]
    let json = try Tool.run(arguments + ["--json"]).json()
    let roofline = try #require(json["roofline"] as? [String: Any])
    #expect(try #require(roofline["multiply_add_gflops"] as? Double) > 0)
    let rows = try #require(json["rows"] as? [[String: Any]])
    for shape in ["32x20", "1x16"] {
      let own = rows.filter { $0["shape"] as? String == shape }
      #expect(Set(own.compactMap { $0["sparsity"] as? String }) == ["dense", "2:4", "50%x4"])
      for sparsity in ["2:4", "50%x4"] {
        let plans = own.filter { $0["sparsity"] as? String == sparsity }
        let shared = plans.contains { $0["plan"] as? String == "shared-rows" }
        #expect(shared == (sparsity == "50%x4"))
        let chosen = plans.filter { $0["is_chosen"] as? Bool == true }
        #expect(Set(chosen.compactMap { $0["plan"] as? String }).count == 1)
        #expect(
          Set(chosen.compactMap { $0["operation"] as? String }) == [
            "update", "forward", "backward_data", "backward_weights", "step", "derive", "rebuild",
            "forward_one",
          ])
      }
      for row in own {
        let time = try #require(row["microseconds"] as? [String: Double])
        #expect(try #require(time["low"]) > 0)
      }
    }
    let table = try Tool.run(arguments).output
    #expect(table.contains(" *  "))
    #expect(table.contains("peak of one core: "))
  }

  @Test("sizes that are none are refused", arguments: ["256", "0x4", "4x", "9999x1", "4x4x4", ""])
  func badShapes(shapes: String) throws {
    let result = try Tool.run(["benchmark", "kernels", "--shapes", shapes])
    #expect(result.exitCode == 64)
    #expect(result.complaints.contains("outputs x inputs"))
  }

  @Test(
    "a number of updates is done once, for every sparsity", arguments: ["td3", "sac"])
  func countedUpdates(algorithm: String) throws {
    let result = try Tool.run(
      [
        "benchmark", "update", "--algorithm", algorithm, "--sparsity", "dense,2:4", "--updates",
        "3", "--json",
      ] + Self.small)
    #expect(result.exitCode == 0, "\(result.complaints)")
    let json = try result.json()
    #expect(json["schema"] as? Int == 1)
    #expect(json["batch"] as? Int == 64)
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.map { $0["sparsity"] as? String } == ["dense", "2:4"])
    #expect(rows.map { $0["updates"] as? Int } == [3, 3])
    for row in rows { #expect(try #require(row["seconds"] as? Double) > 0) }

    let both = try Tool.run(
      ["benchmark", "update", "--updates", "3", "--agents", "2"] + Self.small)
    #expect(both.exitCode == 64)
    #expect(both.complaint.contains("--updates"))
  }

  @Test("the start of a process is reported with its spread, for every sparsity")
  func startup() throws {
    let result = try Tool.run(
      ["benchmark", "startup", "--sparsity", "dense,2:4", "--rounds", "3", "--json"] + Self.small)
    #expect(result.exitCode == 0, "\(result.complaints)")
    let json = try result.json()
    #expect(json["schema"] as? Int == 1)
    #expect(json["replay_rows"] as? Int == 500)
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.map { $0["sparsity"] as? String } == ["dense", "2:4"])
    for row in rows {
      for name in ["seconds_to_first_update", "peak_mebibytes"] {
        let spread = try #require(row[name] as? [String: Double])
        let (low, high) = (try #require(spread["low"]), try #require(spread["high"]))
        #expect(low > 0)
        #expect((low...high).contains(try #require(spread["median"])))
      }
    }
  }

  @Test("stochastic equations are solved in every way, for every sparsity")
  func stochasticEquations() throws {
    let result = try Tool.run([
      "benchmark", "sde", "--noises", "diagonal", "--states", "8", "--batches", "64", "--steps",
      "2",
      "--sparsity", "dense,static@50%", "--json",
    ])
    #expect(result.exitCode == 0, "\(result.complaints)")
    let rows = try #require(result.json()["rows"] as? [[String: Any]])
    #expect(rows.compactMap { $0["sparsity"] as? String }.count { $0 == "static@50%" } == 4)
    #expect(Set(rows.compactMap { $0["solver"] as? String }) == ["reversible-heun", "midpoint"])
    #expect(rows.count == 8 && rows.allSatisfy { $0["seconds"] as? Double ?? 0 > 0 })
    for (flags, text) in [
      (["--noises", "additive"], "diagonal or general"),
      (["--sparsity", "rigl@90%"], "weights alone"),
    ] {
      let refused = try Tool.run(["benchmark", "sde"] + flags)
      #expect(refused.exitCode == 64 && refused.complaint.contains(text), "\(refused.complaints)")
    }
  }

  @Test("a process that cannot start to learn is an error that says what is missing")
  func startupWithoutMuJoCo() throws {
    let result = try Tool.run(
      ["benchmark", "startup", "--env", "HalfCheetah-v5"],
      environment: ["COPPICE_MUJOCO": "/nowhere"])
    #expect(result.exitCode == 69)
    #expect(result.complaint.contains("make train"))
  }

  @Test("a report and a bootstrap are timed, and nothing is left behind")
  func report() throws {
    let scratch = try Scratch()
    let small = [
      "benchmark", "report", "--runs", "3", "--evaluations", "5", "--resamples", "100", "--rounds",
      "2", "--scratch",
    ]
    let result = try Tool.run(small + ["made-up", "--json"], in: scratch.path)
    #expect(result.exitCode == 0, "\(result.complaints)")
    let json = try result.json()
    for name in ["report", "bootstrap"] {
      let spread = try #require(json[name] as? [String: Double])
      #expect(spread["low"] ?? 0 > 0 && spread["high"] ?? 0 >= spread["median"] ?? .infinity)
    }
    #expect(!FileManager.default.fileExists(atPath: scratch["made-up"]))
    try FileManager.default.createDirectory(
      atPath: scratch["mine"], withIntermediateDirectories: true)
    let refused = try Tool.run(small + ["mine"], in: scratch.path)
    #expect(refused.exitCode == 74 && refused.complaint.contains("mine exists"))
    #expect(FileManager.default.fileExists(atPath: scratch["mine"]))
    #expect(try Tool.run(["benchmark", "report", "--runs", "0"], in: scratch.path).exitCode == 64)
  }

  @Test("crowds act and learn, dense and sparse")
  func crowds() throws {
    let result = try Tool.run([
      "benchmark", "crowd", "--agents", "150", "--sparsity", "dense,static@90%", "--steps", "2",
      "--cycles", "2", "--batch", "64", "--json",
    ])
    #expect(result.exitCode == 0, "\(result.complaints)")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let rows = try #require(report["rows"] as? [[String: Any]])
    #expect(rows.map { $0["sparsity"] as? String } == ["dense", "static@90%"])
    for row in rows {
      for key in ["act_seconds", "step_seconds", "cycle_seconds"] {
        let seconds = try #require((row[key] as? [String: Double])?["low"])
        #expect(seconds > 0, "\(key)")
      }
    }
  }

  @Test("a crowd with an unknown sparsity")
  func crowdOfNothing() throws {
    let result = try Tool.run(["benchmark", "crowd", "--agents", "20", "--sparsity", "denser"])
    #expect(result.exitCode != 0)
    #expect(result.complaint.contains("denser"))
  }
}
