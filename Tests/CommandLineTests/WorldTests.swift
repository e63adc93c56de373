import Foundation
import Testing

@Suite("coppice world")
struct WorldTests {
  @Test("a world that is shown is one that can be played, and shown again")
  func show() throws {
    let scratch = try Scratch()
    let shown = try Tool.run(["world", "show", "tiger-deer"])
    #expect(shown.exitCode == 0)
    #expect(shown.output.hasPrefix("width = 45\nheight = 45\nstep_limit = 300\n"))
    try Data(shown.output.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/own.toml"))
    #expect(try Tool.run(["world", "show", "own.toml"], in: scratch.path).output == shown.output)
    func digest(_ world: String, _ rest: [String] = []) throws -> String? {
      let json = try Tool.run(
        ["world", "play", world, "--steps", "9", "--json"] + rest, in: scratch.path
      ).json()
      #expect(json["schema"] as? Int == 1 && json["steps"] as? Int == 9)
      #expect(json["end"] as? String == "stopped")
      return json["digest"] as? String
    }
    let own = try digest("own.toml")
    #expect(try digest("tiger-deer") == own)
    #expect(try digest("tiger-deer", ["--threads", "2"]) == own)
    #expect(try digest("tiger-deer", ["--seed", "1"]) != own)
    let many = try Tool.run(["world", "play", "battle", "--agents", "1001", "--steps", "2"])
    #expect(many.output.contains("stopped after 2 steps, digest "))
  }

  @Test(
    "measures of a world that is played or recorded are a file, the same for any number of threads")
  func measures() throws {
    let scratch = try Scratch()
    var texts: [String] = []
    for threads in ["1", "2"] {
      let result = try Tool.run(
        [
          "world", "play", "tiger-deer", "--steps", "12", "--threads", threads, "--measures",
          "\(threads).csv",
        ], in: scratch.path)
      #expect(result.exitCode == 0, "\(result.complaints)")
      texts.append(try String(contentsOfFile: scratch["\(threads).csv"], encoding: .utf8))
    }
    #expect(texts[0] == texts[1])
    let lines = texts[0].split(separator: "\n")
    #expect(lines[0].hasPrefix("game,step,group,player,alive,deaths,kills,hits,cooperation,"))
    #expect(lines.count == 25 && lines[1].hasPrefix("0,1,deer,random,"))
    let recorded = try Tool.run(
      ["world", "record", "battle", "--steps", "3", "--out", "a.world", "--measures", "a.csv"],
      in: scratch.path)
    #expect(recorded.exitCode == 0, "\(recorded.complaints)")
    #expect(
      try String(contentsOfFile: scratch["a.csv"], encoding: .utf8).split(separator: "\n").count
        == 7)
    let nowhere = try Tool.run(
      ["world", "play", "battle", "--measures", "/nowhere/a.csv"], in: scratch.path)
    #expect(nowhere.exitCode == 74 && nowhere.complaints.contains("/nowhere/a.csv"))
  }

  @Test("each group of a world that is recorded can have a player of its own")
  func players() throws {
    let scratch = try Scratch()
    func hits(_ players: [String]) throws -> Int {
      let result = try Tool.run(
        [
          "world", "record", "pursuit", "--steps", "20", "--out", "a.world", "--measures", "a.csv",
        ] + players.flatMap { ["--player", $0] }, in: scratch.path)
      #expect(result.exitCode == 0, "\(result.complaints)")
      let rows = try String(contentsOfFile: scratch["a.csv"], encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      let own = rows.filter { $0[2] == "predator" }
      let player = players.first.map { $0.split(separator: "=")[1] } ?? "random"
      #expect(own.count == 20 && own.allSatisfy { $0[3] == player })
      return own.reduce(0) { $0 + (Int($1[7]) ?? 0) }
    }
    // prey that stays is found and struck, by chance only now and then
    #expect(
      try hits(["predator=nearest", "prey=still"]) > 2 * hits(["predator=random", "prey=still"]))
    for (player, message) in [
      ("wolf=nearest", "one of predator, prey"), ("predator=neerest", "did you mean"),
      ("predator=nearest@5%", "one who plays all the time"),
    ] {
      let wrong = try Tool.run(
        ["world", "record", "pursuit", "--player", player, "--out", "a.world"], in: scratch.path)
      #expect(wrong.exitCode == 64 && wrong.complaints.contains(message))
    }
  }

  @Test("what is wrong is one line and exit code 64")
  func errors() throws {
    let scratch = try Scratch()
    let text = "width = 9\nheight = 9\n[[groups]]\nname = \"a\"\nplacements = [{ anywhere = 60 }]\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/full.toml"))
    for (arguments, words) in [
      (["world", "show", "batle"], "did you mean \"battle\"?"),
      (["world", "show", "full.toml"], "no room for 60 a in 9 × 9 cells, but for 49"),
      (["world", "play", "battle", "--agents", "1"], "1 agents of 2 groups"),
      (["world", "show", "battle", "--density", "0.1"], "--density 0.1 without --agents"),
      (["world", "play", "battle", "--threads", "257"], "--threads is from 1 to 256"),
      (["world", "play", "battle", "--size", "9", "--agents", "9"], "--size 9 and --agents 9"),
      (
        ["world", "record", "battle", "--out", "same", "--measures", "same"],
        "same for the recording and for the measures"
      ),
    ] {
      let result = try Tool.run(arguments, in: scratch.path)
      #expect(result.exitCode == 64 && result.output.isEmpty, "\(arguments)")
      #expect(result.complaints.contains(words), "\(result.complaints)")
    }
  }
}
