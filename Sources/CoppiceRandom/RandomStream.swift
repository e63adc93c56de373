#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The numbers that belong to one ``RandomKey``, in order.
///
/// A small value: copy it to replay, keep ``position`` to continue later.
public struct RandomStream: RandomNumberGenerator, Sendable {
  /// The key whose numbers these are.
  public let key: RandomKey

  /// How many 64-bit words have been drawn.
  public private(set) var position: UInt64

  /// The stream of `key`, after `position` words.
  public init(key: RandomKey, position: UInt64 = 0) {
    self.key = key
    self.position = position
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let number = position >> 1
    let block = Philox.block(
      at: Philox.Block(
        UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), 0, 0),
      key: key.words)
    defer { position &+= 1 }
    return position & 1 == 0
      ? UInt64(block.x) | UInt64(block.y) << 32
      : UInt64(block.z) | UInt64(block.w) << 32
  }

  /// A number in `[0, 1)` with 53 random bits.
  public mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number in `[low, high)`.
  public mutating func nextUniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * nextUniform()
  }

  /// A standard normal number, by the Box–Muller transform; uses two words.
  public mutating func nextNormal() -> Double {
    let radius = (-2 * log(1 - nextUniform())).squareRoot()
    return radius * cos(2 * Double.pi * nextUniform())
  }

  /// A whole number in `0..<bound`, without bias.
  ///
  /// - Precondition: `bound` is positive.
  ///
  /// ## Source
  /// Lemire 2019, "Fast random integer generation in an interval", algorithm 5.
  public mutating func nextIndex(below bound: Int) -> Int {
    precondition(bound > 0, "nextIndex(below:) needs a positive bound, found \(bound)")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }
}
