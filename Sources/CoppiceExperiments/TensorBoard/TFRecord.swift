/// Frames that tell where a record ends and whether it is whole, as TensorFlow writes them.
///
/// A record is its length (64 bits, little endian), the masked checksum of these eight bytes, its bytes,
/// and their masked checksum.
///
/// ## Source
/// TensorFlow, `tensorflow/core/lib/io/record_writer.h`, for the layout, and `lib/hash/crc32c.h` for the
/// mask.
package enum TFRecord {
  /// `record` in its frame.
  package static func frame(_ record: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(record.count))
    return length + littleEndian(maskedChecksum(length[...])) + record
      + littleEndian(maskedChecksum(record[...]))
  }

  /// The records of a file, up to the first that is torn or damaged.
  package static func records(in file: [UInt8]) -> [[UInt8]] {
    var records: [[UInt8]] = []
    var rest = file[...]
    while rest.count >= frameByteCount {
      let length = rest.prefix(8)
      let count: UInt64 = number(length)
      guard number(rest.dropFirst(8).prefix(4)) == maskedChecksum(length),
        count <= rest.count - frameByteCount
      else { break }
      let record = rest.dropFirst(12).prefix(Int(count))
      guard number(rest.dropFirst(12 + record.count).prefix(4)) == maskedChecksum(record) else {
        break
      }
      records.append(Array(record))
      rest = rest.dropFirst(frameByteCount + record.count)
    }
    return records
  }

  private static let frameByteCount = 8 + 4 + 4

  /// A checksum that may itself be part of what is summed up.
  private static func maskedChecksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var checksum = CRC32C()
    bytes.withUnsafeBytes { checksum.add($0) }
    let rotated = checksum.value >> 15 | checksum.value << 17
    return rotated &+ 0xA282_EAD8
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Number {
    bytes.reversed().reduce(0) { $0 << 8 | Number($1) }
  }
}
