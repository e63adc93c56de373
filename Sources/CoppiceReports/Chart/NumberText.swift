/// Numbers as text that is the same on every machine and in every locale.
package enum NumberText {
  /// A coordinate of a drawing: at most two decimals, without trailing zeros.
  package static func coordinate(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    guard rest != 0 else { return "\(sign)\(whole)" }
    let decimals = rest.isMultiple(of: 10) ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
    return "\(sign)\(whole).\(decimals)"
  }

  /// `digits` × 10^`exponent` for people: 1,500 or 0.25 or −3, or 2e12 where that is shorter.
  ///
  /// - Parameters:
  ///   - digits: The significant digits as a whole number.
  ///   - exponent: The power of ten that they are multiplied by.
  /// - Returns: At most one word.
  package static func label(digits: Int, exponent: Int) -> String {
    let sign = digits < 0 ? "−" : ""
    let magnitude = digits.magnitude
    if magnitude == 0 { return "0" }
    if exponent > 6 || exponent < -6 {
      return "\(sign)\(magnitude)e\(exponent < 0 ? "−" : "")\(exponent.magnitude)"
    }
    guard exponent < 0 else {
      return sign + grouped("\(magnitude)" + String(repeating: "0", count: exponent))
    }
    var text = "\(magnitude)"
    let missing = 1 - exponent - text.count
    if missing > 0 { text = String(repeating: "0", count: missing) + text }
    return sign + grouped(String(text.dropLast(-exponent))) + "." + String(text.suffix(-exponent))
  }

  /// A comma before every third digit from the right.
  private static func grouped(_ digits: String) -> String {
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
