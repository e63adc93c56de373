import CoppiceTensors

/// The seconds that an operation of one contestant took, round by round.
struct KernelTimes {
  let operation: KernelOperation
  var seconds: [Double]
}

/// Contestants that take turns with one operation after the other, so that whatever disturbs the
/// machine disturbs all of them.
struct KernelRing {
  let contestants: [KernelContestant]
  /// How often every operation is measured.
  var rounds: Int
  /// Seconds of one measurement; short operations are repeated until it is over.
  var turn = 5e-4

  /// The times of every contestant, operation by operation.
  func times(of operations: [KernelOperation]) -> [[KernelTimes]] {
    var times = contestants.map { contestant in
      operations.filter { contestant.plan != nil || $0.isInDense }
        .map { KernelTimes(operation: $0, seconds: []) }
    }
    let repeats = times.indices.map { contestant in
      times[contestant].map { repeatsOfTurn($0.operation, contestants[contestant]) }
    }
    for _ in 0..<rounds {
      for contestant in times.indices {
        for operation in times[contestant].indices {
          times[contestant][operation].seconds.append(
            seconds(
              times[contestant][operation].operation, contestants[contestant],
              repeats: repeats[contestant][operation]))
        }
      }
    }
    return times
  }

  /// How often an operation fits into a turn, once caches have settled.
  private func repeatsOfTurn(_ operation: KernelOperation, _ contestant: KernelContestant) -> Int {
    var count = 1
    while true {
      let elapsed = seconds(operation, contestant, repeats: count) * Double(count)
      if elapsed >= turn / 2 { return max(1, Int((turn / elapsed * Double(count)).rounded())) }
      count *= 2
    }
  }

  /// Seconds of one operation.
  private func seconds(
    _ operation: KernelOperation, _ contestant: KernelContestant, repeats: Int
  ) -> Double {
    // the others have had the caches meanwhile
    operation.perform(contestant)
    let start = secondsNow()
    for _ in 0..<repeats { operation.perform(contestant) }
    return (secondsNow() - start) / Double(repeats)
  }
}

extension [KernelTimes] {
  /// What a gradient step takes of the layer, round by round.
  var update: [Double] {
    let parts = filter(\.operation.isInUpdate)
    return (parts.first?.seconds.indices ?? 0..<0).map { round in
      parts.reduce(0) { $0 + $1.seconds[round] }
    }
  }
}
