public import CoppiceRandom
public import CoppiceTensors

/// A way to say how near sampled paths are to real ones.
public protocol PathMetric: Sendable {
  /// What it is called: `signature-mmd`.
  var name: String { get }
  /// What it is, in a phrase, with its unit and what is good.
  var summary: String { get }
  /// Whether something is trained to find it: then it takes minutes, and is left out while a model trains.
  var learns: Bool { get }

  /// The distances of `samples` from `real`.
  ///
  /// - Parameters:
  ///   - samples: Paths of a model.
  ///   - real: Paths that the model has not seen, at the same times; they may have gaps.
  ///   - key: For metrics that draw something.
  ///   - pool: Whose threads may share the work.
  /// - Returns: One number or several; smaller is nearer. Always the same names.
  /// - Throws: `UserError` of kind `configuration` where the sets cannot be compared.
  func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement]
}

/// The ways to compare sets of paths, one line each.
public struct PathMetricCatalogue: Sendable {
  /// The metrics, in the order in which they are listed.
  public let metrics: [any PathMetric]

  /// A catalogue of these metrics.
  public init(_ metrics: [any PathMetric]) { self.metrics = metrics }

  /// The metrics that come with Coppice.
  public static let standard = PathMetricCatalogue([
    SignatureMetric(), KolmogorovSmirnovMetric(), MarginalMetric(), AutocorrelationMetric(),
  ])

  /// Those that can be had at once, without training anything.
  public var quick: PathMetricCatalogue { PathMetricCatalogue(metrics.filter { !$0.learns }) }

  /// All numbers of all metrics.
  ///
  /// - Throws: `UserError` of kind `configuration` where the sets cannot be compared.
  public func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement] {
    var found: [PathMeasurement] = []
    for (index, metric) in metrics.enumerated() {
      found += try metric.measure(samples, against: real, key: key.split(index), pool: pool)
    }
    return found
  }
}
