#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The density of a sample of numbers, each of which counts as a narrow normal law.
///
/// ## Source
/// Silverman 1986, "Density Estimation for Statistics and Data Analysis", equation 3.31 for the width.
struct KernelDensity {
  /// Where the density begins: at the hundredth part of the numbers, less three widths.
  let low: Double
  /// Where it ends.
  let high: Double

  private let values: [Double]
  private let width: Double

  /// The density of `sample`; nothing where there are fewer than two different numbers.
  init?(_ sample: [Float]) {
    // some thousands of evenly spaced ranks give the same picture
    let sorted = sample.map(Double.init).sorted()
    let stride = max(1, sorted.count / 4000)
    values = sorted.indices.filter { $0.isMultiple(of: stride) }.map { sorted[$0] }
    guard let first = sorted.first, let last = sorted.last, first < last else { return nil }
    let count = Double(sorted.count)
    let mean = sorted.reduce(0, +) / count
    let deviation =
      (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let range = sorted[3 * (sorted.count - 1) / 4] - sorted[(sorted.count - 1) / 4]
    let spread = range > 0 ? min(deviation, range / 1.34) : deviation
    width = 0.9 * spread * pow(count, -0.2)
    low = sorted[(sorted.count - 1) / 100] - 3 * width
    high = sorted[(sorted.count - 1) * 99 / 100] + 3 * width
  }

  /// The density at `value`.
  func callAsFunction(_ value: Double) -> Double {
    let scale = 1 / (width * (2 * Double.pi).squareRoot() * Double(values.count))
    return scale
      * values.reduce(0) {
        let distance = ($1 - value) / width
        return $0 + exp(-distance * distance / 2)
      }
  }
}
