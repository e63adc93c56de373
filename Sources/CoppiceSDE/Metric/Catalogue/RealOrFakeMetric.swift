public import CoppiceRandom
public import CoppiceTensors

/// How well a new network tells the sets apart.
public struct RealOrFakeMetric: PathMetric {
  /// The metric.
  public init() {}

  /// `real-or-fake`.
  public var name: String { "real-or-fake" }
  /// What it is.
  public var summary: String {
    "the share of held-out paths that a new network tells right: 0.5 where nothing can be told"
  }
  /// A network is trained.
  public var learns: Bool { true }

  /// One number: ``RealOrFake/accuracy``.
  public func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement] {
    let found = try RealOrFake(real: real, generated: samples, key: key, pool: pool)
    return [PathMeasurement(name, found.accuracy)]
  }
}
