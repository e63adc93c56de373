public import CoppiceGridWorld
public import CoppiceTensors

/// Writes a recording of a world to a file, frame by frame.
///
/// The file takes its name when it is finished; until then a hidden file beside it grows. One that is not
/// finished leaves nothing.
///
/// ```swift
/// let recorder = try WorldRecorder("battle.world", RecordedWorld(world))
/// try recorder.record(frame)
/// try recorder.finish()
/// ```
public final class WorldRecorder {
  private let file: GrowingFile
  private var encoder = FrameEncoder()
  private var index: [UInt8] = []
  private var byteCount = 0
  private var isFinished = false

  /// How many frames there are so far.
  public private(set) var frameCount = 0
  /// How many bytes the file has, or will have.
  public var fileByteCount: Int {
    byteCount + index.count + (isFinished ? 0 : WorldRecordingFormat.tailByteCount)
  }

  /// Begins a recording.
  ///
  /// - Parameters:
  ///   - path: Where it will lie; a file that is there is replaced in the end.
  ///   - world: What stays as it is.
  /// - Throws: `UserError` of kind `file` when the place cannot be written.
  public init(_ path: String, _ world: RecordedWorld) throws(UserError) {
    file = try GrowingFile(path)
    let encoded = world.encoded
    var head = WorldRecordingFormat.magic
    for number in [
      WorldRecordingFormat.version, encoded.count, Int(CRC32C.checksum(encoded)),
    ] { head += WorldRecordingFormat.bytes(number, 4) }
    head += encoded
    byteCount = head.count
    try file.append(head)
  }

  /// Adds a frame.
  ///
  /// - Throws: `UserError` of kind `file` when the disk is full or fails.
  public func record(_ frame: WorldFrame) throws(UserError) {
    precondition(!isFinished, "a recording that is finished takes no more frames")
    try encoder.encode(frame) { bytes, isKey throws(UserError) in
      var checksum = CRC32C()
      checksum.add(bytes)
      index += WorldRecordingFormat.bytes(bytes.count, 4)
      index += WorldRecordingFormat.bytes(Int(checksum.value), 4)
      index.append(isKey ? 1 : 0)
      byteCount += bytes.count
      try file.append(bytes)
    }
    frameCount += 1
  }

  /// Writes the index and gives the file its name.
  ///
  /// - Throws: `UserError` of kind `file`; a file that was there before is then still in place.
  public func finish() throws(UserError) {
    guard !isFinished else { return }
    var tail = index
    tail += WorldRecordingFormat.bytes(frameCount, 8)
    tail += WorldRecordingFormat.bytes(byteCount, 8)
    tail += WorldRecordingFormat.bytes(Int(CRC32C.checksum(index)), 4)
    tail += WorldRecordingFormat.magic.reversed()
    try file.append(tail)
    try file.finish()
    byteCount += WorldRecordingFormat.tailByteCount
    isFinished = true
  }
}
