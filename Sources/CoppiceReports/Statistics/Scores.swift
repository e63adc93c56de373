public import CoppiceTensors

/// What several runs scored on several tasks.
///
/// ```swift
/// let scores = try Scores(runs: [[0.9, 1.1], [1.0, 0.7], [1.2, 1.0]])   // three runs, two tasks
/// let estimate = StratifiedBootstrap(key: RandomKey(seed: 1)).estimate(.interquartileMean, of: scores)
/// ```
///
/// ## Shapes
/// - `R` runs: seeds, the same number for every task
/// - `T` tasks: environments
public struct Scores: Sendable, Equatable {
  /// `R`.
  public let runCount: Int
  /// `T`.
  public let taskCount: Int
  /// `[T, R]`: the scores of the first task, then those of the second.
  public let values: [Double]

  /// The scores of each run.
  ///
  /// - Parameter runs: `R` lists of `T` scores.
  /// - Throws: `UserError` of kind `configuration` when there are none, when runs differ in their number of
  ///   tasks, or when a score is not finite.
  public init(runs: [[Double]]) throws(UserError) {
    guard let first = runs.first, !first.isEmpty else {
      throw UserError(
        .configuration, found: "no scores", expected: "one run of one task at least",
        action: "name runs that were evaluated")
    }
    for (index, run) in runs.enumerated() where run.count != first.count {
      throw UserError(
        .configuration, found: "run \(index + 1) has \(run.count) tasks, run 1 has \(first.count)",
        expected: "as many tasks in every run", action: "leave out what is not complete")
    }
    for (index, run) in runs.enumerated() {
      for (task, score) in run.enumerated() where !score.isFinite {
        throw UserError(
          .configuration, found: "a score of \(score) for run \(index + 1), task \(task + 1)",
          expected: "a finite number", action: "leave out the run or repair its record")
      }
    }
    runCount = runs.count
    taskCount = first.count
    values = (0..<first.count).flatMap { task in runs.map { $0[task] } }
  }

  /// The scores of one task.
  ///
  /// - Parameter scores: One for each run.
  /// - Throws: As ``init(runs:)``.
  public init(ofOneTask scores: [Double]) throws(UserError) {
    try self.init(runs: scores.map { [$0] })
  }

  /// The scores of one task, by run.
  public func task(_ index: Int) -> ArraySlice<Double> {
    values[(index * runCount)..<((index + 1) * runCount)]
  }
}
