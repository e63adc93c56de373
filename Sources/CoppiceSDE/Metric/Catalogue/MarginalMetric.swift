public import CoppiceRandom
public import CoppiceTensors

/// How far values have to be moved at each time to be those of the other set.
public struct MarginalMetric: PathMetric {
  /// The metric.
  public init() {}

  /// `marginal`.
  public var name: String { "marginal" }
  /// What it is.
  public var summary: String {
    "how far values have to be moved at each time, on average, in deviations of the channel"
  }
  /// Nothing is trained.
  public var learns: Bool { false }

  /// One number: ``MarginalDistance/mean`` of the sets, each channel in deviations of the real paths.
  public func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement] {
    try samples.checkComparable(with: real)
    let scale = try PathNormalisation(of: real, over: .everyTime)
    let distance = try MarginalDistance(scale.apply(to: samples), scale.apply(to: real))
    return [PathMeasurement(name, distance.mean)]
  }
}
