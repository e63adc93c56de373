import CoppiceEnvironments
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite struct SequentialVectorEnvironmentTests {
  let key = RandomKey(seed: 3)

  func always(_ value: Double, _ count: Int) -> AlignedBuffer<Double> {
    AlignedBuffer(Array(repeating: value, count: count))
  }

  @Test("a member begins the next episode at once and keeps the final observation")
  func autoReset() throws {
    let environment = try SequentialVectorEnvironment([Corridor(length: 2)])
    try environment.reset(key: key)
    var steps = 0
    repeat {
      try environment.step(actions: always(1, 1))
      steps += 1
    } while !environment.outcomes[0].terminated
    #expect(environment.stepObservations[0] > 2)
    #expect(abs(environment.observations[0]) < 1)
    #expect(environment.episodeLengths == [steps])
    #expect(environment.episodeReturns == [Double(-steps)])

    // the second episode starts at the key of the second episode
    var expected = Corridor(length: 2)
    let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: 1)
    defer { memory.deallocate() }
    var observation = memory.mutableSpan
    expected.reset(key: key.split(0).split(1), observation: &observation)
    #expect(environment.observations[0] == expected.position)

    try environment.step(actions: always(0, 1))
    #expect(environment.episodeLengths == [1])
    #expect(environment.episodeReturns == [-1])
  }

  @Test("the step limit truncates, and a terminal state at the limit is terminal")
  func truncation() throws {
    let environment = try SequentialVectorEnvironment([Corridor(limit: 3)])
    try environment.reset(key: key)
    for step in 1...3 {
      try environment.step(actions: always(0, 1))
      #expect(environment.outcomes[0].truncated == (step == 3))
      #expect(!environment.outcomes[0].terminated)
    }
    let short = try SequentialVectorEnvironment([Corridor(length: -1, limit: 1)])
    try short.reset(key: key)
    try short.step(actions: always(0, 1))
    #expect(short.outcomes[0].terminated)
    #expect(!short.outcomes[0].truncated)
  }

  @Test("members play their own episodes, whatever the others do")
  func independence() throws {
    let single = try SequentialVectorEnvironment([Corridor()])
    let triple = try SequentialVectorEnvironment([Corridor(), Corridor(), Corridor()])
    try single.reset(key: key)
    try triple.reset(key: key)
    #expect(triple.observations[0] == single.observations[0])
    #expect(Set(triple.observations.elements).count == 3)
    for step in 0..<30 {
      let actions = randomActions(for: triple, key: key, step: step)
      try triple.step(actions: actions)
      try single.step(actions: AlignedBuffer([actions[0]]))
      #expect(triple.observations[0] == single.observations[0])
    }
  }

  @Test("a number that is not finite is the environment's error")
  func notFinite() throws {
    let environment = try SequentialVectorEnvironment([Corridor(broken: true), Corridor()])
    try environment.reset(key: key)
    let error = #expect(throws: UserError.self) { try environment.step(actions: always(0, 2)) }
    #expect(error?.kind == .environment)
    let rewards = try SequentialVectorEnvironment([Corridor(reward: .infinity)])
    try rewards.reset(key: key)
    #expect(throws: UserError.self) { try rewards.step(actions: always(0, 1)) }
  }

  @Test("members with different specifications are refused")
  func differentSpecifications() {
    #expect(throws: UserError.self) {
      try SequentialVectorEnvironment([Corridor(), Corridor(length: 4)])
    }
  }

  @Test("a restored environment continues bit for bit", arguments: [nil, 7, 40])
  func restore(limit: Int?) throws {
    let corridor = Corridor(limit: limit)
    let make = { try SequentialVectorEnvironment([corridor, corridor]) }
    let original = try make()
    try original.reset(key: key)
    for step in 0..<25 {
      try original.step(actions: randomActions(for: original, key: key, step: step))
    }
    var tensors = NamedTensors()
    original.save(into: &tensors)
    let restored = try make()
    try restored.restore(from: tensors)
    for step in 25..<60 {
      var first = NamedTensors()
      var second = NamedTensors()
      original.save(into: &first)
      restored.save(into: &second)
      #expect(first == second)
      let actions = randomActions(for: original, key: key, step: step)
      try original.step(actions: actions)
      try restored.step(actions: actions)
    }
  }

  @Test("an environment without a step limit keeps more actions than it had room for")
  func growingRecording() throws {
    let original = try SequentialVectorEnvironment([Corridor(length: 1e6, limit: nil)])
    try original.reset(key: key)
    for step in 0..<3000 {
      try original.step(actions: randomActions(for: original, key: key, step: step))
    }
    var tensors = NamedTensors()
    original.save(into: &tensors)
    let restored = try SequentialVectorEnvironment([Corridor(length: 1e6, limit: nil)])
    try restored.restore(from: tensors)
    #expect(restored.observations[0] == original.observations[0])
    #expect(restored.episodeLengths == [3000])
  }

  @Test("an environment that is not deterministic cannot be restored")
  func notDeterministic() throws {
    let original = try SequentialVectorEnvironment([Drifting()])
    try original.reset(key: key)
    try original.step(actions: always(0, 1))
    var tensors = NamedTensors()
    original.save(into: &tensors)
    let error = #expect(throws: UserError.self) { try original.restore(from: tensors) }
    #expect(error?.kind == .environment)
    #expect(error?.description.contains("deterministic") == true)
  }

  @Test("what does not fit is refused")
  func doesNotFit() throws {
    let original = try SequentialVectorEnvironment([Corridor()])
    try original.reset(key: key)
    var tensors = NamedTensors()
    original.save(into: &tensors)
    let double = try SequentialVectorEnvironment([Corridor(), Corridor()])
    #expect(throws: UserError.self) { try double.restore(from: tensors) }
    #expect(throws: UserError.self) { try double.restore(from: NamedTensors()) }
  }

  /// Forgets to begin anew.
  struct Drifting: Environment {
    var count = 0.0
    var specification: EnvironmentSpecification { Corridor().specification }
    mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
      observation[0] = count
    }
    mutating func step(
      _ action: Span<Double>, observation: inout MutableSpan<Double>
    ) -> StepOutcome {
      count += 1
      observation[0] = count
      return StepOutcome(reward: 0)
    }
  }
}
