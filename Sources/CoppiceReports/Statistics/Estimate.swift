/// A range that holds what is estimated with a given confidence.
public struct Interval: Codable, Sendable, Equatable {
  /// Its lower end.
  public var low: Double
  /// Its upper end.
  public var high: Double

  /// An interval from its ends.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// The middle part of values that were drawn: from the quantile (1 − `level`) / 2 to that of
  /// (1 + `level`) / 2, each between two values in proportion.
  ///
  /// - Precondition: `values` is not empty.
  init(middle level: Double, of values: [Double]) {
    let sorted = values.sorted()
    self.init(
      low: Self.quantile((1 - level) / 2, of: sorted),
      high: Self.quantile((1 + level) / 2, of: sorted))
  }

  private static func quantile(_ fraction: Double, of sorted: [Double]) -> Double {
    let place = fraction * Double(sorted.count - 1)
    let (below, part) = (Int(place), place - Double(Int(place)))
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    return sorted[below] + part * (sorted[below + 1] - sorted[below])
  }
}

/// A number, and how sure it is.
public struct Estimate: Codable, Sendable, Equatable {
  /// The number for the scores as they are.
  public var value: Double
  /// Where it may lie.
  public var interval: Interval
  /// How many runs it is from; with one of them the interval says nothing.
  public var runCount: Int

  private enum CodingKeys: String, CodingKey {
    case value
    case interval
    case runCount = "run_count"
  }

  /// An estimate from its parts.
  public init(value: Double, interval: Interval, runCount: Int) {
    self.value = value
    self.interval = interval
    self.runCount = runCount
  }
}
