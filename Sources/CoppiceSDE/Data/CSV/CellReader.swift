import CoppiceTensors

/// The cells of a text of comma-separated values, row by row, in one pass and without copies.
///
/// As RFC 4180 has them, with ends of line of any system; lines that are empty or begin with `#` are passed over. A
/// cell in quotes may hold commas and, doubled, quotes, but no end of line.
struct CellReader {
  /// The text.
  let bytes: UnsafeBufferPointer<UInt8>
  /// Where it is from, for messages.
  let path: String
  /// The number of the row that was read last, counted in lines from 1.
  private(set) var line = 0
  /// The cells of the row that was read last, without their quotes.
  private(set) var cells: [Range<Int>] = []

  private var position = 0
  private let endOfLine: UInt8

  /// A reader before the first row.
  init(_ bytes: UnsafeBufferPointer<UInt8>, from path: String) {
    (self.bytes, self.path) = (bytes, path)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    // some programs still end lines as the first Macintosh did
    let hasReturnsAlone = bytes.contains(UInt8(ascii: "\r")) && !bytes.contains(UInt8(ascii: "\n"))
    endOfLine = UInt8(ascii: hasReturnsAlone ? "\r" : "\n")
  }

  /// Goes on to the next row.
  ///
  /// - Returns: Whether there was one.
  /// - Throws: `UserError` of kind `configuration` when a quote does not end.
  mutating func next() throws(UserError) -> Bool {
    while position < bytes.count {
      line += 1
      switch bytes[position] {
      case UInt8(ascii: "#"): skipLine()
      case endOfLine: position += 1
      case UInt8(ascii: "\r") where position + 1 == bytes.count || isEnd(position + 1):
        skipLine()
      default:
        try readRow()
        return true
      }
    }
    return false
  }

  /// The bytes of a cell.
  func cell(_ index: Int) -> UnsafeBufferPointer<UInt8>.SubSequence { bytes[cells[index]] }

  /// A cell as text, its doubled quotes as single ones.
  func text(_ index: Int) -> String {
    String(decoding: cell(index), as: UTF8.self).replacing("\"\"", with: "\"")
  }

  /// An error about the row that was read last.
  func error(_ found: String, expected: String = "", action: String) -> UserError {
    UserError(
      .configuration, found: "\(path), line \(line): \(found)", expected: expected, action: action)
  }

  private func isEnd(_ index: Int) -> Bool { bytes[index] == endOfLine }

  private mutating func skipLine() {
    while position < bytes.count, !isEnd(position) { position += 1 }
    position += 1
  }

  private mutating func readRow() throws(UserError) {
    cells.removeAll(keepingCapacity: true)
    while true {
      let isQuoted = position < bytes.count && bytes[position] == UInt8(ascii: "\"")
      if isQuoted { try readQuoted() } else { readPlain() }
      guard position < bytes.count else { return }
      position += 1
      if isEnd(position - 1) { return }
    }
  }

  /// Reads up to the comma or the end of the line.
  private mutating func readPlain() {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: ","), !isEnd(position) {
      position += 1
    }
    let endsLine = position == bytes.count || isEnd(position)
    let hasReturn = endsLine && position > start && bytes[position - 1] == UInt8(ascii: "\r")
    cells.append(start..<(hasReturn ? position - 1 : position))
  }

  private mutating func readQuoted() throws(UserError) {
    let start = position + 1
    position = start
    while position < bytes.count, !isEnd(position) {
      guard bytes[position] == UInt8(ascii: "\"") else {
        position += 1
        continue
      }
      if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") {
        position += 2
        continue
      }
      cells.append(start..<position)
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "\r") { position += 1 }
      guard position == bytes.count || isEnd(position) || bytes[position] == UInt8(ascii: ",")
      else { break }
      return
    }
    throw error(
      "a cell in quotes that does not end with them", expected: "a quote, then a comma",
      action: "mend the quotes")
  }
}
