/// Scores, or a sample drawn from them, in a form in which statistics are cheap: all scores in rising order
/// with how often each of them is in the sample, and the sum over each task.
///
/// It is valid only in the call that it is handed to. A sample of a bootstrap holds the same scores again, only in other numbers; so nothing is ever sorted
/// again.
public struct ScoreSample {
  /// All scores of all tasks, rising; `[R·T]`.
  public let rising: UnsafeBufferPointer<Double>
  /// How often each of those is in the sample; `[R·T]`, with the sum `R·T`.
  public let counts: UnsafeBufferPointer<Int32>
  /// The sum of the sample over each task; `[T]`.
  public let taskSums: UnsafeBufferPointer<Double>
  /// `R`.
  public let runCount: Int

  /// How many scores the sample has.
  public var count: Int { rising.count }

  /// The sum of `function` over the sample.
  @inline(__always)
  public func sum(_ function: (Double) -> Double) -> Double {
    var sum = 0.0
    for index in 0..<rising.count { sum += Double(counts[index]) * function(rising[index]) }
    return sum
  }
}
