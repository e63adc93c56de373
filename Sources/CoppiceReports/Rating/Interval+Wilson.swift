extension Interval {
  /// Where the chance of a success lies, after `successes` of `trials`.
  ///
  /// Holds for few trials and for none or only successes as well, where an interval of plus and minus a standard error
  /// would have no width.
  ///
  /// - Parameters:
  ///   - successes: From 0 to `trials`; halves for draws are allowed, and make the interval a little too wide.
  ///   - trials: At least 0; without any the interval is all of [0, 1].
  ///   - deviations: Standard deviations to either side: 1.96 for 95 %.
  ///
  /// ## Source
  /// Wilson 1927, "Probable inference, the law of succession, and statistical inference".
  public init(
    wilson successes: Double, of trials: Int, deviations: Double = 1.959_963_984_540_054
  ) {
    precondition((0...Double(max(0, trials))).contains(successes), "no more successes than trials")
    guard trials > 0 else {
      self.init(low: 0, high: 1)
      return
    }
    let (count, squared) = (Double(trials), deviations * deviations)
    let rate = successes / count
    let middle = (rate + squared / (2 * count)) / (1 + squared / count)
    let width =
      deviations * (rate * (1 - rate) / count + squared / (4 * count * count)).squareRoot()
      / (1 + squared / count)
    // the rate itself is never outside, whatever rounding makes of it
    self.init(low: max(0, min(rate, middle - width)), high: min(1, max(rate, middle + width)))
  }
}
