import CoppiceExperiments
import CoppiceTensors
import Testing

@Suite("Event files of TensorBoard")
struct EventFileTests {
  private static let events = [
    ScalarEvent(wallTime: 1.5, step: 100, values: ["train/value": -0.25, "train/episodes": 0]),
    ScalarEvent(wallTime: 2, step: 200, values: ["evaluation/return": .infinity]),
  ]

  /// The bytes of the only event file in `folder`.
  private func bytes(_ folder: Folder) throws -> [UInt8] {
    let names = try folder.names()
    #expect(names.count == 1)
    return try OpenFile(folder[try #require(names.first)], .read).contents()
  }

  @Test("a frame is that of TensorBoard's own writer")
  func frame() {
    // RecordWriter of tensorboard 2.21.0, for Event(wall_time=0, file_version="brain.Event:2")
    let written: [UInt8] = [
      0x0F, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x6D, 0x53, 0x2B, 0x09, 0x1A, 0x0D, 0x62,
      0x72, 0x61, 0x69, 0x6E, 0x2E, 0x45, 0x76, 0x65, 0x6E, 0x74, 0x3A, 0x32, 0xFC, 0x98, 0x51,
      0x29,
    ]
    let record = [0x1A, 13] + Array("brain.Event:2".utf8)
    #expect(TFRecord.frame(record) == written)
    #expect(TFRecord.records(in: written + written) == [record, record])
    #expect(TFRecord.records(in: TFRecord.frame([])) == [[]])
  }

  @Test("an event has the fields that TensorBoard reads, a zero included")
  func encoding() throws {
    let scratch = try Scratch()
    let folder = Folder(scratch["events"])
    _ = try EventFile(in: folder, holding: Array(Self.events.prefix(1)))
    let records = TFRecord.records(in: try bytes(folder))
    #expect(records.count == 3)
    // field 1, wall time; then field 3, file_version
    #expect(records[0].first == 0x09)
    #expect(Array(records[0].dropFirst(9)) == [0x1A, 13] + Array("brain.Event:2".utf8))
    // field 7, a session log whose status is START
    #expect(Array(records[1].dropFirst(9)) == [0x3A, 2, 0x08, 1])
    let expected: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F]  // 1.5 as a double
      + [0x10, 100]  // the step
      + [0x2A, 43]  // a summary of two values, by tag
      + [0x0A, 21, 0x0A, 14] + Array("train/episodes".utf8) + [0x15, 0, 0, 0, 0]
      + [0x0A, 18, 0x0A, 11] + Array("train/value".utf8) + [0x15, 0, 0, 0x80, 0xBE]
    #expect(records[2] == expected)
  }

  @Test("what was written is read, and a torn or damaged end is passed over")
  func tornEnd() throws {
    let scratch = try Scratch()
    let folder = Folder(scratch["events"])
    let file = try EventFile(in: folder, holding: Array(Self.events.prefix(1)))
    try file.append(Self.events[1])
    try file.synchronise()
    #expect(try EventFile.read(folder) == Self.events)
    let path = folder[try #require(try folder.names().first)]
    let whole = try bytes(folder)
    for length in whole.count - 20..<whole.count {
      try AtomicFile.write(Array(whole.prefix(length)), to: path)
      #expect(try EventFile.read(folder) == Array(Self.events.prefix(1)))
    }
    var damaged = whole
    damaged[whole.count - 10] ^= 1
    try AtomicFile.write(damaged, to: path)
    #expect(try EventFile.read(folder) == Array(Self.events.prefix(1)))
    // a length that no file has
    let endless = [UInt8](repeating: 0xFF, count: 40)
    #expect(TFRecord.records(in: TFRecord.frame([1]) + endless) == [[1]])
  }

  @Test("a new file has a later name, takes the place of the old one and leaves other files alone")
  func replacement() throws {
    let scratch = try Scratch()
    let folder = Folder(scratch["events"])
    var last = ""
    for _ in 0..<3 {
      _ = try EventFile(in: folder, holding: Self.events)
      let name = try #require(try folder.names().last)
      #expect(name > last)
      #expect(try EventFile.read(folder) == Self.events)
      last = name
    }
    try AtomicFile.write([1], to: folder["mine"])
    _ = try EventFile(in: folder, holding: [])
    #expect(try folder.names().count == 2)
    #expect(try EventFile.read(folder) == [])
  }
}
