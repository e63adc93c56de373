public import CoppiceTensors

/// All transitions of a run in the order in which they happened, in one file that only grows.
///
/// Checkpoints share it: each one holds a ``Position``, so that saving a replay costs what was added
/// since the last checkpoint, not the whole. A file is a header of 64 bytes and rows of equal size.
/// Going back to a checkpoint cuts off the rows that came later.
///
/// - Complexity: appending copies into a buffer of 1 MiB, which is written when it is full.
public final class ReplayFile {
  /// How far a file was written when a checkpoint was taken.
  public struct Position: Codable, Sendable, Equatable {
    /// How many rows there were.
    public var rowCount: Int
    /// The ``CRC32C`` of all of them.
    public var checksum: UInt32

    /// A position from its parts.
    public init(rowCount: Int, checksum: UInt32) {
      self.rowCount = rowCount
      self.checksum = checksum
    }

    private enum CodingKeys: String, CodingKey {
      case rowCount = "row_count"
      case checksum = "crc32c"
    }
  }

  /// The format of rows that do not say where episodes ended, and of those that do.
  public static let (formatWithoutEnds, formatWithEnds) = (1, 2)

  /// Bytes of one row.
  public let rowByteCount: Int
  private let file: OpenFile
  private var pending: [UInt8] = []
  private var writtenByteCount = 0
  private var checksum = CRC32C()

  private static let headerByteCount = 64
  private static let pendingLimit = 1 << 20

  /// An empty file at `path`, in place of what was there.
  ///
  /// - Precondition: `rowByteCount` is positive.
  public init(
    creating path: String, rowByteCount: Int, format: Int = ReplayFile.formatWithoutEnds
  ) throws(UserError) {
    precondition(rowByteCount > 0, "a row needs at least one byte")
    self.rowByteCount = rowByteCount
    file = try OpenFile(path, .replace)
    pending.reserveCapacity(Self.pendingLimit + rowByteCount)
    try file.write(Self.header(rowByteCount: rowByteCount, format: format))
  }

  /// The file at `path` as it was at `position`.
  ///
  /// Nothing is changed: rows that came later stay until ``cutLaterRows()``, which has to come before
  /// anything is appended.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when the file is too short, has rows of another
  ///   size or was altered; it is then left as it is.
  public init(
    resuming path: String, rowByteCount: Int, format: Int = ReplayFile.formatWithoutEnds,
    at position: Position
  ) throws(UserError) {
    precondition(rowByteCount > 0, "a row needs at least one byte")
    self.rowByteCount = rowByteCount
    let file = try OpenFile(path, .modify)
    let (end, overflow) = position.rowCount.multipliedReportingOverflow(by: rowByteCount)
    guard position.rowCount >= 0, !overflow, try file.byteCount() - Self.headerByteCount >= end
    else { throw Self.damaged(path, "it ends before row \(position.rowCount)") }
    var header = [UInt8](repeating: 0, count: Self.headerByteCount)
    try file.fill(&header, at: 0)
    guard header == Self.header(rowByteCount: rowByteCount, format: format) else {
      throw Self.damaged(path, "its header does not belong to this configuration")
    }
    var block = [UInt8](repeating: 0, count: Self.pendingLimit)
    var checksum = CRC32C()
    var done = 0
    while done < end {
      if end - done < block.count { block.removeLast(block.count - (end - done)) }
      try file.fill(&block, at: Self.headerByteCount + done)
      block.withUnsafeBytes { checksum.add($0) }
      done += block.count
    }
    guard checksum.value == position.checksum else {
      throw Self.damaged(path, "its rows were altered")
    }
    writtenByteCount = end
    self.checksum = checksum
    pending.reserveCapacity(Self.pendingLimit + rowByteCount)
    self.file = file
  }

  /// Removes the rows after the position that the file was resumed at.
  public func cutLaterRows() throws(UserError) {
    try flush()
    try file.truncate(to: Self.headerByteCount + writtenByteCount)
  }

  /// How far the file goes, with the rows that are still in memory.
  public var position: Position {
    Position(
      rowCount: (writtenByteCount + pending.count) / rowByteCount, checksum: checksum.value)
  }

  /// Adds rows at the end.
  ///
  /// - Precondition: `rows` are whole rows.
  public func append(_ rows: UnsafeRawBufferPointer) throws(UserError) {
    precondition(rows.count.isMultiple(of: rowByteCount), "a part of a row")
    checksum.add(rows)
    pending.append(contentsOf: rows)
    if pending.count >= Self.pendingLimit { try flush() }
  }

  /// Waits until all rows lie on the disk.
  public func synchronise() throws(UserError) {
    try flush()
    try file.synchronise()
  }

  /// Fills `bytes` with the rows `rows`, counted from the first of the run.
  ///
  /// - Precondition: `bytes` has the size of the rows.
  public func read(
    rows: Range<Int>, into bytes: UnsafeMutableRawBufferPointer
  ) throws(UserError) {
    precondition(bytes.count == rows.count * rowByteCount, "the memory does not fit the rows")
    try flush()
    let offset = Self.headerByteCount + rows.lowerBound * rowByteCount
    guard try file.read(into: bytes, at: offset) == bytes.count else {
      throw Self.damaged(file.path, "it ends before row \(rows.upperBound)")
    }
  }

  private func flush() throws(UserError) {
    guard !pending.isEmpty else { return }
    try file.write(pending)
    writtenByteCount += pending.count
    pending.removeAll(keepingCapacity: true)
  }

  private static func header(rowByteCount: Int, format: Int) -> [UInt8] {
    let text = Array("coppice replay \(format), rows of \(rowByteCount) bytes\n".utf8)
    return text + [UInt8](repeating: 0, count: headerByteCount - text.count)
  }

  private static func damaged(_ path: String, _ reason: String) -> UserError {
    UserError(
      .checkpoint, found: "\(path) is damaged (\(reason))",
      action: "resume an older checkpoint with --from STEP, or restore the file from a copy")
  }
}
