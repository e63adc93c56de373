/// A picture as PNG: a byte for each pixel, rows as differences from those above them.
///
/// ## Source
/// W3C 2003, "Portable Network Graphics Specification, second edition"; Deutsch 1996, RFC 1950 and RFC 1951.
/// **Differences**: of all that deflate can do, only stretches of one byte are made shorter. Pictures of large
/// cells are mostly that.
public enum PNGImage {
  /// The bytes of a file.
  public static func encoded(_ picture: IndexedPicture) -> [UInt8] {
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let crc = crcTable
    func add(_ name: String, _ data: [UInt8]) {
      let named = Array(name.utf8) + data
      var sum = UInt32.max
      for byte in named { sum = crc[Int((sum ^ UInt32(byte)) & 255)] ^ sum >> 8 }
      bytes += bigEndian(UInt32(data.count)) + named + bigEndian(~sum)
    }
    add(
      "IHDR",
      bigEndian(UInt32(picture.width)) + bigEndian(UInt32(picture.height)) + [8, 3, 0, 0, 0])
    add("PLTE", picture.colours.flatMap { [$0.red, $0.green, $0.blue] })
    add("IDAT", compressed(filtered(picture)))
    add("IEND", [])
    return bytes
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static var crcTable: [UInt32] {
    (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
  }

  /// Every row as its difference from the one above, which is filter 2.
  private static func filtered(_ picture: IndexedPicture) -> [UInt8] {
    let (width, pixels) = (picture.width, picture.pixels)
    var bytes: [UInt8] = []
    bytes.reserveCapacity((width + 1) * picture.height)
    for row in 0..<picture.height {
      bytes.append(2)
      for pixel in (row * width)..<((row + 1) * width) {
        bytes.append(row == 0 ? pixels[pixel] : pixels[pixel] &- pixels[pixel - width])
      }
    }
    return bytes
  }

  /// A stream of zlib: one block with the codes that deflate has by itself.
  private static func compressed(_ data: [UInt8]) -> [UInt8] {
    var bits = DeflateBits([0x78, 0x01])
    bits.add(0b011, 3)
    var (place, low, high) = (0, UInt32(1), UInt32(0))
    for byte in data {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    while place < data.count {
      bits.literal(data[place])
      var end = place + 1
      while end < data.count, data[end] == data[place] { end += 1 }
      var rest = end - place - 1
      while rest >= 3 {
        let length = min(258, rest)
        bits.repetition(length)
        rest -= length
      }
      for _ in 0..<rest { bits.literal(data[place]) }
      place = end
    }
    bits.endOfBlock()
    return bits.finished + bigEndian(high << 16 | low)
  }
}
