/// A number that sums up the scores of all runs on all tasks.
///
/// ## Source
/// Agarwal, Schwarzer, Castro, Courville, Bellemare 2021, "Deep Reinforcement Learning at the Edge of the
/// Statistical Precipice", arXiv 2108.13264, section 4; the conventions are those of the authors' package
/// `rliable`, with which the tests compare.
public struct Aggregate: Sendable {
  /// What it is called in tables.
  public let name: String
  /// Its value; O(`R·T`) for those below.
  public let value: @Sendable (ScoreSample) -> Double

  /// An aggregate of your own.
  public init(_ name: String, value: @escaping @Sendable (ScoreSample) -> Double) {
    self.name = name
    self.value = value
  }

  /// The mean over all runs and tasks.
  public static let mean = Aggregate("mean") { sample in
    sample.taskSums.reduce(0, +) / Double(sample.count)
  }

  /// The median over the tasks of the mean over the runs.
  public static let median = Aggregate("median") { sample in
    let sums = sample.taskSums.sorted()
    let middle = sums.count / 2
    let sum = sums.count.isMultiple(of: 2) ? (sums[middle - 1] + sums[middle]) / 2 : sums[middle]
    return sum / Double(sample.runCount)
  }

  /// The mean of the middle half of all scores, whatever their task: a quarter of the number of scores,
  /// rounded down, is left out at either end.
  public static let interquartileMean = Aggregate("IQM") { sample in
    let cut = sample.count / 4
    // what is left out from below, and where the rest ends
    var (skipped, sum) = (cut, 0.0)
    var left = sample.count - 2 * cut
    let wanted = Double(left)
    for index in 0..<sample.rising.count {
      let here = Int(sample.counts[index])
      let passed = min(skipped, here)
      let taken = min(left, here - passed)
      skipped -= passed
      left -= taken
      sum += Double(taken) * sample.rising[index]
      if left == 0 { break }
    }
    return sum / wanted
  }

  /// How much the scores lack of `goal` on average; what lies above it counts as `goal`.
  ///
  /// - Parameter goal: γ, 1 for scores that are normalised.
  /// - Returns: The aggregate, whatever γ is, by the name of all of them.
  public static func optimalityGap(to goal: Double = 1) -> Aggregate {
    Aggregate("optimality gap") { sample in
      goal - sample.sum { min($0, goal) } / Double(sample.count)
    }
  }

  /// Those of the paper, in its order.
  public static let all: [Aggregate] = [median, interquartileMean, mean, optimalityGap()]

  /// Its value for the scores as they are.
  public func callAsFunction(_ scores: Scores) -> Double {
    let resampler = Resampler(scores)
    return resampler.withAll(value)
  }
}
