import Foundation
import Testing

@Suite("coppice world record, render and watch")
struct WorldWatchingTests {
  private func record(_ scratch: Scratch) throws {
    let result = try Tool.run(
      ["world", "record", "battle", "--agents", "80", "--steps", "12", "--out", "a.world"],
      in: scratch.path)
    #expect(result.exitCode == 0 && result.output == "a.world\n")
    #expect(result.complaints.contains("13 frames") && result.complaints.contains("for each agent"))
  }

  @Test("a recording becomes a picture and a film; the same calls give the same bytes")
  func pictures() throws {
    let scratch = try Scratch()
    try record(scratch)
    let first = try Data(contentsOf: URL(fileURLWithPath: scratch["a.world"]))
    try record(scratch)
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch["a.world"])) == first)
    for (name, magic) in [
      ("a.png", [0x89, 0x50, 0x4E, 0x47]), ("a.gif", [0x47, 0x49, 0x46, 0x38]),
    ] {
      let result = try Tool.run(["world", "render", "a.world", "--out", name], in: scratch.path)
      #expect(result.exitCode == 0 && result.output == "\(name)\n", "\(result.complaints)")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch[name]))
      #expect(Array(bytes.prefix(4)) == magic.map { UInt8($0) })
    }
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: scratch.path)) == [
        "a.world", "a.png", "a.gif",
      ])
  }

  @Test("a film is what ffmpeg makes of the pictures; without it the error says so")
  func films() throws {
    let scratch = try Scratch()
    try record(scratch)
    let missing = try Tool.run(
      ["world", "render", "a.world", "--out", "a.mp4"], in: scratch.path,
      environment: ["PATH": scratch.path])
    #expect(missing.exitCode == 69)
    #expect(missing.complaint.contains("there is no ffmpeg on the PATH"))
    // one that keeps what it is given
    let script = "#!/bin/sh\nfor last; do :; done\n/bin/cat > \"$last\"\n"
    try script.write(toFile: scratch["ffmpeg"], atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: scratch["ffmpeg"])
    let made = try Tool.run(
      ["world", "render", "a.world", "--out", "a.mp4", "--scale", "2"], in: scratch.path,
      environment: ["PATH": scratch.path])
    #expect(made.exitCode == 0, "\(made.complaints)")
    let size = try FileManager.default.attributesOfItem(atPath: scratch["a.mp4"])[.size] as? Int
    // 33 cells of 2 pixels both ways, red, green and blue, 13 frames
    #expect(size == 66 * 66 * 3 * 13)
    try "#!/bin/sh\nexit 3\n".write(toFile: scratch["ffmpeg"], atomically: false, encoding: .utf8)
    let failed = try Tool.run(
      ["world", "render", "a.world", "--out", "b.mp4"], in: scratch.path,
      environment: ["PATH": scratch.path])
    #expect(failed.exitCode == 74 && failed.complaint.contains("ffmpeg failed"))
    #expect(!FileManager.default.fileExists(atPath: scratch["b.mp4"]))
  }

  @Test("bad input is one line and an exit code")
  func badInput() throws {
    let scratch = try Scratch()
    try record(scratch)
    let whole = try Data(contentsOf: URL(fileURLWithPath: scratch["a.world"]))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: scratch["half.world"]))
    try Data("hello".utf8).write(to: URL(fileURLWithPath: scratch["text.world"]))
    for (arguments, exitCode, message) in [
      (["render", "half.world", "--out", "b.png"], 65, "half.world ends too early"),
      (["watch", "half.world"], 65, "half.world ends too early"),
      (["render", "text.world", "--out", "b.png"], 65, "text.world is no recording"),
      (["render", "nowhere.world", "--out", "b.png"], 74, "nowhere.world"),
      (["render", "a.world", "--out", "b.jpg"], 64, ".png, .gif or .mp4"),
      (["render", "a.world", "--out", "b.png", "--frame", "13"], 64, "there are 13 frames"),
      (["render", "a.world", "--out", "b.gif", "--frame", "3"], 64, "--frame for b.gif"),
      (["render", "a.world", "--out", "b.png", "--every", "3"], 64, "--every for b.png"),
      (["render", "a.world", "--out", "/proc/b.png"], 74, "/proc/b.png"),
      (["record", "batle"], 64, "did you mean \"battle\"?"),
      (["watch", "batle"], 64, "did you mean \"battle\"?"),
      (["record", "battle", "--agents", "1"], 64, "1 agents of 2 groups"),
      (["record", "battle", "--agents", "many"], 64, "at least 1"),
      (["record", "battle", "--steps", "1", "--out", "/proc/x"], 74, "/proc/x"),
      (["record", "battle", "--steps", "1", "--out", "/"], 74, "is a folder"),
      (["watch", "a.world", "--port", "99999"], 64, "from 0 to 65535"),
    ] as [([String], Int32, String)] {
      let result = try Tool.run(["world"] + arguments, in: scratch.path)
      #expect(result.exitCode == exitCode, "\(arguments): \(result.complaints)")
      #expect(result.complaints.contains(message), "\(result.complaints)")
      #expect(result.output.isEmpty)
    }
  }
}
