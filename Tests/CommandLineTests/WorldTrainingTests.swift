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
