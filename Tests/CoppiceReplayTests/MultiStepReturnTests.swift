import CoppiceRandom
import CoppiceReplay
import CoppiceTensors
import Testing

@Suite("Returns of several steps")
struct MultiStepReturnTests {
  /// A transition as it was appended; observations say which one it is.
  private struct Transition {
    var reward: Double
    var terminated: Bool
    var truncated: Bool
  }

  /// Transitions of `members` environments by turns, with ends of both kinds.
  private func transitions(_ count: Int, seed: Int) -> [Transition] {
    var random = RandomKey(seed: 5).split(seed).stream()
    return (0..<count).map { _ in
      let draw = random.nextUniform()
      return Transition(
        reward: random.nextUniform(-1, 1), terminated: draw < 0.1,
        truncated: draw >= 0.1 && draw < 0.2)
    }
  }

  private func fill(_ replay: ReplayBuffer, _ transitions: [Transition]) {
    for (index, transition) in transitions.enumerated() {
      replay.append(
        observation: [Double(index), 7], action: [-Double(index)], reward: transition.reward,
        nextObservation: [Double(index) + 0.5, 8], terminated: transition.terminated,
        truncated: transition.truncated)
    }
  }

  /// The last transition of a return, its rewards, and what the value behind it counts.
  private func expected(
    _ transitions: [Transition], from start: Int, _ returns: MultiStepReturn
  ) -> (last: Int, reward: Double, continues: Double) {
    var (sum, last, power) = (transitions[start].reward, start, 1.0)
    while power < Double(returns.steps), !transitions[last].terminated,
      !transitions[last].truncated, last + returns.members < transitions.count
    {
      last += returns.members
      sum += (0..<Int(power)).reduce(transitions[last].reward) { product, _ in
        product * returns.discount
      }
      power += 1
    }
    let weight = (0..<(Int(power) - 1)).reduce(1.0) { product, _ in product * returns.discount }
    return (last, sum, transitions[last].terminated ? 0 : weight)
  }

  @Test(
    "end at terminal states, time limits and the newest transition, and otherwise after their steps",
    arguments: [1, 2, 3, 5], [1, 3])
  func lookahead(steps: Int, members: Int) throws {
    let returns = MultiStepReturn(steps: steps, discount: 0.9, members: members)
    // before and after the ring has wrapped
    for (count, capacity) in [(60, 300), (321, 100)] {
      let transitions = transitions(count, seed: count)
      let replay = try ReplayBuffer(
        observationCount: 2, actionCount: 1, capacity: capacity, recordsEnds: true)
      fill(replay, transitions)
      let batch = TransitionBatch(sampleCount: 500, observationCount: 2, actionCount: 1)
      replay.sample(
        into: batch, key: RandomKey(seed: 1), returns: returns, pool: WorkerPool(threadCount: 2))
      var seen: Set<Int> = []
      for sample in 0..<500 {
        let start = Int(batch.inputs[sample: sample, feature: 0])
        seen.insert(start)
        let (last, reward, continues) = expected(transitions, from: start, returns)
        #expect(batch.inputs[sample: sample, feature: 1] == 7)
        #expect(batch.inputs[sample: sample, feature: 2] == -Float(start))
        #expect(batch.nextInputs[sample: sample, feature: 0] == Float(last) + 0.5)
        #expect(batch.nextInputs[sample: sample, feature: 1] == 8)
        #expect(abs(Double(batch.outcomes[sample: sample, feature: 0]) - reward) < 1e-6)
        #expect(abs(Double(batch.outcomes[sample: sample, feature: 1]) - continues) < 1e-6)
      }
      #expect(seen.isSubset(of: Set((count - min(count, capacity))..<count)))
      #expect(seen.contains(count - 1) && seen.count > 50)
      // lanes without a sample stay 0
      #expect(batch.outcomes[sample: 500, feature: 1] == 0)
      #expect(batch.nextInputs[sample: 500, feature: 0] == 0)
    }
  }

  @Test("of one step are the transitions themselves, bit for bit")
  func oneStep() throws {
    let replay = try ReplayBuffer(
      observationCount: 2, actionCount: 1, capacity: 300, recordsEnds: true)
    let plain = try ReplayBuffer(observationCount: 2, actionCount: 1, capacity: 300)
    for buffer in [replay, plain] { fill(buffer, transitions(200, seed: 2)) }
    let batches = (0..<2).map { _ in
      TransitionBatch(sampleCount: 100, observationCount: 2, actionCount: 1)
    }
    let pool = WorkerPool(threadCount: 1)
    replay.sample(
      into: batches[0], key: RandomKey(seed: 1), returns: MultiStepReturn(steps: 1, discount: 0.9),
      pool: pool)
    plain.sample(into: batches[1], key: RandomKey(seed: 1), pool: pool)
    for part in [\TransitionBatch.inputs, \.nextInputs, \.outcomes] {
      #expect(
        Array(batches[0][keyPath: part].buffer.elements)
          == Array(batches[1][keyPath: part].buffer.elements))
    }
  }

  @Test("dropping the oldest leaves the others, also through a restore and when the ring wraps")
  func dropping() throws {
    let replay = try ReplayBuffer(observationCount: 2, actionCount: 1, capacity: 100)
    fill(replay, transitions(130, seed: 3))
    let pool = WorkerPool(threadCount: 1)
    let drawn = { (replay: ReplayBuffer) -> Set<Int> in
      let batch = TransitionBatch(sampleCount: 2000, observationCount: 2, actionCount: 1)
      replay.sample(into: batch, key: RandomKey(seed: 4), pool: pool)
      return Set((0..<2000).map { Int(batch.inputs[sample: $0, feature: 0]) })
    }
    #expect(drawn(replay) == Set(30..<130))
    replay.dropOldest(60)
    #expect(replay.count == 40 && replay.oldest == 90)
    #expect(drawn(replay) == Set(90..<130))
    var (observation, action) = ([0.0, 0.0], [0.0])
    replay.copy(transition: 90, observation: &observation, action: &action)
    #expect(observation == [90, 7] && action == [-90])

    let copy = try ReplayBuffer(observationCount: 2, actionCount: 1, capacity: 100)
    try copy.restore(appendedCount: 130, droppedCount: replay.droppedCount) { range, bytes in
      bytes.copyBytes(from: replay.bytes(ofTransitions: range))
    }
    #expect(copy.count == 40 && drawn(copy) == drawn(replay))

    for index in 130..<170 {
      replay.append(
        observation: [Double(index), 7], action: [0], reward: 0, nextObservation: [0, 0],
        terminated: false)
    }
    #expect(drawn(replay) == Set(90..<170))
    replay.dropOldest(1000)
    #expect(replay.count == 1 && drawn(replay) == [169])
  }
}
