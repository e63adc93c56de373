#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far two samples of numbers are apart: the largest difference of their distribution functions.
///
/// ## Source
/// Smirnov 1939, "On the estimation of the discrepancy between empirical curves of distribution for two independent
/// samples". The p-value is exact up to a million pairs, by counting lattice paths as in Hodges 1958, "The
/// significance probability of the Smirnov two-sample test"; beyond that it is Kolmogorov's limit with the
/// correction of Stephens 1970, "Use of the Kolmogorov–Smirnov, Cramér–von Mises and related statistics without
/// extensive tables".
public struct KolmogorovSmirnov: Sendable, Equatable {
  /// The distance, from 0 to 1.
  public let distance: Double

  /// How likely so large a distance or a larger one is between samples of one continuous law.
  ///
  /// Too large where values are equal. Below 10⁻¹⁵ it is 0 or noise.
  public let pValue: Double

  /// The distance of two samples, in any order.
  ///
  /// - Precondition: Neither is empty, and no value is NaN.
  /// - Complexity: O(n log n), and O(n m) up to a million pairs.
  public init(_ first: some Sequence<Float>, _ second: some Sequence<Float>) {
    let (first, second) = (first.sorted(), second.sorted())
    precondition(!first.isEmpty && !second.isEmpty, "a sample without values")
    let (count, otherCount) = (first.count, second.count)
    var (index, otherIndex, largest) = (0, 0, 0)
    while index < count, otherIndex < otherCount {
      let value = min(first[index], second[otherIndex])
      precondition(!value.isNaN, "a sample with NaN")
      while index < count, first[index] <= value { index += 1 }
      while otherIndex < otherCount, second[otherIndex] <= value { otherIndex += 1 }
      // of n m times the difference, which is a whole number
      largest = max(largest, abs(index * otherCount - otherIndex * count))
    }
    distance = Double(largest) / (Double(count) * Double(otherCount))
    if count * otherCount <= 1_000_000 {
      pValue = Self.exactPValue(largest, count, otherCount)
    } else {
      let root = (Double(count) * Double(otherCount) / Double(count + otherCount)).squareRoot()
      pValue = kolmogorovTail((root + 0.12 + 0.11 / root) * distance)
    }
  }

  /// The share of the orders of `count` and `otherCount` values in which the distance is `least` or more.
  private static func exactPValue(_ least: Int, _ count: Int, _ otherCount: Int) -> Double {
    // inside[j] is, of the orders of the first i and j values, the share in which no distance was reached
    var inside = [Double](repeating: 0, count: otherCount + 1)
    for i in 0...count {
      for j in 0...otherCount {
        guard abs(i * otherCount - j * count) < least else {
          inside[j] = 0
          continue
        }
        if i == 0, j == 0 {
          inside[j] = 1
          continue
        }
        // the last of the i + j values is of the first sample with chance i/(i + j)
        let fromAbove = i > 0 ? inside[j] * Double(i) : 0
        let fromLeft = j > 0 ? inside[j - 1] * Double(j) : 0
        inside[j] = (fromAbove + fromLeft) / Double(i + j)
      }
    }
    return max(0, 1 - inside[otherCount])
  }
}

/// The chance that the supremum of a Brownian bridge's absolute value is above `level`.
package func kolmogorovTail(_ level: Double) -> Double {
  if level <= 0 { return 1 }
  if level < 1 {
    // the series of the theta function that converges here; three terms are exact
    let scale = Double.pi * Double.pi / (8 * level * level)
    let sum = exp(-scale) + exp(-9 * scale) + exp(-25 * scale)
    return max(0, 1 - (2 * Double.pi).squareRoot() / level * sum)
  }
  var sum = 0.0
  for term in 1...6 {
    let number = Double(term)
    sum += (term.isMultiple(of: 2) ? -1 : 1) * exp(-2 * number * number * level * level)
  }
  return min(1, 2 * sum)
}
