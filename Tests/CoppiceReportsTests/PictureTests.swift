import CoppiceRandom
import CoppiceReports
import Testing

@Suite("Pictures")
struct PictureTests {
  static func picture(_ width: Int, _ height: Int, colours: Int, seed: UInt64) -> IndexedPicture {
    var random = RandomKey(seed: seed).stream()
    var picture = IndexedPicture(
      width: width, height: height,
      colours: (0..<colours).map { .init(UInt8($0), UInt8(255 - $0), UInt8($0 / 2)) })
    for _ in 0..<(width * height / 12) {
      picture.fill(
        x: random.nextIndex(below: width + 8) - 4, y: random.nextIndex(below: height + 8) - 4,
        width: 1 + random.nextIndex(below: 6), height: 1 + random.nextIndex(below: 6),
        UInt8(random.nextIndex(below: colours)))
    }
    return picture
  }

  static let shapes = [
    (1, 1, 1), (7, 5, 2), (64, 48, 3), (300, 40, 27), (91, 133, 51), (400, 300, 256), (1000, 2, 2),
    (70_0, 300, 16),
  ]

  @Test("a GIF holds its pictures", arguments: shapes)
  func gif(width: Int, height: Int, colours: Int) throws {
    let pictures = (0..<3).map {
      Self.picture(width, height, colours: colours, seed: UInt64($0))
    }
    let image = GIFImage(pictures[0], framesPerSecond: 20)
    let bytes = image.head + pictures.flatMap { image.encoded($0) } + image.tail
    let decoded = try #require(GIFReader.pixels(of: bytes))
    #expect(decoded == pictures.map(\.pixels))
    for (index, colour) in pictures[0].colours.enumerated() {
      #expect(
        Array(bytes[(13 + 3 * index)..<(16 + 3 * index)]) == [
          colour.red, colour.green, colour.blue,
        ]
      )
    }
  }

  @Test("a PNG holds its picture", arguments: shapes)
  func png(width: Int, height: Int, colours: Int) throws {
    let picture = Self.picture(width, height, colours: colours, seed: 1)
    let bytes = PNGImage.encoded(picture)
    let start = try #require(bytes.firstRange(of: Array("IDAT".utf8))?.upperBound)
    let end = try #require(bytes.firstRange(of: Array("IEND".utf8))?.lowerBound) - 8
    let rows = try #require(Inflation.bytes(of: bytes[(start + 2)..<(end - 4)]))
    var pixels = [UInt8](repeating: 0, count: width)
    for row in 0..<height {
      let line = rows[(row * (width + 1))..<((row + 1) * (width + 1))]
      #expect(line.first == 2)
      pixels = zip(pixels, line.dropFirst()).map { $0 &+ $1 }
      #expect(pixels == Array(picture.pixels[(row * width)..<((row + 1) * width)]))
    }
    var (low, high) = (1, 0)
    for byte in rows {
      (low, high) = ((low + Int(byte)) % 65_521, (high + low + Int(byte)) % 65_521)
    }
    let sum = [high >> 8, high & 255, low >> 8, low & 255].map { UInt8($0) }
    #expect(Array(bytes[(end - 4)..<end]) == sum)
  }

  @Test("lines reach both ends, and what lies outside is left out")
  func lines() {
    var picture = IndexedPicture(width: 9, height: 7, colours: [.init(0, 0, 0), .init(1, 1, 1)])
    picture.line((-3, -3), (20, 20), 1)
    #expect(picture.pixels.indices.filter { picture.pixels[$0] == 1 } == (0..<7).map { $0 * 10 })
    picture.line((8, 0), (8, 6), 1)
    #expect((0..<7).allSatisfy { picture.pixels[$0 * 9 + 8] == 1 })
    #expect(picture.rgb.count == 3 * 63 && picture.rgb[3 * 8] == 1 && picture.rgb[3 * 7] == 0)
  }
}
