/// Who scores more, for every pair of runs on every task.
struct Wins {
  private let runCount: Int
  private let otherCount: Int
  private let taskCount: Int
  /// `[T, R, R′]`: 1 where the run scores more, ½ where both score the same.
  private let table: [Double]

  init(_ scores: Scores, _ others: Scores) {
    (runCount, otherCount, taskCount) = (scores.runCount, others.runCount, scores.taskCount)
    table = (0..<scores.taskCount).flatMap { task in
      scores.task(task).flatMap { own in
        others.task(task).map { own > $0 ? 1 : own == $0 ? 0.5 : 0 }
      }
    }
  }

  /// The mean over all pairs and tasks.
  var share: Double { table.reduce(0, +) / Double(table.count) }

  /// The same for a sample of the runs of either side.
  func share(_ draws: inout RunDraws) -> Double {
    var sum = 0.0
    withUnsafeTemporaryAllocation(of: Int.self, capacity: otherCount) { drawn in
      table.withUnsafeBufferPointer { table in
        for task in 0..<taskCount {
          for run in 0..<otherCount { drawn[run] = draws.next(below: otherCount) }
          for _ in 0..<runCount {
            let row = (task * runCount + draws.next(below: runCount)) * otherCount
            for run in 0..<otherCount { sum += table[row + drawn[run]] }
          }
        }
      }
    }
    return sum / Double(table.count)
  }
}
