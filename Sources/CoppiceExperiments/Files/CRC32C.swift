/// The checksum that tells whether a file was altered: CRC-32 with Castagnoli's polynomial.
///
/// Give it the bytes in pieces of any size; the value depends on the bytes alone.
///
/// - Complexity: eight table look-ups for eight bytes.
///
/// ## Source
/// RFC 3720, appendix B.4, for the polynomial and the known answers.
public struct CRC32C: Sendable, Equatable {
  /// The checksum of everything so far.
  public private(set) var value: UInt32

  /// The checksum of nothing, or a checksum to continue.
  public init(continuing value: UInt32 = 0) { self.value = value }

  /// The checksum of `bytes`.
  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var checksum = CRC32C()
    bytes.withUnsafeBytes { checksum.add($0) }
    return checksum.value
  }

  /// Takes in `bytes`.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var sum = ~value
    Self.tables.withUnsafeBufferPointer { table in
      var index = 0
      while index + 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
        let mixed = word ^ UInt64(sum)
        sum = 0
        for byte in 0..<8 {
          sum ^= table[(7 - byte) * 256 + Int((mixed >> (8 * UInt64(byte))) & 0xFF)]
        }
        index += 8
      }
      while index < bytes.count {
        sum = (sum >> 8) ^ table[Int((sum ^ UInt32(bytes[index])) & 0xFF)]
        index += 1
      }
    }
    value = ~sum
  }

  /// Eight tables of 256: table `k` gives what a byte becomes after `k` further zero bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var sum = UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0x82F6_3B78 : sum >> 1 }
      tables[byte] = sum
    }
    for table in 1..<8 {
      for byte in 0..<256 {
        let before = tables[(table - 1) * 256 + byte]
        tables[table * 256 + byte] = (before >> 8) ^ tables[Int(before & 0xFF)]
      }
    }
    return tables
  }()
}
