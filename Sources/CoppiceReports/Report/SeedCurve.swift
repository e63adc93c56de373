import CoppiceRandom

/// Lines from the numbers of several seeds.
struct SeedCurve {
  /// The most points of a line whose band is drawn by chance.
  static let estimateCount = 120
  /// The most points of any other line.
  static let pointCount = 400

  private static let bootstrap = StratifiedBootstrap(
    key: RandomKey(seed: 1).split("report"), resampleCount: 1000)

  /// Points of the interquartile mean and its interval.
  ///
  /// - Parameters:
  ///   - places: Where on the horizontal axis.
  ///   - seeds: For each seed a number for each place.
  /// - Returns: A point for each place; without a band where there is but one seed.
  static func points(at places: [Double], of seeds: [[Double]]) -> [LinePlot.Point] {
    places.indices.map { index in
      let values = seeds.map { $0[index] }
      let estimate = estimate(values)
      return LinePlot.Point(
        x: places[index], y: estimate?.value ?? values[0], band: estimate?.interval)
    }
  }

  /// The interquartile mean of `values` and its interval; nothing for fewer than two.
  static func estimate(_ values: [Double]) -> Estimate? {
    guard values.count > 1, let scores = try? Scores(ofOneTask: values) else { return nil }
    return bootstrap.estimate(.interquartileMean, of: scores)
  }

  /// The fraction of scores above each threshold.
  static func profile(_ thresholds: [Double], of scores: Scores) -> [Estimate] {
    bootstrap.scoreProfile(thresholds, of: scores)
  }

  /// At most `count` of `values`, evenly, with the first and the last.
  static func thinned<Value>(_ values: [Value], to count: Int) -> [Value] {
    guard values.count > count else { return values }
    return (0..<count).map { values[$0 * (values.count - 1) / (count - 1)] }
  }
}
