import CoppiceRandom

/// Draws samples from scores: of every task as many runs as there are, with replacement.
final class Resampler {
  private let scores: Scores
  private let rising: [Double]
  /// Where in `rising` score (task, run) is.
  private let places: [Int32]
  private let counts: UnsafeMutableBufferPointer<Int32>
  private let taskSums: UnsafeMutableBufferPointer<Double>
  private let order: UnsafeMutableBufferPointer<Double>

  init(_ scores: Scores) {
    self.scores = scores
    let sorted = scores.values.indices.sorted { scores.values[$0] < scores.values[$1] }
    rising = sorted.map { scores.values[$0] }
    var places = [Int32](repeating: 0, count: sorted.count)
    for (place, index) in sorted.enumerated() { places[index] = Int32(place) }
    self.places = places
    counts = .allocate(capacity: sorted.count)
    counts.initialize(repeating: 1)
    taskSums = .allocate(capacity: scores.taskCount)
    taskSums.initialize(repeating: 0)
    order = .allocate(capacity: sorted.count)
    _ = order.initialize(from: rising)
  }

  deinit {
    counts.deallocate()
    taskSums.deallocate()
    order.deallocate()
  }

  /// What `statistic` says of the scores as they are, every one taken once.
  func withAll<Result>(_ statistic: (ScoreSample) -> Result) -> Result {
    counts.update(repeating: 1)
    for task in 0..<scores.taskCount { taskSums[task] = scores.task(task).reduce(0, +) }
    return withExtendedLifetime(self) { statistic(sample) }
  }

  /// What `statistic` says of a sample that is drawn now.
  func withDraw<Result>(
    from draws: inout RunDraws, _ statistic: (ScoreSample) -> Result
  ) -> Result {
    draw(from: &draws)
    return withExtendedLifetime(self) { statistic(sample) }
  }

  private var sample: ScoreSample {
    ScoreSample(
      rising: UnsafeBufferPointer(order), counts: UnsafeBufferPointer(counts),
      taskSums: UnsafeBufferPointer(taskSums), runCount: scores.runCount)
  }

  private func draw(from draws: inout RunDraws) {
    counts.update(repeating: 0)
    places.withUnsafeBufferPointer { places in
      var start = 0
      for task in 0..<scores.taskCount {
        var sum = 0.0
        for _ in 0..<scores.runCount {
          let place = Int(places[start + draws.next(below: scores.runCount)])
          counts[place] += 1
          sum += order[place]
        }
        taskSums[task] = sum
        start += scores.runCount
      }
    }
  }
}

/// Which runs a bootstrap draws: uniform whole numbers, a word of the generator each.
struct RunDraws {
  private let key: SIMD2<UInt32>
  private var counter: UInt32 = 0
  private var block = Philox.Block.zero
  private var used = 4

  init(_ key: RandomKey) { self.key = key.words }

  /// A number below `bound`; that of a word whose product with it is rounded down, so that with the few
  /// runs that there are no number is favoured by more than 1 in 2³² ∕ `bound`.
  @inline(__always)
  mutating func next(below bound: Int) -> Int {
    if used == 4 {
      block = Philox.block(at: Philox.Block(counter, 0, 0, 2), key: key)
      counter &+= 1
      used = 0
    }
    let word = block[used]
    used += 1
    return Int(truncatingIfNeeded: (UInt64(word) &* UInt64(bound)) >> 32)
  }
}
