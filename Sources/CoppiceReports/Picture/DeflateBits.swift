/// The bits of a deflate block with the fixed codes.
///
/// ## Source
/// Deutsch 1996, RFC 1951, sections 3.2.5 and 3.2.6.
struct DeflateBits {
  private var bytes: [UInt8]
  private var held: UInt64 = 0
  private var heldBits: UInt64 = 0

  /// Bits that follow `head`.
  init(_ head: [UInt8]) { bytes = head }

  /// All bytes, the last one filled up with zeros.
  var finished: [UInt8] { heldBits > 0 ? bytes + [UInt8(truncatingIfNeeded: held)] : bytes }

  /// Adds the `count` lowest bits of `value`, the lowest first.
  mutating func add(_ value: Int, _ count: Int) {
    held |= UInt64(value) << heldBits
    heldBits += UInt64(count)
    while heldBits >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: held))
      (held, heldBits) = (held >> 8, heldBits - 8)
    }
  }

  /// Adds a code, which comes the highest bit first.
  private mutating func code(_ value: Int, _ count: Int) {
    var reversed = 0
    for bit in 0..<count where value >> bit & 1 == 1 { reversed |= 1 << (count - 1 - bit) }
    add(reversed, count)
  }

  /// A byte as it is.
  mutating func literal(_ byte: UInt8) { symbol(Int(byte)) }

  /// The byte before, so many times more, from 3 to 258.
  mutating func repetition(_ length: Int) {
    var (first, extra, symbol) = (3, 0, 257)
    // lengths lie in fours that share a number of further bits; 258 has a symbol of its own
    while length != 258, length >= first + 1 << extra {
      first += 1 << extra
      symbol += 1
      if symbol >= 265, (symbol - 265).isMultiple(of: 4) { extra += 1 }
    }
    self.symbol(length == 258 ? 285 : symbol)
    if length != 258 { add(length - first, extra) }
    code(0, 5)
  }

  /// The end of the block.
  mutating func endOfBlock() { symbol(256) }

  private mutating func symbol(_ value: Int) {
    switch value {
    case ..<144: code(0x30 + value, 8)
    case ..<256: code(0x190 + value - 144, 9)
    case ..<280: code(value - 256, 7)
    default: code(0xC0 + value - 280, 8)
    }
  }
}
