public import CoppiceGridWorld
public import CoppiceTensors
import Synchronization

/// A recording of a world, whose frames are read from the file as they are asked for.
///
/// Everything is checked when it is opened; a frame is then found by the index, read from the key frame
/// before it, or on from the frame that was read last.
public final class WorldRecording: Sendable {
  private struct Entry: Sendable {
    var offset: Int
    var byteCount: Int
    var isKey: Bool
  }

  private struct Cursor {
    var decoder: FrameDecoder
    var frame = WorldFrame()
    /// Which frame that is; none before the first is read.
    var index: Int?
    var bytes: [UInt8] = []
  }

  /// What stays as it is.
  public let world: RecordedWorld
  /// How many bytes the file has.
  public let byteCount: Int
  private let file: OpenFile
  private let entries: [Entry]
  private let cursor: Mutex<Cursor>

  /// How many frames there are.
  public var frameCount: Int { entries.count }

  /// Opens the recording at `path`.
  ///
  /// - Throws: `UserError` of kind `file` when it cannot be read, of kind `checkpoint` when it is none, is
  ///   not whole or was altered.
  /// - Complexity: O(bytes): every frame's checksum is compared.
  public init(_ path: String) throws(UserError) {
    let file = try OpenFile(path, .read)
    byteCount = try file.byteCount()
    let (world, start) = try Self.readHead(file, byteCount)
    entries = try Self.readIndex(file, byteCount, from: start)
    self.world = world
    self.file = file
    cursor = Mutex(Cursor(decoder: FrameDecoder(world)))
  }

  private static func readHead(
    _ file: borrowing OpenFile, _ byteCount: Int
  ) throws(UserError) -> (RecordedWorld, Int) {
    typealias Format = WorldRecordingFormat
    var head = [UInt8](repeating: 0, count: min(byteCount, Format.headByteCount))
    try file.fill(&head, at: 0)
    guard head.starts(with: Format.magic), head.count == Format.headByteCount else {
      throw UserError(
        .checkpoint, found: "\(file.path) is no recording of a world",
        expected: "a file that `coppice world record` wrote", action: "name another file")
    }
    let version = Format.number(head[8..<12])
    guard version == Format.version else {
      throw UserError(
        .checkpoint, found: "\(file.path) has format \(version)",
        expected: "format \(Format.version)", action: "read it with the version that wrote it")
    }
    let length = Format.number(head[12..<16])
    guard length <= byteCount - Format.headByteCount else { throw notWhole(file.path) }
    var encoded = [UInt8](repeating: 0, count: length)
    try file.fill(&encoded, at: Format.headByteCount)
    guard CRC32C.checksum(encoded) == UInt32(Format.number(head[16..<20])) else {
      throw altered(file.path)
    }
    return (try RecordedWorld(decoding: encoded), Format.headByteCount + length)
  }

  private static func readIndex(
    _ file: borrowing OpenFile, _ byteCount: Int, from start: Int
  ) throws(UserError) -> [Entry] {
    typealias Format = WorldRecordingFormat
    let tailStart = byteCount - Format.tailByteCount
    guard tailStart >= start else { throw notWhole(file.path) }
    var tail = [UInt8](repeating: 0, count: Format.tailByteCount)
    try file.fill(&tail, at: tailStart)
    guard Array(tail[20...]) == Format.magic.reversed() else { throw notWhole(file.path) }
    let (count, first) = (Format.number(tail[0..<8]), Format.number(tail[8..<16]))
    guard (start...tailStart).contains(first), (0...byteCount).contains(count),
      count * Format.entryByteCount == tailStart - first
    else { throw altered(file.path) }
    var index = [UInt8](repeating: 0, count: tailStart - first)
    try file.fill(&index, at: first)
    guard CRC32C.checksum(index) == UInt32(Format.number(tail[16..<20])) else {
      throw altered(file.path)
    }
    var (entries, offset, bytes): ([Entry], Int, [UInt8]) = ([], start, [])
    entries.reserveCapacity(count)
    for place in stride(from: 0, to: index.count, by: Format.entryByteCount) {
      let length = Format.number(index[place..<(place + 4)])
      let isKey = index[place + 8] == 1
      guard length <= first - offset, isKey || !entries.isEmpty else { throw altered(file.path) }
      bytes = [UInt8](repeating: 0, count: length)
      try file.fill(&bytes, at: offset)
      guard CRC32C.checksum(bytes) == UInt32(Format.number(index[(place + 4)..<(place + 8)])) else {
        throw altered(file.path)
      }
      entries.append(Entry(offset: offset, byteCount: length, isKey: isKey))
      offset += length
    }
    guard offset == first else { throw altered(file.path) }
    return entries
  }

  private static func notWhole(_ path: String) -> UserError {
    UserError(
      .checkpoint, found: "\(path) ends too early, or has more behind its end",
      expected: "a whole recording",
      action: "record it anew, or copy it again")
  }

  private static func altered(_ path: String) -> UserError {
    UserError(
      .checkpoint, found: "\(path) was altered: a checksum or a length is not its own",
      expected: "a recording as it was written", action: "record it anew, or copy it again")
  }

  /// Makes `frame` frame `index`.
  ///
  /// Any thread may ask; they wait for each other.
  ///
  /// - Throws: `UserError` of kind `file` or `checkpoint` when the file was altered since it was opened.
  /// - Precondition: There is such a frame.
  /// - Complexity: O(`N`), for as many frames as lie between it and the key frame before it, or the
  ///   frame that was read last.
  public func read(_ index: Int, into frame: inout WorldFrame) throws(UserError) {
    precondition(entries.indices.contains(index), "a frame that the recording has")
    // a lock cannot hand out what is thrown with its type
    let result: Result<WorldFrame, UserError> = cursor.withLock { cursor in
      do throws(UserError) {
        try advance(&cursor, to: index)
        return .success(cursor.frame)
      } catch {
        cursor.index = nil
        return .failure(error)
      }
    }
    frame = try result.get()
  }

  private func advance(_ cursor: inout Cursor, to index: Int) throws(UserError) {
    let key = entries[...index].lastIndex { $0.isKey } ?? 0
    var next = key
    if let last = cursor.index, last >= key, last <= index { next = last + 1 }
    while next <= index {
      let entry = entries[next]
      cursor.bytes = [UInt8](repeating: 0, count: entry.byteCount)
      try file.fill(&cursor.bytes, at: entry.offset)
      try Self.decode(&cursor)
      cursor.index = next
      next += 1
    }
  }

  private static func decode(_ cursor: inout Cursor) throws(UserError) {
    let bytes = cursor.bytes
    var failure: UserError?
    bytes.withUnsafeBytes { bytes in
      do throws(UserError) {
        try cursor.decoder.decode(bytes, &cursor.frame)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}
