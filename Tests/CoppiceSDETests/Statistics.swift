#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The largest distance between the distribution of `values` and a normal of mean 0 and `variance`.
func normalDistance(_ values: [Double], variance: Double) -> Double {
  let sorted = values.sorted()
  var largest = 0.0
  for (index, value) in sorted.enumerated() {
    let expected = 0.5 * erfc(-value / (2 * variance).squareRoot())
    largest = max(
      largest, abs(Double(index + 1) / Double(sorted.count) - expected),
      abs(expected - Double(index) / Double(sorted.count)))
  }
  return largest
}

/// The distance that a right sample of `count` values exceeds with probability 1e-5.
///
/// Kolmogorov's limit: P(√n D > x) ≈ 2 exp(−2 x²).
func normalDistanceLimit(_ count: Int) -> Double {
  (log(2 / 1e-5) / 2).squareRoot() / Double(count).squareRoot()
}

func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

func covariance(_ a: [Double], _ b: [Double]) -> Double {
  let (x, y) = (mean(a), mean(b))
  return zip(a, b).reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) } / Double(a.count - 1)
}

/// Σ |a − b| / max(Σ |a|, Σ |b|).
func relativeError(_ a: [Double], _ b: [Double]) -> Double {
  let difference = zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }
  return difference / max(a.reduce(0) { $0 + abs($1) }, b.reduce(0) { $0 + abs($1) }, 1e-300)
}

/// The slope of log y over log x by least squares.
func logSlope(_ x: [Double], _ y: [Double]) -> Double {
  let (a, b) = (x.map { log2($0) }, y.map { log2($0) })
  return covariance(a, b) / covariance(a, a)
}
