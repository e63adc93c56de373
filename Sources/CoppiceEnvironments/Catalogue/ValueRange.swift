/// The numbers between two ends, of which either may be infinite.
public struct ValueRange: Sendable, Equatable {
  /// The lower end.
  public var low: Double
  /// The upper end.
  public var high: Double

  /// The numbers between `low` and `high`.
  public init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  /// Whether `value` lies between the ends or on one of them; never for a value that is no number.
  @inlinable
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// Whether `value` lies between the ends and on neither; never for a value that is no number.
  @inlinable
  public func containsInside(_ value: Double) -> Bool { low < value && value < high }

  /// The number of the range that is closest to `value`.
  @inlinable
  public func clamp(_ value: Double) -> Double { min(max(value, low), high) }
}
