public import CoppiceRandom
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A price that grows at a rate and by a noise that are both in proportion to it: dY = μ Y dt + σ Y dW, after Itô.
///
/// Drawn exactly: Y is e^((μ − σ²/2) t + σ W), from Y = 1 at time 0. At the first time, 0 unless it is changed, all
/// paths are alike there.
public struct GeometricBrownianMotion: SeriesGenerator, Equatable {
  /// μ: the rate of growth, in one over time.
  public var growth = 0.1
  /// σ: how strong the noise is, in one over the root of time.
  public var volatility = 0.3
  /// When the paths are observed; not before 0.
  public var times = evenTimes(from: 0, to: 1, count: 65)

  /// The process on 65 times from 0 to 1.
  public init() {}

  /// Paths with one channel.
  ///
  /// - Throws: `UserError` of kind `configuration` when a time lies before 0 or a path leaves the range of numbers.
  /// - Complexity: one normal number a value.
  public func paths(count: Int, key: RandomKey) throws(UserError) -> PathSet {
    guard let first = times.first, first >= 0 else {
      throw UserError(
        .configuration, found: times.first.map { "times from \($0) on" } ?? "no times",
        expected: "times from 0 on", action: "change the times")
    }
    let rate = growth - volatility * volatility / 2
    return try fill(
      count: count, times: times, channelNames: PathSet.names(channelCount: 1), key: key
    ) { (_, random, path) in
      var (logarithm, last) = (0.0, 0.0)
      for (index, time) in times.enumerated() {
        let length = max(0, time - last)
        logarithm += rate * length + volatility * length.squareRoot() * random.nextNormal()
        (path[index], last) = (exp(logarithm), time)
      }
    }
  }

  /// E Y at `time`: e^(μt).
  public func mean(at time: Double) -> Double { exp(growth * time) }

  /// Var Y at `time`: e^(2μt) (e^(σ²t) − 1).
  public func variance(at time: Double) -> Double {
    exp(2 * growth * time) * expm1(volatility * volatility * time)
  }
}
