public import CoppiceTensors

/// What one core can do at most: by its clock and vectors, and as measured with nothing else to do.
public struct Roofline: Codable, Sendable, Equatable {
  /// The peak from the clock and the width of the vectors.
  public var peak: MachinePeak
  /// Multiply-adds in registers, two operations each: billions of operations per second.
  public var multiplyAddGflops: Double
  /// Loads from 16 KiB, which the first cache holds: billions of bytes per second.
  public var firstCacheGigabytesPerSecond: Double
  /// Loads from 256 KiB, which the second cache holds: billions of bytes per second.
  public var secondCacheGigabytesPerSecond: Double

  private enum CodingKeys: String, CodingKey {
    case peak
    case multiplyAddGflops = "multiply_add_gflops"
    case firstCacheGigabytesPerSecond = "first_cache_gigabytes_per_second"
    case secondCacheGigabytesPerSecond = "second_cache_gigabytes_per_second"
  }

  /// Measures the core that this runs on, for `seconds` each.
  ///
  /// The fastest of many short pieces counts, for an interruption only makes one slower.
  public static func measured(
    for arithmetic: KernelArithmetic, seconds: Double = 0.02
  ) -> Roofline {
    let turns = 4096
    let registers = rate(seconds) { arithmetic.multiplyAdds(turns: turns) }
    let (near, far) = (AlignedBuffer<Float>(count: 4096), AlignedBuffer<Float>(count: 65_536))
    let bytes = { (numbers: AlignedBuffer<Float>) in Double(4 * numbers.count) * 1e-9 }
    // often enough that looking at the clock costs nothing
    let nearReads = 16
    let nearRate = rate(seconds) {
      (0..<nearReads).reduce(Float(0)) { sum, _ in sum + arithmetic.readAll(near) }
    }
    let farRate = rate(seconds) { arithmetic.readAll(far) }
    return Roofline(
      peak: .measured(for: arithmetic, seconds: seconds),
      multiplyAddGflops: registers * Double(2 * turns * arithmetic.multiplyAddsOfTurn) * 1e-9,
      firstCacheGigabytesPerSecond: bytes(near) * nearRate * Double(nearReads),
      secondCacheGigabytesPerSecond: bytes(far) * farRate)
  }

  /// How often a second `work` runs, when it runs fastest.
  private static func rate(_ seconds: Double, _ work: () -> Float) -> Double {
    let end = secondsNow() + seconds
    var (shortest, sum) = (Double.infinity, Float(0))
    repeat {
      let start = secondsNow()
      sum += work()
      shortest = min(shortest, secondsNow() - start)
    } while secondsNow() < end
    precondition(sum.isFinite, "constant numbers have a finite sum")
    return 1 / shortest
  }
}
