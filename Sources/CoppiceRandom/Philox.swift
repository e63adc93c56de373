/// The Philox 4×32-10 block function: 128 bits of counter and 64 bits of key in, 128 random bits out.
///
/// Stateless: the same counter and key always give the same block, so any element of a stream can
/// be computed on its own, in any order, on any thread.
///
/// - Complexity: ten rounds of two 32×32-bit multiplications; no allocation.
///
/// ## Source
/// Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
/// Checked against the known answers published with the paper's Random123 library.
public enum Philox {
  /// One block of four 32-bit words.
  public typealias Block = SIMD4<UInt32>

  /// The block that belongs to `counter` under `key`.
  ///
  /// - Parameters:
  ///   - counter: Which block of the stream, as four words, least significant first.
  ///   - key: Which stream, as two words.
  /// - Returns: 128 random bits.
  @inlinable
  public static func block(at counter: Block, key: SIMD2<UInt32>) -> Block {
    // scalars, since the parts of a vector would be taken out and put back in every round
    var (a, b, c, d) = (counter.x, counter.y, counter.z, counter.w)
    var (low, high) = (key.x, key.y)
    for _ in 0..<10 {
      let first = UInt64(a) &* 0xD251_1F53
      let second = UInt64(c) &* 0xCD9E_8D57
      a = UInt32(truncatingIfNeeded: second >> 32) ^ b ^ low
      b = UInt32(truncatingIfNeeded: second)
      c = UInt32(truncatingIfNeeded: first >> 32) ^ d ^ high
      d = UInt32(truncatingIfNeeded: first)
      low &+= 0x9E37_79B9
      high &+= 0xBB67_AE85
    }
    return Block(a, b, c, d)
  }
}
