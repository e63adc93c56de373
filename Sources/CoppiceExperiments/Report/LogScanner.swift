#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads the numbers of a log of flat JSON objects, many times as fast as a decoder that keeps them.
///
/// It knows what logs have, names with numbers, lists of numbers or the words of numbers that are not
/// finite, and refuses anything else.
struct LogScanner {
  /// A number under a name, or the sum of a list.
  struct Entry {
    /// Which of the wanted names.
    var name: Int
    /// The number, or the sum of those of a list in their order.
    var sum: Double
    /// How many numbers the list has; 1 where there is no list.
    var count: Int
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let wanted: [[UInt8]]
  private var place = 0

  /// A scanner of `bytes`, which end with a zero.
  init(_ bytes: UnsafeBufferPointer<UInt8>, wanted: [[UInt8]]) {
    self.bytes = bytes
    self.wanted = wanted
  }

  /// The wanted numbers of the line that begins at `start` and ends before the line break at `end`.
  ///
  /// - Parameters:
  ///   - start: Where the line begins.
  ///   - end: Where its line break is.
  ///   - entries: What is found, in place of what it held.
  /// - Returns: Whether the line is one of a log.
  mutating func read(from start: Int, to end: Int, into entries: inout [Entry]) -> Bool {
    entries.removeAll(keepingCapacity: true)
    place = start
    guard take("{") else { return false }
    if take("}") { return atEnd(end) }
    repeat {
      guard let name = string(before: end), take(":") else { return false }
      let index = wanted.firstIndex { known in
        known.count == name.count && known.elementsEqual(bytes[name])
      }
      guard let value = value(before: end, index != nil) else { return false }
      if let index { entries.append(Entry(name: index, sum: value.sum, count: value.count)) }
    } while take(",")
    return take("}") && atEnd(end)
  }

  private mutating func value(before end: Int, _ isWanted: Bool) -> (sum: Double, count: Int)? {
    guard take("[") else {
      return number(before: end, isWanted).map { ($0, 1) }
    }
    if take("]") { return (0, 0) }
    var (sum, count) = (0.0, 0)
    repeat {
      guard let value = number(before: end, isWanted) else { return nil }
      sum += value
      count += 1
    } while take(",")
    return take("]") ? (sum, count) : nil
  }

  private mutating func number(before end: Int, _ isWanted: Bool) -> Double? {
    skipSpaces()
    if bytes[place] == UInt8(ascii: "\"") {
      return string(before: end).flatMap { Double(String(decoding: bytes[$0], as: UTF8.self)) }
    }
    let start = place
    var digitCount = 0
    scan: while place < end {
      switch bytes[place] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digitCount += 1
      case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
        UInt8(ascii: "E"):
        break
      default: break scan
      }
      place += 1
    }
    guard digitCount > 0, let base = bytes.baseAddress else { return nil }
    guard isWanted else { return 0 }
    return (base + start).withMemoryRebound(to: CChar.self, capacity: place - start + 1) { text in
      var stop: UnsafeMutablePointer<CChar>?
      let value = strtod(text, &stop)
      return stop.map { UnsafePointer($0) - text } == place - start ? value : nil
    }
  }

  private mutating func string(before end: Int) -> Range<Int>? {
    guard take("\"") else { return nil }
    let start = place
    while place < end, bytes[place] != UInt8(ascii: "\"") {
      if bytes[place] == UInt8(ascii: "\\") { return nil }
      place += 1
    }
    guard place < end else { return nil }
    place += 1
    return start..<(place - 1)
  }

  private mutating func skipSpaces() {
    while bytes[place] == 0x20 || bytes[place] == 0x09 || bytes[place] == 0x0D { place += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func atEnd(_ end: Int) -> Bool {
    skipSpaces()
    return place == end
  }
}
