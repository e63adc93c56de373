import CoppiceExperiments
import CoppiceTensors
import Testing

@Suite("The replay file")
struct ReplayFileTests {
  private static let rowByteCount = 24

  private func rows(_ range: Range<Int>) -> [UInt8] {
    range.flatMap { row in
      (0..<Self.rowByteCount).map { UInt8(truncatingIfNeeded: row * 31 + $0 * 7) }
    }
  }

  private func append(_ range: Range<Int>, to file: ReplayFile) throws {
    try rows(range).withUnsafeBytes { try file.append($0) }
  }

  private func read(_ range: Range<Int>, from file: ReplayFile) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count * Self.rowByteCount)
    try bytes.withUnsafeMutableBytes { try file.read(rows: range, into: $0) }
    return bytes
  }

  @Test("rows are read as they were appended, also those that are not written yet")
  func roundTrip() throws {
    let scratch = try Scratch()
    let file = try ReplayFile(creating: scratch["r"], rowByteCount: Self.rowByteCount)
    try append(0..<100_000, to: file)
    try append(100_000..<100_007, to: file)
    #expect(try read(99_998..<100_005, from: file) == rows(99_998..<100_005))
    #expect(file.position.rowCount == 100_007)
    #expect(file.position.checksum == CRC32C.checksum(rows(0..<100_007)))
  }

  @Test("going back to a position cuts off what came later and goes on as before")
  func resume() throws {
    let scratch = try Scratch()
    var position = ReplayFile.Position(rowCount: 0, checksum: 0)
    do {
      let file = try ReplayFile(creating: scratch["r"], rowByteCount: Self.rowByteCount)
      try append(0..<50, to: file)
      position = file.position
      try append(900..<940, to: file)
      try file.synchronise()
    }
    let file = try ReplayFile(
      resuming: scratch["r"], rowByteCount: Self.rowByteCount, at: position)
    #expect(file.position == position)
    try file.cutLaterRows()
    try append(50..<80, to: file)
    try file.synchronise()

    let straight = try ReplayFile(creating: scratch["s"], rowByteCount: Self.rowByteCount)
    try append(0..<80, to: straight)
    try straight.synchronise()
    #expect(try scratch.bytes("r") == scratch.bytes("s"))
    #expect(file.position == straight.position)
  }

  @Test("an altered, short or foreign file is refused and left as it is")
  func damaged() throws {
    let scratch = try Scratch()
    let file = try ReplayFile(creating: scratch["r"], rowByteCount: Self.rowByteCount)
    try append(0..<50, to: file)
    try file.synchronise()
    let position = file.position
    let whole = try scratch.bytes("r")
    var flipped = whole
    flipped[64 + 700] ^= 1
    var foreign = whole
    foreign[3] ^= 1
    for bytes in [flipped, foreign, Array(whole.dropLast()), Array(whole[..<10]), []] {
      try scratch.write(bytes, to: "r")
      let error = #expect(throws: UserError.self) {
        _ = try ReplayFile(
          resuming: scratch["r"], rowByteCount: Self.rowByteCount, at: position)
      }
      #expect(error?.kind == .checkpoint)
      #expect(error?.found.contains(scratch["r"]) == true)
      #expect(try scratch.bytes("r") == bytes)
    }
    try scratch.write(whole, to: "r")
    #expect(throws: UserError.self) {
      _ = try ReplayFile(resuming: scratch["r"], rowByteCount: 25, at: position)
    }
    for rowCount in [-1, Int.max] {
      #expect(throws: UserError.self) {
        _ = try ReplayFile(
          resuming: scratch["r"], rowByteCount: Self.rowByteCount,
          at: ReplayFile.Position(rowCount: rowCount, checksum: 0))
      }
    }
  }
}
