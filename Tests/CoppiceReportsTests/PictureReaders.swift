/// Reads the pictures of a GIF with one table of colours, word by word of the specification.
enum GIFReader {
  static func pixels(of bytes: [UInt8]) -> [[UInt8]]? {
    guard bytes.starts(with: Array("GIF89a".utf8)) else { return nil }
    var (place, pictures) = (13 + 3 * (1 << (Int(bytes[10] & 7) + 1)), [[UInt8]]())
    func blocks() -> [UInt8] {
      var data: [UInt8] = []
      while bytes[place] != 0 {
        data += bytes[(place + 1)...(place + Int(bytes[place]))]
        place += Int(bytes[place]) + 1
      }
      place += 1
      return data
    }
    while place < bytes.count {
      switch bytes[place] {
      case 0x21:
        place += 2
        _ = blocks()
      case 0x2C:
        place += 10
        let codeBits = Int(bytes[place])
        place += 1
        guard let pixels = decompressed(blocks(), codeBits) else { return nil }
        pictures.append(pixels)
      case 0x3B: return place == bytes.count - 1 ? pictures : nil
      default: return nil
      }
    }
    return nil
  }

  private static func decompressed(_ data: [UInt8], _ codeBits: Int) -> [UInt8]? {
    let clear = 1 << codeBits
    var (bit, size, table) = (0, codeBits + 1, [[UInt8]]())
    var (pixels, last): ([UInt8], [UInt8]?) = ([], nil)
    while bit + size <= 8 * data.count {
      var code = 0
      for place in 0..<size where data[(bit + place) / 8] >> ((bit + place) % 8) & 1 == 1 {
        code |= 1 << place
      }
      bit += size
      if code == clear {
        table = (0..<clear).map { [UInt8(truncatingIfNeeded: $0)] } + [[], []]
        (size, last) = (codeBits + 1, nil)
        continue
      }
      if code == clear + 1 { return pixels }
      guard code < table.count || (code == table.count && last != nil) else { return nil }
      var word = code < table.count ? table[code] : last ?? []
      if code == table.count { word += word.prefix(1) }
      if let last, table.count < 4096 { table.append(last + [word[0]]) }
      if table.count == 1 << size, size < 12 { size += 1 }
      pixels += word
      last = word
    }
    return nil
  }
}

/// Reads a deflate stream of one block with fixed codes, bit by bit.
enum Inflation {
  static func bytes(of data: ArraySlice<UInt8>) -> [UInt8]? {
    var (bit, output) = (0, [UInt8]())
    func next(_ count: Int) -> Int {
      var value = 0
      for place in 0..<count {
        let byte = data[data.startIndex + bit / 8]
        value |= Int(byte >> (bit % 8) & 1) << place
        bit += 1
      }
      return value
    }
    guard next(3) == 0b011 else { return nil }
    while true {
      var (code, length) = (0, 0)
      var symbol: Int?
      while symbol == nil, length < 9 {
        (code, length) = (code << 1 | next(1), length + 1)
        switch (length, code) {
        case (7, 0...0x17): symbol = 256 + code
        case (8, 0x30...0xBF): symbol = code - 0x30
        case (8, 0xC0...0xC7): symbol = 280 + code - 0xC0
        case (9, 0x190...0x1FF): symbol = 144 + code - 0x190
        default: break
        }
      }
      guard let symbol else { return nil }
      if symbol == 256 { return output }
      if symbol < 256 {
        output.append(UInt8(symbol))
        continue
      }
      let bases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
        131, 163, 195, 227, 258,
      ]
      let extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4
      let count = bases[symbol - 257] + next(extra)
      guard next(5) == 0, let last = output.last else { return nil }
      output += repeatElement(last, count: count)
    }
  }
}
