public import CoppiceRandom
public import CoppiceTensors

/// How well real paths are forecast by a network that has seen the samples alone.
public struct PredictionMetric: PathMetric {
  /// The metric.
  public init() {}

  /// `prediction`.
  public var name: String { "prediction" }
  /// What it is.
  public var summary: String {
    "the squared error of a network that learns from samples to forecast the last fifth of real paths"
  }
  /// A network is trained.
  public var learns: Bool { true }

  /// One number: ``PredictionOnReal/error``.
  public func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement] {
    let found = try PredictionOnReal(real: real, generated: samples, key: key, pool: pool)
    return [PathMeasurement(name, found.error)]
  }
}
