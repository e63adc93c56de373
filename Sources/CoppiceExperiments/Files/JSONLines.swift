public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A log of one JSON value a line, written at its end only.
///
/// Each line reaches the system in one write, so that a program that is killed leaves at most one
/// half line, which readers skip and ``cut(after:)`` removes.
public final class JSONLines {
  /// The path of the log.
  public let path: String
  private let file: OpenFile

  /// Opens the log at `path` to write at its end; makes it where there is none.
  public init(_ path: String) throws(UserError) {
    self.path = path
    file = try OpenFile(path, .append)
  }

  /// Adds one line.
  public func append(_ value: some Encodable) throws(UserError) {
    try file.write(try JSONText.encode(value) + [0x0A])
  }

  /// Waits until all lines lie on the disk.
  public func synchronise() throws(UserError) { try file.synchronise() }

  /// Removes every line that was logged after environment step `step`, and a half line at the end.
  ///
  /// A run that continues from a checkpoint calls this, so that nothing is logged twice. Lines tell
  /// their step as `environment_step`, or as `step` where there is no environment.
  ///
  /// - Throws: `UserError` as ``length(through:)``; nothing is changed then.
  public func cut(after step: Int) throws(UserError) {
    try file.truncate(to: try length(through: step))
    try file.synchronise()
  }

  /// Removes a half line at the end, which a program that was killed left behind.
  public func cutHalfLine() throws(UserError) {
    let bytes = try OpenFile(path, .read).contents()
    let length = Self.lines(of: bytes).last.map { $0.upperBound + 1 } ?? 0
    if length < bytes.count { try file.truncate(to: length) }
  }

  /// How many bytes the lines up to environment step `step` take.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when a whole line is none of a log: lines are only
  ///   ever added, so somebody else wrote it, and what follows may matter.
  public func length(through step: Int) throws(UserError) -> Int {
    struct Line: Decodable {
      let environment_step: Int?
      let step: Int?
    }
    let bytes = try OpenFile(path, .read).contents()
    var length = 0
    for (index, range) in Self.lines(of: bytes).enumerated() {
      guard let line = try? JSONText.decode(Array(bytes[range]), as: Line.self, from: path),
        let own = line.environment_step ?? line.step
      else {
        throw UserError(
          .checkpoint, found: "\(path), line \(index + 1), is no line of a log",
          action: "restore the file from a copy, or remove that line")
      }
      if own > step { break }
      length = range.upperBound + 1
    }
    return length
  }

  /// The values of the log at `path`, without a half line at the end; none where there is no log.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when a whole line is not what was expected.
  public static func read<Value: Decodable>(
    _ path: String, as type: Value.Type = Value.self
  ) throws(UserError) -> [Value] {
    guard Folder.exists(path) else { return [] }
    let bytes = try OpenFile(path, .read).contents()
    var values: [Value] = []
    for (index, range) in lines(of: bytes).enumerated() {
      values.append(
        try JSONText.decode(Array(bytes[range]), from: "\(path), line \(index + 1),"))
    }
    return values
  }

  /// The values of the last lines of the log at `path` that can be read, of the last `byteCount` bytes
  /// alone: how far a run is that somebody else writes about.
  static func tail<Value: Decodable>(
    _ path: String, byteCount: Int = 1 << 16, as type: Value.Type = Value.self
  ) -> [Value] {
    guard let file = try? OpenFile(path, .read), let size = try? file.byteCount() else { return [] }
    var bytes = [UInt8](repeating: 0, count: min(size, byteCount))
    guard (try? file.fill(&bytes, at: size - bytes.count)) != nil else { return [] }
    return lines(of: bytes).compactMap { try? JSONText.decode(Array(bytes[$0]), from: path) }
  }

  /// Where the lines are that end with a line break, without it.
  private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      lines.append(start..<index)
      start = index + 1
    }
    return lines
  }
}
