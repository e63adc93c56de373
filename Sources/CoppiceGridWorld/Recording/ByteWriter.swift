import CoppiceTensors

/// Bytes that grow at their end; their memory is kept for the next use.
struct ByteWriter {
  private var memory = AlignedBuffer<UInt8>(count: 1024)
  private(set) var count = 0

  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: memory.pointer, count: count)
  }

  mutating func removeAll() { count = 0 }

  /// Makes room, so that as many bytes can be written.
  mutating func reserve(_ more: Int) {
    guard count + more > memory.count else { return }
    let larger = AlignedBuffer<UInt8>(count: max(count + more, 2 * memory.count))
    larger.pointer.update(from: memory.pointer, count: count)
    memory = larger
  }

  /// Writes a byte; there has to be room.
  @inline(__always)
  mutating func byte(_ value: UInt8) {
    memory.pointer[count] = value
    count += 1
  }

  /// Writes 7 bits to a byte, the lowest first, at most 10 bytes; there has to be room.
  @inline(__always)
  mutating func number(_ value: Int) {
    var rest = UInt64(value)
    while rest >= 128 {
      byte(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    byte(UInt8(rest))
  }

  /// The same for numbers of either sign, in the order 0, -1, 1, -2 and so on.
  @inline(__always)
  mutating func signed(_ value: Int) { number(value >= 0 ? 2 * value : -2 * value - 1) }

  mutating func text(_ text: String) {
    reserve(10 + text.utf8.count)
    number(text.utf8.count)
    for value in text.utf8 { byte(value) }
  }

  mutating func float(_ value: Double) {
    reserve(8)
    for shift in 0..<8 { byte(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * shift))) }
  }
}
