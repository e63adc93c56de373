import CoppiceExperiments
import CoppiceTensors
import Foundation
import Testing

@Suite("Checkpoints")
struct CheckpointStoreTests {
  private func contents(_ step: Int) -> CheckpointContents {
    var policy = NamedTensors()
    policy.set("weights", (0..<50).map { Float($0 + step) })
    var clocks = NamedTensors()
    clocks.set("step", [Int64(step)])
    return CheckpointContents(
      step: step, state: .table(["gradient_step": .integer(step - 3), "x": .number(0.1)]),
      replay: ReplayFile.Position(rowCount: step, checksum: 77),
      files: [
        CheckpointContents.File("policy", policy), CheckpointContents.File("clocks", clocks),
      ])
  }

  @Test("what was written is loaded")
  func roundTrip() throws {
    let scratch = try Scratch()
    let store = CheckpointStore(scratch["checkpoints"])
    try store.write(contents(1000))
    #expect(try store.load(step: 1000) == contents(1000))
    #expect(try store.latest() == contents(1000))
    #expect(store.path(step: 1000) == scratch["checkpoints/1000"])
  }

  @Test("the newest ones stay, and the one just written always does")
  func keep() throws {
    let scratch = try Scratch()
    let store = CheckpointStore(scratch["checkpoints"])
    for step in [5, 10, 100, 20] { try store.write(contents(step), keep: 2) }
    // 100 is later than the run that writes 20, so it is not that run's to remove
    #expect(try store.steps() == [10, 20, 100])
    try store.discard(after: 20)
    #expect(try store.steps() == [10, 20])
    try store.write(contents(30), keep: 1)
    #expect(try store.steps() == [30])
    try store.write(contents(30), keep: 1)
    #expect(try store.latest() == contents(30))
  }

  @Test("equal contents give equal bytes")
  func determinism() throws {
    let scratch = try Scratch()
    try CheckpointStore(scratch["a"]).write(contents(7))
    try CheckpointStore(scratch["b"]).write(contents(7))
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch["a/7"])
    #expect(Set(names) == ["policy.safetensors", "clocks.safetensors", "state.json"])
    for name in names {
      #expect(try scratch.bytes("a/7/\(name)") == scratch.bytes("b/7/\(name)"))
    }
  }

  @Test(
    "no altered byte and no truncation of any file goes unnoticed, and the message names the file")
  func altered() throws {
    let scratch = try Scratch()
    let store = CheckpointStore(scratch["c"])
    try store.write(contents(1))
    try store.write(contents(2))
    for name in ["policy.safetensors", "clocks.safetensors", "state.json"] {
      let path = "c/2/\(name)"
      let whole = try scratch.bytes(path)
      var damaged: [[UInt8]] = [[], Array(whole.dropLast(10)), whole + [0]]
      for index in stride(from: 0, to: whole.count, by: max(1, whole.count / 97)) {
        var bytes = whole
        bytes[index] ^= 0x10
        damaged.append(bytes)
      }
      for bytes in damaged {
        try scratch.write(bytes, to: path)
        guard let error = #expect(throws: UserError.self, performing: { try store.latest() })
        else { return }
        #expect(error.kind == .checkpoint)
        #expect(error.found.contains(scratch["c/2/"]), "\(error)")
        #expect(error.action.contains("--from"))
      }
      try FileManager.default.removeItem(atPath: scratch[path])
      #expect(throws: UserError.self) { try store.latest() }
      try scratch.write(whole, to: path)
    }
    #expect(try store.load(step: 1) == contents(1))
    #expect(try store.latest() == contents(2))
  }

  @Test("what an interrupted write left is never taken for a checkpoint, and goes away")
  func leftovers() throws {
    let scratch = try Scratch()
    let store = CheckpointStore(scratch["c"])
    try store.write(contents(1))
    try Folder(scratch["c/.partial-2"]).create()
    try scratch.write([1], to: "c/.partial-2/policy.safetensors")
    try Folder(scratch["c/007"]).create()
    #expect(try store.steps() == [1])
    try store.tidy()
    #expect(!Folder.exists(scratch["c/.partial-2"]))
    // killed between the two renames of a replacement
    try Folder.rename(scratch["c/1"], to: scratch["c/.replaced-1"])
    try store.tidy()
    #expect(try store.latest() == contents(1))
  }

  @Test("a checkpoint that is not there is named with those that are")
  func missing() throws {
    let scratch = try Scratch()
    let store = CheckpointStore(scratch["c"])
    #expect(throws: UserError.self) { try store.latest() }
    try store.write(contents(4))
    let error = #expect(throws: UserError.self) { try store.load(step: 5) }
    #expect(error?.expected == "one of 4")
  }

  @Test("a folder that cannot be written is an error, and earlier checkpoints stay")
  func unwritable() throws {
    let scratch = try Scratch()
    let store = CheckpointStore(scratch["c"])
    try store.write(contents(1))
    // a file where the hidden folder would be made cannot be in the way
    try scratch.write([0], to: "c/.partial-2")
    try store.write(contents(2), keep: 5)
    #expect(try store.steps() == [1, 2])
    let blocked = CheckpointStore(scratch["c/1/state.json"])
    let error = #expect(throws: UserError.self) { try blocked.write(contents(3)) }
    #expect(error?.kind == .file)
    #expect(try store.load(step: 1) == contents(1))
  }
}
