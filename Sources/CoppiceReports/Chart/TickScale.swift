/// A linear scale with ticks at round numbers: multiples of 1, 2 or 5 times a power of ten.
package struct TickScale: Equatable {
  /// One tick.
  package struct Tick: Equatable {
    /// Where it stands.
    package var value: Double
    /// What stands beside it.
    package var label: String
  }

  /// The number at the beginning of the axis.
  package let low: Double
  /// The number at its end, above `low`.
  package let high: Double
  /// The ticks, from low to high.
  package let ticks: [Tick]

  /// A scale that shows `low` to `high`.
  ///
  /// - Parameters:
  ///   - low: The smallest number to show.
  ///   - high: The largest; equal numbers are given some room.
  ///   - count: About how many steps from tick to tick are wanted; at least 1.
  ///   - rounded: Whether the axis is lengthened until it begins and ends with a tick.
  ///   - whole: Whether ticks stand at whole numbers alone.
  package init(
    from low: Double, to high: Double, about count: Int, rounded: Bool, whole: Bool = false
  ) {
    let (low, high) = Self.room(from: low, to: high)
    let (mantissa, exponent) = Self.step(
      atLeast: (high - low) / Double(max(1, count)), whole: whole)
    let unit = Self.multiply(Double(mantissa), exponent)
    let first = Int((low / unit).rounded(rounded ? .down : .up))
    let last = Int((high / unit).rounded(rounded ? .up : .down))
    ticks = (first...max(first, last)).map { index in
      Tick(
        value: Self.multiply(Double(index * mantissa), exponent),
        label: NumberText.label(digits: index * mantissa, exponent: exponent))
    }
    self.low = rounded ? Self.multiply(Double(first * mantissa), exponent) : low
    self.high = rounded ? Self.multiply(Double(last * mantissa), exponent) : high
  }

  /// Where `value` lies on the axis: 0 at its beginning, 1 at its end.
  package func fraction(of value: Double) -> Double { (value - low) / (high - low) }

  /// The same numbers, or wider ones where they are too close for ticks.
  private static func room(from low: Double, to high: Double) -> (Double, Double) {
    let magnitude = max(abs(low), abs(high))
    guard high - low <= magnitude * 1e-6 else { return (low, high) }
    let half = magnitude == 0 ? 1 : magnitude * 0.1
    return (low - half, high + half)
  }

  /// The smallest round number that is not below `wanted`, as a mantissa and a power of ten.
  private static func step(atLeast wanted: Double, whole: Bool) -> (mantissa: Int, exponent: Int) {
    var exponent = 0
    while multiply(1, exponent) < wanted { exponent += 1 }
    while !whole, exponent > -120, multiply(1, exponent - 1) >= wanted { exponent -= 1 }
    for mantissa in [1, 2, 5] where multiply(Double(mantissa), exponent - 1) >= wanted {
      if !(whole && exponent == 0) { return (mantissa, exponent - 1) }
    }
    return (1, exponent)
  }

  /// `value` × 10^`exponent`, divided rather than multiplied where the power is negative, since
  /// tenths have no exact form.
  private static func multiply(_ value: Double, _ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<exponent.magnitude { power *= 10 }
    return exponent < 0 ? value / power : value * power
  }
}
