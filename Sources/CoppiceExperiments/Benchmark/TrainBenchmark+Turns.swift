public import CoppiceSparsity
public import CoppiceTensors

/// Training steps that were taken without a pause.
public struct TrainingTurn: Codable, Sendable, Equatable {
  /// Whole training steps.
  public var steps: Int
  /// How long they took.
  public var seconds: Double
}

extension TrainingLoop {
  /// Trains for about `seconds`, one step at least.
  func turn(seconds: Double) throws(UserError) -> TrainingTurn {
    let start = secondsNow()
    var turn = TrainingTurn(steps: 0, seconds: 0)
    repeat {
      try step()
      turn.steps += 1
      turn.seconds = secondsNow() - start
    } while turn.seconds < seconds
    return turn
  }
}

extension TrainBenchmark {
  /// Trains one variant in turns that someone else asks for, so that it can be measured interleaved
  /// with other programs.
  ///
  /// Between turns nothing runs. The first turn includes the first update; a turn of zero seconds is
  /// one step.
  ///
  /// - Parameters:
  ///   - rule: What keeps the networks sparse; without one they are dense.
  ///   - request: Waits for the next turn and gives its seconds; nothing when there is no other.
  ///   - answer: Receives every turn.
  /// - Throws: `UserError` when something is missing, and what `request` and `answer` throw.
  public func takeTurns(
    _ rule: (any TopologyRule)?, request: () throws(UserError) -> Double?,
    answer: (TrainingTurn) throws(UserError) -> Void
  ) throws(UserError) {
    let pool = WorkerPool(threadCount: update.threads)
    let loop = try loop(update.agent(rule, pool), update.filledReplay())
    while let seconds = try request() { try answer(try loop.turn(seconds: seconds)) }
  }
}
