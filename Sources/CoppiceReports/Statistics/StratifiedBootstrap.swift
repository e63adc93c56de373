public import CoppiceRandom
public import CoppiceTensors

/// Intervals of what scores say, by drawing runs anew within every task.
///
/// ## Randomness
/// The key alone: the same key and scores give the same intervals.
///
/// - Complexity: O(resamples · `R·T`); 50,000 resamples of 10 runs on 26 tasks take a small part of a second.
///
/// ## Source
/// Agarwal, Schwarzer, Castro, Courville, Bellemare 2021, "Deep Reinforcement Learning at the Edge of the
/// Statistical Precipice", arXiv 2108.13264, section 4.1; percentile intervals, Efron 1979.
/// With few runs such intervals are too narrow: three runs show a tendency, not a verdict.
public struct StratifiedBootstrap: Sendable {
  /// What everything random is from.
  public let key: RandomKey
  /// How many samples are drawn.
  public let resampleCount: Int
  /// How likely the interval is to hold the truth.
  public let level: Double

  /// A bootstrap.
  ///
  /// - Parameters:
  ///   - key: Randomness.
  ///   - resampleCount: 1 or more; the authors draw 2,000 for figures and 50,000 for tables.
  ///   - level: Above 0, below 1.
  /// - Precondition: Both are in their ranges.
  public init(key: RandomKey, resampleCount: Int = 10_000, level: Double = 0.95) {
    precondition(resampleCount > 0 && level > 0 && level < 1, "a bootstrap draws at least once")
    self.key = key
    self.resampleCount = resampleCount
    self.level = level
  }

  /// An aggregate and its interval.
  public func estimate(_ aggregate: Aggregate, of scores: Scores) -> Estimate {
    estimate([aggregate], of: scores)[0]
  }

  /// Several aggregates, all of the same samples.
  public func estimate(_ aggregates: [Aggregate], of scores: Scores) -> [Estimate] {
    estimates(aggregates.count, of: scores) { sample, values in
      for (index, aggregate) in aggregates.enumerated() { values[index] = aggregate.value(sample) }
    }
  }

  /// The fraction of all scores that are larger than each threshold.
  ///
  /// - Parameters:
  ///   - thresholds: τ, in any order.
  ///   - scores: What is counted.
  /// - Returns: An estimate for each threshold.
  public func scoreProfile(_ thresholds: [Double], of scores: Scores) -> [Estimate] {
    estimates(thresholds.count, of: scores) { sample, values in
      for (index, threshold) in thresholds.enumerated() {
        values[index] = sample.sum { $0 > threshold ? 1 : 0 } / Double(sample.count)
      }
    }
  }

  /// The fraction of tasks whose mean score is larger than each threshold.
  ///
  /// - Parameters:
  ///   - thresholds: τ, in any order.
  ///   - scores: What is counted.
  /// - Returns: An estimate for each threshold.
  public func meanProfile(_ thresholds: [Double], of scores: Scores) -> [Estimate] {
    estimates(thresholds.count, of: scores) { sample, values in
      let runs = Double(sample.runCount)
      for (index, threshold) in thresholds.enumerated() {
        let above = sample.taskSums.count { $0 / runs > threshold }
        values[index] = Double(above) / Double(sample.taskSums.count)
      }
    }
  }

  /// An aggregate after each of several amounts of experience: sample efficiency.
  ///
  /// - Parameters:
  ///   - aggregate: What sums up the scores.
  ///   - stages: The scores at each amount, in the order of the result. All of them are drawn by the same
  ///     random numbers, so that the curve has no jumps of chance.
  /// - Returns: An estimate for each amount.
  public func curve(_ aggregate: Aggregate, of stages: [Scores]) -> [Estimate] {
    stages.map { estimate(aggregate, of: $0) }
  }

  /// How likely a run of `scores` is to score more than one of `others`, on a task drawn at random; ties
  /// count half.
  ///
  /// - Throws: `UserError` of kind `configuration` when they are not of as many tasks.
  public func improvement(
    of scores: Scores, over others: Scores
  ) throws(UserError) -> Estimate {
    guard scores.taskCount == others.taskCount else {
      throw UserError(
        .configuration, found: "\(scores.taskCount) tasks beside \(others.taskCount)",
        expected: "the same tasks on both sides", action: "leave out what one side lacks")
    }
    let wins = Wins(scores, others)
    var draws = RunDraws(key)
    let values = (0..<resampleCount).map { _ in wins.share(&draws) }
    return Estimate(
      value: wins.share, interval: Interval(middle: level, of: values),
      runCount: min(scores.runCount, others.runCount))
  }

  /// The mean of `scores` over the mean of `others`, as normalised returns are: of one task, or of all
  /// together.
  ///
  /// - Throws: `UserError` of kind `configuration` when the mean of the others is not larger than zero, for
  ///   then a ratio says nothing.
  public func ratio(of scores: Scores, over others: Scores) throws(UserError) -> Estimate {
    let (own, other) = (Aggregate.mean(scores), Aggregate.mean(others))
    guard other > 0 else {
      throw UserError(
        .configuration, found: "a mean of \(other) to normalise by", expected: "more than zero",
        action: "compare the scores as they are")
    }
    let (first, second) = (Resampler(scores), Resampler(others))
    var draws = RunDraws(key)
    let values = (0..<resampleCount).map { _ in
      first.withDraw(from: &draws, Aggregate.mean.value)
        / second.withDraw(from: &draws, Aggregate.mean.value)
    }
    return Estimate(
      value: own / other, interval: Interval(middle: level, of: values),
      runCount: min(scores.runCount, others.runCount))
  }

  /// The values of several statistics, and their intervals.
  private func estimates(
    _ count: Int, of scores: Scores,
    _ statistic: (ScoreSample, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Estimate] {
    let resampler = Resampler(scores)
    let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: max(1, count))
    defer { values.deallocate() }
    values.initialize(repeating: 0)
    var drawn = Array(repeating: [Double](repeating: 0, count: resampleCount), count: count)
    var draws = RunDraws(key)
    for resample in 0..<resampleCount {
      resampler.withDraw(from: &draws) { statistic($0, values) }
      for index in 0..<count { drawn[index][resample] = values[index] }
    }
    resampler.withAll { statistic($0, values) }
    return (0..<count).map {
      Estimate(
        value: values[$0], interval: Interval(middle: level, of: drawn[$0]),
        runCount: scores.runCount)
    }
  }
}
