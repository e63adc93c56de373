public import CoppiceGridWorld
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

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
  private let path: String
  private let beside: String
  private let file: OpenFile
  private var encoder = FrameEncoder()
  private var index: [UInt8] = []
  private var buffer: [UInt8] = []
  private var byteCount = 0
  private var isFinished = false

  /// How many frames there are so far.
  public private(set) var frameCount = 0
  /// How many bytes the file has, or will have.
  public var fileByteCount: Int {
    byteCount + index.count + (isFinished ? 0 : WorldRecordingFormat.tailByteCount)
  }

  /// Bytes that are written at a time.
  private static let bufferByteCount = 1 << 20

  /// Begins a recording.
  ///
  /// - Parameters:
  ///   - path: Where it will lie; a file that is there is replaced in the end.
  ///   - world: What stays as it is.
  /// - Throws: `UserError` of kind `file` when the place cannot be written.
  public init(_ path: String, _ world: RecordedWorld) throws(UserError) {
    self.path = path
    if Folder(path).exists {
      throw UserError(.file, found: "\(path) is a folder", action: "name a file, not a folder")
    }
    let beside = AtomicFile.beside(path)
    self.beside = beside
    do throws(UserError) {
      file = try OpenFile(beside, .replace)
    } catch {
      throw Self.named(error, beside, path)
    }
    let encoded = world.encoded
    buffer = WorldRecordingFormat.magic
    for number in [
      WorldRecordingFormat.version, encoded.count, Int(CRC32C.checksum(encoded)),
    ] { buffer += WorldRecordingFormat.bytes(number, 4) }
    buffer += encoded
    byteCount = buffer.count
  }

  deinit { if !isFinished { unlink(beside) } }

  /// Adds a frame.
  ///
  /// - Throws: `UserError` of kind `file` when the disk is full or fails.
  public func record(_ frame: WorldFrame) throws(UserError) {
    precondition(!isFinished, "a recording that is finished takes no more frames")
    var full = false
    encoder.encode(frame) { bytes, isKey in
      var checksum = CRC32C()
      checksum.add(bytes)
      index += WorldRecordingFormat.bytes(bytes.count, 4)
      index += WorldRecordingFormat.bytes(Int(checksum.value), 4)
      index.append(isKey ? 1 : 0)
      buffer.append(contentsOf: bytes)
      byteCount += bytes.count
      full = buffer.count >= Self.bufferByteCount
    }
    frameCount += 1
    if full { try flush() }
  }

  private func flush() throws(UserError) {
    do throws(UserError) {
      try file.write(buffer)
    } catch {
      throw Self.named(error, beside, path)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes the index and gives the file its name.
  ///
  /// - Throws: `UserError` of kind `file`; a file that was there before is then still in place.
  public func finish() throws(UserError) {
    guard !isFinished else { return }
    buffer += index
    buffer += WorldRecordingFormat.bytes(frameCount, 8)
    buffer += WorldRecordingFormat.bytes(byteCount, 8)
    buffer += WorldRecordingFormat.bytes(Int(CRC32C.checksum(index)), 4)
    buffer += WorldRecordingFormat.magic.reversed()
    try flush()
    do throws(UserError) {
      try file.synchronise()
      try Folder.rename(beside, to: path)
    } catch {
      throw Self.named(error, beside, path)
    }
    byteCount += WorldRecordingFormat.tailByteCount
    isFinished = true
  }

  /// An error that speaks of the file that was asked for.
  private static func named(_ error: UserError, _ beside: String, _ path: String) -> UserError {
    UserError(
      error.kind, found: error.found.replacing(beside, with: path), expected: error.expected,
      action: error.action)
  }
}
