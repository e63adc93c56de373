public import CoppiceTensors

/// How far two sets of paths differ in what a value says about later ones.
///
/// The autocorrelation of a set at lag k is the correlation, over its paths, of the values at a time and k times
/// later, as a mean over all times. Means and deviations are taken at each time alone, so that a trend which all
/// paths share is no correlation. The distance is the root of the mean square, over lags and channels, of the
/// difference of both sets: from 0 to 2.
public struct AutocorrelationDistance: Sendable, Equatable {
  /// The autocorrelations of the first set, `[lags, C]` from lag 1; NaN where there is none.
  public let first: [Double]
  /// Those of the second set.
  public let second: [Double]
  /// The distance.
  public let value: Double

  /// The distance of two sets, at lags of 1 to `lagCount` times.
  ///
  /// A pair of times counts where it has at least two paths without a gap and values that vary.
  ///
  /// - Throws: `UserError` of kind `configuration` when the sets differ in times or channels, when there are no
  ///   such lags, and when no pair of times counts in both.
  /// - Complexity: O(`N T C` lags).
  public init(_ first: PathSet, _ second: PathSet, lagCount: Int) throws(UserError) {
    try first.checkComparable(with: second)
    guard lagCount > 0, lagCount < first.timeCount else {
      throw UserError(
        .configuration, found: "\(lagCount) lags of paths with \(first.timeCount) times",
        expected: "at least 1 and fewer than the times", action: "change the lags")
    }
    self.first = Self.correlations(first, lagCount)
    self.second = Self.correlations(second, lagCount)
    let squares = zip(self.first, self.second).map { ($0 - $1) * ($0 - $1) }.filter { !$0.isNaN }
    guard !squares.isEmpty else {
      throw UserError(
        .configuration, found: "two sets without a correlation at any lag",
        expected: "several paths that vary", action: "compare larger sets")
    }
    value = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  private static func correlations(_ paths: PathSet, _ lagCount: Int) -> [Double] {
    (1...lagCount).flatMap { lag in
      (0..<paths.channelCount).map { channel in
        let found = (0..<(paths.timeCount - lag)).compactMap {
          correlation(paths, $0, $0 + lag, channel)
        }
        return found.isEmpty ? .nan : found.reduce(0, +) / Double(found.count)
      }
    }
  }

  /// Over the paths that have both values.
  private static func correlation(
    _ paths: PathSet, _ time: Int, _ later: Int, _ channel: Int
  ) -> Double? {
    var (count, mean, laterMean) = (0.0, 0.0, 0.0)
    var (square, laterSquare, product) = (0.0, 0.0, 0.0)
    for path in 0..<paths.pathCount {
      let value = Double(paths[path: path, time: time, channel: channel])
      let laterValue = Double(paths[path: path, time: later, channel: channel])
      if value.isNaN || laterValue.isNaN { continue }
      count += 1
      let (distance, laterDistance) = (value - mean, laterValue - laterMean)
      mean += distance / count
      laterMean += laterDistance / count
      square += distance * (value - mean)
      laterSquare += laterDistance * (laterValue - laterMean)
      product += distance * (laterValue - laterMean)
    }
    guard count >= 2, square > 0, laterSquare > 0 else { return nil }
    return product / (square * laterSquare).squareRoot()
  }
}
