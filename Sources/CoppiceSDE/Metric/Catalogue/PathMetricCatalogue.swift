public import CoppiceRandom
public import CoppiceTensors

/// The ways to compare sets of paths, one line each.
public struct PathMetricCatalogue: Sendable {
  /// The metrics, in the order in which they are listed.
  public let metrics: [any PathMetric]
  /// Which part of a key each metric has: a metric finds the same numbers whichever others are left out.
  private let places: [Int]

  /// A catalogue of these metrics.
  public init(_ metrics: [any PathMetric]) { self.init(metrics, places: Array(metrics.indices)) }

  private init(_ metrics: [any PathMetric], places: [Int]) {
    (self.metrics, self.places) = (metrics, places)
  }

  /// The metrics that come with Coppice.
  public static let standard = PathMetricCatalogue([
    SignatureMetric(), KolmogorovSmirnovMetric(), MarginalMetric(), AutocorrelationMetric(),
    RealOrFakeMetric(), PredictionMetric(),
  ])

  /// Those that can be had at once, without training anything.
  public var quick: PathMetricCatalogue { filtered { !$0.learns } }

  /// Those with these names, in the order of the catalogue.
  ///
  /// - Throws: `UserError` of kind `configuration` for a name that there is not, with the nearest match.
  public func named(_ names: [String]) throws(UserError) -> PathMetricCatalogue {
    let known = metrics.map(\.name)
    for name in names where !known.contains(name) {
      let hint = nearestMatch(to: name, in: known).map { "did you mean \"\($0)\"?" }
      throw UserError(
        .configuration, found: "no distance called \"\(name)\"",
        expected: "some of \(known.joined(separator: ", "))",
        action: hint ?? "see `coppice list distances`")
    }
    return filtered { names.contains($0.name) }
  }

  private func filtered(_ isKept: (any PathMetric) -> Bool) -> PathMetricCatalogue {
    let kept = zip(metrics, places).filter { isKept($0.0) }
    return PathMetricCatalogue(kept.map(\.0), places: kept.map(\.1))
  }

  /// All numbers of all metrics that can say something of these sets.
  ///
  /// - Throws: `UserError` of kind `configuration` where the sets differ in times or channels.
  public func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> PathComparison {
    try samples.checkComparable(with: real)
    var comparison = PathComparison()
    for (metric, place) in zip(metrics, places) {
      do throws(UserError) {
        comparison.measurements += try metric.measure(
          samples, against: real, key: key.split(place), pool: pool)
      } catch {
        comparison.refusals.append(.init(metric: metric.name, reason: error.description))
      }
    }
    return comparison
  }
}
