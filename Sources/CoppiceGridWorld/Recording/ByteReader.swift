/// Reads what a ``ByteWriter`` wrote.
///
/// What lies beyond the end is read as zeros, and remembered.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0
  /// Whether something did not make sense so far.
  private(set) var isBroken = false

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Whether all was read, and made sense.
  var isComplete: Bool { !isBroken && place == bytes.count }
  /// How many bytes there still are.
  var rest: Int { bytes.count - place }

  @inline(__always)
  mutating func byte() -> UInt8 {
    guard place < bytes.count else {
      isBroken = true
      return 0
    }
    place += 1
    return bytes[place - 1]
  }

  /// A number below `limit`; 0 where it is not.
  @inline(__always)
  mutating func number(below limit: Int = 1 << 48) -> Int {
    var (value, shift) = (UInt64(0), UInt64(0))
    while shift < 56 {
      let next = byte()
      value |= UInt64(next & 127) << shift
      if next < 128 {
        guard value < UInt64(limit) else { break }
        return Int(value)
      }
      shift += 7
    }
    isBroken = true
    return 0
  }

  @inline(__always)
  mutating func signed() -> Int {
    let value = number()
    return value & 1 == 0 ? value / 2 : -(value + 1) / 2
  }

  /// How many things follow that take so many bytes at least; 0 where they cannot fit.
  mutating func count(of byteCount: Int) -> Int { number(below: rest / byteCount + 1) }

  mutating func text() -> String {
    let count = count(of: 1)
    let text = String(decoding: bytes[place..<(place + count)], as: UTF8.self)
    place += count
    return text
  }

  mutating func float() -> Double {
    var bits: UInt64 = 0
    for shift in 0..<8 { bits |= UInt64(byte()) << UInt64(8 * shift) }
    return Double(bitPattern: bits)
  }

  mutating func fail() { isBroken = true }
}
