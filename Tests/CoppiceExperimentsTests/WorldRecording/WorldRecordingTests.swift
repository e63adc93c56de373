import CoppiceExperiments
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

@Suite("Recordings of worlds")
struct WorldRecordingTests {
  /// A recording, and its frames.
  private func record(_ path: String, steps: Int) throws -> [WorldFrame] {
    let world = try GridWorld(
      .mixedBattle(agents: 60, density: 0.3), key: RandomKey(seed: 1))
    let players = RandomPlayers(key: RandomKey(seed: 2))
    let (recorder, capture) = (
      try WorldRecorder(path, RecordedWorld(world)), FrameCapture(of: world)
    )
    var frames: [WorldFrame] = []
    for _ in 0..<steps {
      players.choose(in: world)
      world.step()
      var frame = WorldFrame()
      capture.take(&frame)
      try recorder.record(frame)
      frames.append(frame)
      world.clearDead()
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    try recorder.finish()
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(size == recorder.fileByteCount)
    return frames
  }

  @Test("any frame can be read at any time")
  func seeks() throws {
    let scratch = try Scratch()
    let path = scratch["a.world"]
    let frames = try record(path, steps: 100)
    let recording = try WorldRecording(path)
    #expect(recording.frameCount == 100)
    var random = RandomKey(seed: 3).stream()
    var frame = WorldFrame()
    for index in Array(0..<100) + (0..<200).map({ _ in random.nextIndex(below: 100) }) {
      try recording.read(index, into: &frame)
      #expect(frame == frames[index])
    }
  }

  @Test("a file that is cut short or altered anywhere is one clear error")
  func alteredFiles() throws {
    let scratch = try Scratch()
    _ = try record(scratch["a.world"], steps: 5)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch["a.world"]))
    let other = URL(fileURLWithPath: scratch["b.world"])
    func message(_ bytes: Data) throws -> UserError? {
      try bytes.write(to: other)
      do {
        _ = try WorldRecording(other.path)
        return nil
      } catch {
        return error
      }
    }
    #expect(try message(bytes) == nil)
    for index in bytes.indices {
      var altered = bytes
      altered[index] ^= UInt8(1 << (index % 8))
      let error = try message(altered)
      #expect(error?.kind == .checkpoint, "byte \(index)")
    }
    for count in stride(from: 0, to: bytes.count, by: 13) {
      #expect(try message(bytes.prefix(count))?.kind == .checkpoint)
    }
    #expect(try message(bytes.prefix(bytes.count / 2))?.found.contains("ends too early") == true)
    #expect(try message(bytes + [0])?.kind == .checkpoint)
  }

  @Test("one that is not finished leaves nothing, and a folder is no place")
  func unfinished() throws {
    let scratch = try Scratch()
    do {
      let world = try GridWorld(.battle(), key: RandomKey(seed: 1))
      let recorder = try WorldRecorder(scratch["a.world"], RecordedWorld(world))
      try recorder.record(WorldFrame())
      #expect(throws: UserError.self) { _ = try WorldRecorder(scratch.path, RecordedWorld(world)) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }
}
