import CoppiceEnvironments

extension MutableSpan<Double> {
  /// Writes `values` from `index` on and moves `index` behind them.
  mutating func write(_ values: some Collection<Double>, at index: inout Int) {
    for value in values {
      self[index] = value
      index += 1
    }
  }

  /// Writes `values`, cut at the ends of `range`, from `index` on and moves `index` behind them.
  mutating func write(
    _ values: some Collection<Double>, within range: ValueRange, at index: inout Int
  ) {
    for value in values {
      self[index] = range.clamp(value)
      index += 1
    }
  }
}

/// The sum of the squares.
func squaredNorm(_ values: Span<Double>) -> Double {
  var sum = 0.0
  for index in values.indices { sum += values[index] * values[index] }
  return sum
}

/// The sum of the squares.
func squaredNorm(_ values: UnsafeBufferPointer<Double>) -> Double {
  values.reduce(0) { $0 + $1 * $1 }
}

/// Vectors of `count` numbers without bounds.
func unbounded(_ count: Int) -> Space {
  .box(
    low: Array(repeating: -.infinity, count: count),
    high: Array(repeating: .infinity, count: count))
}

/// Vectors of `count` numbers from −`limit` to `limit`.
func symmetric(_ limit: Double, _ count: Int) -> Space {
  .box(low: Array(repeating: -limit, count: count), high: Array(repeating: limit, count: count))
}
