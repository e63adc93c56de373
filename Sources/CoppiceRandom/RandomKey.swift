/// The name of an independent stream of random numbers.
///
/// Randomness is an argument in Coppice: a function that needs random numbers takes a key, and the
/// same key gives the same numbers whatever ran before it and on however many threads. Keys are
/// split by label, so that adding a consumer never shifts the numbers of another one.
///
/// ```swift
/// let run = RandomKey(seed: 7)
/// let noise = run.split("exploration").split(step)   // one key per purpose and step
/// var stream = noise.stream()
/// let x = stream.nextNormal()
/// ```
public struct RandomKey: Hashable, Sendable, Codable {
  /// The 64 bits that name the stream.
  public let bits: UInt64

  /// The root key of a run.
  ///
  /// - Parameter seed: Any number; different seeds give unrelated streams.
  public init(seed: UInt64) {
    // one round of splitting, so that neighbouring seeds do not become neighbouring Philox keys
    self = RandomKey(bits: seed).split(0x436F_7070_6963_6521 as UInt64)
  }

  /// A key from its saved bits.
  public init(bits: UInt64) { self.bits = bits }

  /// The key of member `index` of a numbered family: a step, an episode, an environment.
  @inlinable
  public func split(_ index: UInt64) -> RandomKey {
    let block = Philox.block(
      at: Philox.Block(
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0, 0x5EED),
      key: words)
    return RandomKey(bits: UInt64(block.x) | UInt64(block.y) << 32)
  }

  /// The key of member `index` of a numbered family.
  @inlinable
  public func split(_ index: Int) -> RandomKey { split(UInt64(bitPattern: Int64(index))) }

  /// The key of a named purpose.
  ///
  /// - Parameter label: The purpose; hashed by FNV-1a, so equal labels give equal keys.
  /// - Returns: A key that is unrelated to this one and to those of other labels.
  public func split(_ label: StaticString) -> RandomKey {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    label.withUTF8Buffer { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }
    return split(hash)
  }

  /// The key as the two words that ``Philox`` takes.
  @inlinable
  public var words: SIMD2<UInt32> {
    SIMD2(UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32))
  }

  /// The numbers of this key, from the first.
  public func stream() -> RandomStream { RandomStream(key: self) }
}
