/// Several measurements of one thing: the middle one and the two ends.
public struct Spread: Codable, Sendable, Equatable {
  /// The middle measurement.
  public var median: Double
  /// The smallest.
  public var low: Double
  /// The largest.
  public var high: Double

  /// The spread of `values`.
  ///
  /// - Precondition: There is at least one.
  public init(_ values: [Double]) {
    let sorted = values.sorted()
    precondition(!sorted.isEmpty, "no measurement")
    let middle = sorted.count / 2
    median =
      sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    low = sorted[0]
    high = sorted[sorted.count - 1]
  }
}
