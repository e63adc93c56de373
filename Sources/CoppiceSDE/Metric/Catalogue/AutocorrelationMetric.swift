public import CoppiceRandom
public import CoppiceTensors

/// How far two sets differ in what a value says about later ones.
public struct AutocorrelationMetric: PathMetric {
  /// The most lags.
  public var lagCount = 10

  /// Over lags of 1 to 10 times, or as many as paths have.
  public init() {}

  /// `autocorrelation`.
  public var name: String { "autocorrelation" }
  /// What it is.
  public var summary: String {
    "difference of the autocorrelations at lags of up to \(lagCount) times, 0 to 2"
  }
  /// Nothing is trained.
  public var learns: Bool { false }

  /// One number: ``AutocorrelationDistance/value``.
  public func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement] {
    let lags = min(lagCount, samples.timeCount - 1)
    return [
      PathMeasurement(
        name, try AutocorrelationDistance(samples, real, lagCount: lags).value)
    ]
  }
}
