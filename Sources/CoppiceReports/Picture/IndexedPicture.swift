/// A picture of few colours: for each pixel, the number of its colour.
public struct IndexedPicture: Sendable, Equatable {
  /// Red, green and blue.
  public struct Colour: Sendable, Equatable {
    /// How much red.
    public var red: UInt8
    /// How much green.
    public var green: UInt8
    /// How much blue.
    public var blue: UInt8

    /// A colour from its parts.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
      (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// A mixture.
    ///
    /// - Parameters:
    ///   - other: The other colour.
    ///   - part: How much of the other, from 0 to 1.
    /// - Returns: The colour between.
    public func mixed(with other: Colour, _ part: Double) -> Colour {
      func mix(_ one: UInt8, _ two: UInt8) -> UInt8 {
        UInt8((Double(one) * (1 - part) + Double(two) * part).rounded())
      }
      return Colour(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
  }

  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// From 1 to 256 colours.
  public let colours: [Colour]
  /// `[height, width]`: numbers of colours.
  public var pixels: [UInt8]

  /// A picture that is all of colour 0.
  ///
  /// - Precondition: From 1 to 65535 pixels both ways, and from 1 to 256 colours.
  public init(width: Int, height: Int, colours: [Colour]) {
    precondition(
      (1...65_535).contains(width) && (1...65_535).contains(height), "a size of a picture")
    precondition((1...256).contains(colours.count), "colours that a byte can tell apart")
    (self.width, self.height, self.colours) = (width, height, colours)
    pixels = [UInt8](repeating: 0, count: width * height)
  }

  /// Fills a rectangle; what lies outside of the picture is left out.
  public mutating func fill(x: Int, y: Int, width: Int, height: Int, _ colour: UInt8) {
    let (left, right) = (max(0, x), min(self.width, x + width))
    guard left < right else { return }
    for row in max(0, y)..<max(max(0, y), min(self.height, y + height)) {
      for pixel in (row * self.width + left)..<(row * self.width + right) { pixels[pixel] = colour }
    }
  }

  /// Draws a line of one pixel from point to point; what lies outside of the picture is left out.
  ///
  /// ## Source
  /// Bresenham 1965, "Algorithm for computer control of a digital plotter".
  public mutating func line(
    _ from: (x: Int, y: Int), _ to: (x: Int, y: Int), _ colour: UInt8
  ) {
    let (width, height) = (abs(to.x - from.x), -abs(to.y - from.y))
    let (right, down) = (from.x < to.x ? 1 : -1, from.y < to.y ? 1 : -1)
    var (x, y, error) = (from.x, from.y, width + height)
    while true {
      if 0..<self.width ~= x, 0..<self.height ~= y { pixels[y * self.width + x] = colour }
      if x == to.x, y == to.y { return }
      let twice = 2 * error
      if twice >= height { (x, error) = (x + right, error + height) }
      if twice <= width { (y, error) = (y + down, error + width) }
    }
  }

  /// `[height, width, 3]`: red, green and blue of each pixel.
  public var rgb: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 3 * pixels.count) { bytes, count in
      for (index, pixel) in pixels.enumerated() {
        let colour = colours[Int(pixel)]
        bytes[3 * index] = colour.red
        bytes[3 * index + 1] = colour.green
        bytes[3 * index + 2] = colour.blue
      }
      count = 3 * pixels.count
    }
  }
}
