/// Writes an animated GIF, picture by picture.
///
/// ## Source
/// CompuServe 1990, "Graphics Interchange Format, version 89a", with its appendix F on LZW; the block that has
/// pictures repeat is Netscape's.
public struct GIFImage {
  private let first: IndexedPicture
  private let delay: Int
  private let bits: Int

  /// What comes before the pictures.
  public let head: [UInt8]
  /// What comes after them.
  public let tail: [UInt8] = [0x3B]

  /// An image whose pictures are as large as `first`, and of the same colours.
  ///
  /// - Parameters:
  ///   - first: Any of the pictures.
  ///   - framesPerSecond: Above 0; rounded to hundredths of a second, of which most readers want two at least.
  public init(_ first: IndexedPicture, framesPerSecond: Double) {
    self.first = first
    delay = max(2, min(65_535, Int((100 / framesPerSecond).rounded())))
    var bits = 1
    while 1 << bits < first.colours.count { bits += 1 }
    self.bits = bits
    var head = Array("GIF89a".utf8)
    head += Self.word(first.width) + Self.word(first.height)
    head += [0x80 | 0x70 | UInt8(bits - 1), 0, 0]
    for index in 0..<(1 << bits) {
      let colour = index < first.colours.count ? first.colours[index] : .init(0, 0, 0)
      head += [colour.red, colour.green, colour.blue]
    }
    head += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
    self.head = head
  }

  private static func word(_ value: Int) -> [UInt8] {
    [UInt8(value & 255), UInt8(value >> 8)]
  }

  /// A picture of the image.
  public func encoded(_ picture: IndexedPicture) -> [UInt8] {
    precondition(
      picture.width == first.width && picture.height == first.height
        && picture.colours == first.colours, "pictures of one size and the same colours")
    var bytes: [UInt8] = [0x21, 0xF9, 4, 4] + Self.word(delay) + [0, 0]
    bytes += [0x2C, 0, 0, 0, 0] + Self.word(first.width) + Self.word(first.height) + [0]
    let codeBits = max(2, bits)
    bytes.append(UInt8(codeBits))
    let data = Self.compressed(picture.pixels, codeBits)
    for start in stride(from: 0, to: data.count, by: 255) {
      let end = min(data.count, start + 255)
      bytes.append(UInt8(end - start))
      bytes += data[start..<end]
    }
    bytes.append(0)
    return bytes
  }

  /// LZW with codes that grow up to 12 bits; the table begins anew when it is full.
  private static func compressed(_ pixels: [UInt8], _ codeBits: Int) -> [UInt8] {
    let clear = 1 << codeBits
    var (bytes, held, heldBits): ([UInt8], UInt32, UInt32) = ([], 0, 0)
    var (next, size) = (clear + 2, codeBits + 1)
    // [code, pixel]: the code of what is known by `code` with one more pixel; 0 where there is none
    var table = [UInt16](repeating: 0, count: 4096 << codeBits)
    func write(_ code: Int) {
      held |= UInt32(code) << heldBits
      heldBits += UInt32(size)
      while heldBits >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: held))
        (held, heldBits) = (held >> 8, heldBits - 8)
      }
    }
    write(clear)
    var known = Int(pixels[0])
    for pixel in pixels.dropFirst() {
      let place = known << codeBits | Int(pixel)
      if table[place] != 0 {
        known = Int(table[place])
        continue
      }
      write(known)
      if next < 4096 {
        table[place] = UInt16(next)
        if next == 1 << size { size += 1 }
        next += 1
      } else {
        write(clear)
        table.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        (next, size) = (clear + 2, codeBits + 1)
      }
      known = Int(pixel)
    }
    write(known)
    write(clear + 1)
    if heldBits > 0 { bytes.append(UInt8(truncatingIfNeeded: held)) }
    return bytes
  }
}
