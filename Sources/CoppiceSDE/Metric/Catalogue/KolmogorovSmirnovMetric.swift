public import CoppiceRandom
public import CoppiceTensors

/// The distances of the distributions at each time, in each channel.
public struct KolmogorovSmirnovMetric: PathMetric {
  /// The metric.
  public init() {}

  /// `ks`.
  public var name: String { "ks" }
  /// What it is.
  public var summary: String {
    "largest difference of the distribution functions, 0 to 1: mean and largest over times and channels"
  }
  /// Nothing is trained.
  public var learns: Bool { false }

  /// `ks-mean` and `ks-largest`, over the times at which both sets have values.
  public func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement] {
    try samples.checkComparable(with: real)
    var distances: [Double] = []
    for time in samples.times.indices {
      for channel in 0..<samples.channelCount {
        let first = samples.marginal(time: time, channel: channel)
        let second = real.marginal(time: time, channel: channel)
        if first.isEmpty || second.isEmpty { continue }
        distances.append(KolmogorovSmirnov(first, second).distance)
      }
    }
    guard let largest = distances.max() else {
      throw UserError(
        .configuration, found: "two sets that have no value at any common time",
        expected: "at least one", action: "compare other sets")
    }
    let mean = distances.reduce(0, +) / Double(distances.count)
    return [PathMeasurement("ks-mean", mean), PathMeasurement("ks-largest", largest)]
  }
}
