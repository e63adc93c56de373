import CoppiceExperiments
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

@Suite("Measures of worlds as a file")
struct WorldMeasureFileTests {
  private func lines(_ path: String) throws -> [[String]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test(
    "a row for each step and group, with the columns that are promised, on any number of threads")
  func rows() throws {
    let scratch = try Scratch()
    var play = WorldPlay()
    play.steps = 30
    var reports: [WorldPlayReport] = []
    for threads in [1, 2] {
      play.threads = threads
      let file = try WorldMeasureFile(scratch["\(threads).csv"])
      reports.append(try play.run(.mixedBattle(agents: 40, density: 0.3), measures: file))
    }
    let first = try Data(contentsOf: URL(fileURLWithPath: scratch["1.csv"]))
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch["2.csv"])) == first)
    let rows = try lines(scratch["1.csv"])
    #expect(
      rows[0] == ["game", "step", "group", "player"] + WorldMeasure.standard.map(\.name))
    #expect(rows.count == 1 + 2 * reports[0].steps)
    for (index, row) in rows.dropFirst().enumerated() {
      #expect(row[0] == "0" && row[1] == "\(index / 2 + 1)" && row[3] == "random")
      #expect(row[2] == ["red", "blue"][index % 2] && row.count == rows[0].count)
    }
    for (group, row) in zip(reports[0].groups, rows.suffix(2)) {
      #expect(Double(row[4]) == Double(group.alive))
    }
    // what a game earned is what its steps earned
    let reward = try #require(rows[0].firstIndex(of: "reward"))
    let (alive, deaths) = (4, try #require(rows[0].firstIndex(of: "deaths")))
    let earned = rows.dropFirst().filter { $0[2] == "red" }.reduce(0.0) { sum, row in
      let count = (Double(row[alive]) ?? 0) + (Double(row[deaths]) ?? 0)
      return sum + (Double(row[reward]) ?? .nan) * count
    }
    #expect(abs(earned / 20 - reports[0].groups[0].reward) < 1e-4)
    // and playing is the same without measuring
    #expect(try play.run(.mixedBattle(agents: 40, density: 0.3)) == reports[1])
  }

  @Test("a recording has the same bytes with measures beside it")
  func recording() throws {
    let scratch = try Scratch()
    for name in ["plain", "measured"] {
      let world = try GridWorld(.mixedBattle(agents: 60), key: RandomKey(seed: 1))
      let measures =
        name == "plain"
        ? nil : (file: try WorldMeasureFile(scratch["a.csv"]), players: ["me, mostly", "you"])
      _ = try WorldRecorder.record(
        world, RandomPlayers(key: RandomKey(seed: 2)), steps: 9, to: scratch["\(name).world"],
        measures: measures)
    }
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: scratch["plain.world"]))
        == Data(contentsOf: URL(fileURLWithPath: scratch["measured.world"])))
    let text = try String(contentsOfFile: scratch["a.csv"], encoding: .utf8)
    #expect(text.split(separator: "\n").count == 1 + 2 * 9)
    #expect(text.contains("\n0,9,red,\"me, mostly\","))
  }

  @Test(
    "a file that is not finished leaves nothing, and a place that cannot be written is an error")
  func unfinished() throws {
    let scratch = try Scratch()
    do {
      let file = try WorldMeasureFile(scratch["a.csv"])
      _ = file.measures
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    #expect { try WorldMeasureFile(scratch.path) } throws: { error in
      (error as? UserError)?.kind == .file
    }
    #expect { try WorldMeasureFile(scratch["nowhere/a.csv"]) } throws: { error in
      (error as? UserError)?.found.contains("nowhere/a.csv") ?? false
    }
  }
}
