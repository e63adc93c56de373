import CoppiceRandom
import CoppiceReplay
import CoppiceTensors
import Testing

@Suite("Replay buffer")
struct ReplayBufferTests {
  /// Appends `count` transitions whose numbers say which they are.
  private func fill(_ replay: ReplayBuffer, _ range: Range<Int>) {
    for index in range {
      let observation = (0..<replay.observationCount).map { Double(index) + Double($0) / 100 }
      let action = (0..<replay.actionCount).map { -Double(index) - Double($0) / 100 }
      replay.append(
        observation: observation, action: action, reward: Double(10 * index),
        nextObservation: observation.map { $0 + 1 }, terminated: index % 3 == 0)
    }
  }

  @Test("a batch holds whole transitions, in the panels' layout, unused lanes zero")
  func layout() throws {
    let replay = try ReplayBuffer(observationCount: 17, actionCount: 6, capacity: 500)
    fill(replay, 0..<300)
    let batch = TransitionBatch(sampleCount: 100, observationCount: 17, actionCount: 6)
    replay.sample(into: batch, key: RandomKey(seed: 1), pool: WorkerPool(threadCount: 1))
    var seen: Set<Int> = []
    for sample in 0..<100 {
      let index = Int(batch.inputs[sample: sample, feature: 0])
      seen.insert(index)
      for feature in 0..<17 {
        let value = Float(Double(index) + Double(feature) / 100)
        #expect(batch.inputs[sample: sample, feature: feature] == value)
        #expect(
          batch.nextInputs[sample: sample, feature: feature]
            == Float(Double(index) + Double(feature) / 100 + 1))
      }
      for feature in 0..<6 {
        let value = Float(-Double(index) - Double(feature) / 100)
        #expect(batch.inputs[sample: sample, feature: 17 + feature] == value)
      }
      #expect(batch.outcomes[sample: sample, feature: 0] == Float(10 * index))
      #expect(batch.outcomes[sample: sample, feature: 1] == (index % 3 == 0 ? 0 : 1))
    }
    #expect(seen.count > 50)
    #expect(batch.inputs[sample: 100, feature: 3] == 0)
  }

  @Test("draws are the same for any number of threads and uniform over what is held")
  func sampling() throws {
    let replay = try ReplayBuffer(observationCount: 1, actionCount: 1, capacity: 50)
    fill(replay, 0..<120)
    let one = TransitionBatch(sampleCount: 256, observationCount: 1, actionCount: 1)
    let two = TransitionBatch(sampleCount: 256, observationCount: 1, actionCount: 1)
    let (alone, pair) = (WorkerPool(threadCount: 1), WorkerPool(threadCount: 2))
    var histogram = [Int](repeating: 0, count: 50)
    for step in 0..<100 {
      replay.sample(into: one, key: RandomKey(seed: 9).split(step), pool: alone)
      replay.sample(into: two, key: RandomKey(seed: 9).split(step), pool: pair)
      #expect(Array(one.inputs.buffer.elements) == Array(two.inputs.buffer.elements))
      for sample in 0..<256 { histogram[Int(one.inputs[sample: sample, feature: 0]) - 70] += 1 }
    }
    // χ² with 49 degrees of freedom: 85.4 is its 99.9 % point
    let expected = 25_600.0 / 50
    #expect(
      histogram.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        < 85.4)
  }

  @Test("the record of a wrapped ring restores the same buffer")
  func restore() throws {
    let replay = try ReplayBuffer(observationCount: 2, actionCount: 1, capacity: 8)
    var file: [UInt8] = []
    for index in 0..<21 {
      fill(replay, index..<(index + 1))
      file += replay.bytes(ofTransitions: index..<(index + 1))
    }
    let copy = try ReplayBuffer(observationCount: 2, actionCount: 1, capacity: 8)
    let stride = copy.recordLength * 4
    try copy.restore(appendedCount: 21) { range, bytes in
      bytes.copyBytes(from: file[(range.lowerBound * stride)..<(range.upperBound * stride)])
    }
    let (a, b) = (
      TransitionBatch(sampleCount: 64, observationCount: 2, actionCount: 1),
      TransitionBatch(sampleCount: 64, observationCount: 2, actionCount: 1)
    )
    let pool = WorkerPool(threadCount: 1)
    replay.sample(into: a, key: RandomKey(seed: 1), pool: pool)
    copy.sample(into: b, key: RandomKey(seed: 1), pool: pool)
    #expect(Array(a.inputs.buffer.elements) == Array(b.inputs.buffer.elements))
    #expect(Array(a.outcomes.buffer.elements) == Array(b.outcomes.buffer.elements))
    #expect(copy.contiguous(6..<11) == [6..<8, 8..<11])
  }
}
