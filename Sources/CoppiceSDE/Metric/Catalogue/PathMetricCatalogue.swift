public import CoppiceRandom
public import CoppiceTensors

/// The ways to compare sets of paths, one line each.
public struct PathMetricCatalogue: Sendable {
  /// The metrics, in the order in which they are listed.
  public let metrics: [any PathMetric]

  /// A catalogue of these metrics.
  public init(_ metrics: [any PathMetric]) { self.metrics = metrics }

  /// The metrics that come with Coppice.
  public static let standard = PathMetricCatalogue([
    SignatureMetric(), KolmogorovSmirnovMetric(), MarginalMetric(), AutocorrelationMetric(),
    RealOrFakeMetric(), PredictionMetric(),
  ])

  /// Those that can be had at once, without training anything.
  public var quick: PathMetricCatalogue { PathMetricCatalogue(metrics.filter { !$0.learns }) }

  /// All numbers of all metrics that can say something of these sets.
  ///
  /// - Throws: `UserError` of kind `configuration` where the sets differ in times or channels.
  public func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> PathComparison {
    try samples.checkComparable(with: real)
    var comparison = PathComparison()
    for (index, metric) in metrics.enumerated() {
      do throws(UserError) {
        comparison.measurements += try metric.measure(
          samples, against: real, key: key.split(index), pool: pool)
      } catch {
        comparison.refusals.append(.init(metric: metric.name, reason: error.description))
      }
    }
    return comparison
  }
}
