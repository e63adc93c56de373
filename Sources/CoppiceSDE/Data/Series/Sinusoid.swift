public import CoppiceRandom
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One curve without noise, A cos(2π t − φ), observed at few times: what a latent SDE is shown first, to see how
/// uncertain it is where nothing was observed.
///
/// All paths are alike.
///
/// ## Source
/// The toy data of Li, Wong, Chen, Duvenaud 2020, "Scalable Gradients for Stochastic Differential Equations",
/// arXiv 2001.01328, as in torchsde's example of a latent SDE.
/// **Differences**: the example draws the times of its sine anew in every run; here they are drawn once, by a
/// key of their own, since all paths share them.
public struct Sinusoid: SeriesGenerator, Equatable {
  /// A: the largest value.
  public var amplitude = 1.0
  /// φ, in radians; a sine lags by π/2.
  public var lag = 0.0
  /// When the curve is observed.
  public var times: [Double]

  /// A cosine at those times.
  public init(times: [Double]) { self.times = times }

  /// cos(2π t) at ten times from 0.3 to 0.8 and ten from 1.2 to 1.5: with a gap between.
  public static var segmentedCosine: Sinusoid {
    Sinusoid(
      times: evenTimes(from: 0.3, to: 0.8, count: 10) + evenTimes(from: 1.2, to: 1.5, count: 10))
  }

  /// 0.8 sin(2π t) at 16 times, uniform in [0.4, 1.6).
  public static func irregularSine(key: RandomKey) -> Sinusoid {
    var random = key.stream()
    var sine = Sinusoid(times: (0..<16).map { _ in random.nextUniform(0.4, 1.6) }.sorted())
    (sine.amplitude, sine.lag) = (0.8, Double.pi / 2)
    return sine
  }

  /// Equal paths with one channel; the key plays no part.
  ///
  /// - Throws: `UserError` of kind `configuration` when the times do not increase.
  public func paths(count: Int, key: RandomKey) throws(UserError) -> PathSet {
    try fill(count: count, times: times, channelNames: PathSet.names(channelCount: 1), key: key) {
      (_, _, path) in
      for (index, time) in times.enumerated() {
        path[index] = amplitude * cos(2 * Double.pi * time - lag)
      }
    }
  }
}
