#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// ∫ vⁿ e^(−rate·v) dv from 0 to `length`, for any rate and 0 too.
///
/// - Parameters:
///   - order: `n`, from 0 to 2.
///   - rate: In one over the unit of `length`.
///   - length: At least 0.
/// - Returns: The moment.
func exponentialMoment(_ order: Int, rate: Double, length: Double) -> Double {
  let product = rate * length
  guard abs(product) > 1 else {
    // the closed forms cancel here: lengthⁿ⁺¹ Σ (−product)ʲ / (j! (n + 1 + j)), 20 terms for |product| ≤ 1
    var (term, sum) = (1.0, 0.0)
    for power in 0..<20 {
      sum += term / Double(order + 1 + power)
      term *= -product / Double(power + 1)
    }
    return pow(length, Double(order + 1)) * sum
  }
  // by parts, from the order below
  var moment = -expm1(-product) / rate
  for lower in 0..<order {
    moment =
      (Double(lower + 1) * moment - pow(length, Double(lower + 1)) * exp(-product)) / rate
  }
  return moment
}
