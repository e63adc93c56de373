import Foundation
import Testing

@Suite("coppice world train and evaluate")
struct WorldTrainingTests {
  private func temporary(_ name: String) -> String {
    NSTemporaryDirectory() + "coppice-\(UUID().uuidString)-\(name)"
  }

  @Test("a policy that was trained plays, the same for any number of threads")
  func trainAndEvaluate() throws {
    let (one, two) = (temporary("one.safetensors"), temporary("two.safetensors"))
    defer { for file in [one, two] { try? FileManager.default.removeItem(atPath: file) } }
    for (file, threads) in [(one, "1"), (two, "2")] {
      let result = try Tool.run([
        "world", "train", "battle", "--size", "12", "--steps", "6000", "--batch", "64",
        "--sparsity", "static@90%", "--threads", threads, "--out", file,
      ])
      #expect(result.exitCode == 0, "\(result.complaints)")
    }
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: one))
        == Data(contentsOf: URL(fileURLWithPath: two)))
    for opponent in ["random", "nearest", two] {
      let report = try Tool.run([
        "world", "evaluate", one, "--opponent", opponent, "--games", "2", "--json",
      ]).json()
      #expect(report["schema"] as? Int == 1)
      let counts = ["won", "drawn", "lost"].compactMap { report[$0] as? Int }
      #expect(counts.reduce(0, +) == 2)
      #expect((report["results"] as? [Any])?.count == 2)
      let measures = report["measures"] as? [String: [String: Double]]
      #expect(measures?["policy"]?["alive"] ?? 0 > 0 && measures?["opponent"]?["spread"] ?? 0 > 0)
    }
    let measured = temporary("measures.csv")
    defer { try? FileManager.default.removeItem(atPath: measured) }
    let result = try Tool.run([
      "world", "evaluate", one, "--games", "2", "--measures", measured,
    ])
    #expect(result.exitCode == 0, "\(result.complaints)")
    let rows = try String(contentsOfFile: measured, encoding: .utf8).split(separator: "\n")
    #expect(rows[1].hasPrefix("0,1,red,\(one),") && rows[2].hasPrefix("0,1,blue,random,"))
    #expect(rows.last?.hasPrefix("1,") ?? false && rows.last?.contains(",blue,\(one),") ?? false)
    let rated = try Tool.run([
      "world", "rate", one, "random", "nearest", "--games", "2", "--json", "--anchor", "random",
    ])
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

  @Test("a file that holds no policy, and a world that is not there, are named")
  func refusals() throws {
    let wrong = try Tool.run(["world", "evaluate", "/nowhere/battle.safetensors"])
    #expect(wrong.exitCode == 74)
    #expect(wrong.complaints.contains("/nowhere/battle.safetensors"))
    let world = try Tool.run(["world", "train", "chess"])
    #expect(world.exitCode == 64)
    #expect(world.complaints.contains("battle"))
  }
}
