/// The parts of a recording's file that stand at known places.
///
/// A file is a head, the frames, an index of them and a tail, in this order; numbers are little-endian.
///
/// | Part | Bytes |
/// | --- | --- |
/// | head | ``magic``, format (4), length of the world (4), its CRC-32C (4), the world |
/// | frames | as ``FrameEncoder`` writes them |
/// | index | for each frame: length (4), CRC-32C (4), 1 for key frames (1) |
/// | tail | frames (8), where the index begins (8), its CRC-32C (4), ``magic`` backwards (8) |
enum WorldRecordingFormat {
  static let magic = Array("COPWORLD".utf8)
  static let version = 1
  static let headByteCount = 20
  static let entryByteCount = 9
  static let tailByteCount = 28

  /// The bytes of a number.
  static func bytes(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// The number of bytes.
  static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
