import CoppiceRandom
public import CoppiceTensors

extension SequentialVectorEnvironment {
  /// Saves the running episodes as keys and actions, and the observations to compare with.
  public func save(into tensors: inout NamedTensors) {
    tensors.set("key", key.map { [$0.bits] } ?? [])
    tensors.set("episodes", episodes.map(Int64.init))
    tensors.set("steps", recordings.map { Int64($0.count) })
    tensors.set("actions", recordings.flatMap { Array($0.numbers) })
    let shape = [memberCount, observationSize]
    tensors.set("observations", observations, shape: shape)
    tensors.set("step-observations", stepObservations, shape: shape)
    tensors.set("rewards", outcomes.map(\.reward))
    tensors.set("ends", outcomes.map { UInt8($0.terminated ? 1 : 0) | ($0.truncated ? 2 : 0) })
    tensors.set("returns", episodeReturns)
    tensors.set("lengths", episodeLengths.map(Int64.init))
  }

  /// Plays the saved episodes again up to where they were.
  ///
  /// - Complexity: as many steps as the running episodes have.
  /// - Throws: `UserError` of kind `checkpoint` when what was saved does not fit, of kind
  ///   `environment` when the same actions do not lead to the same observation.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    let bits: [UInt64] = try tensors.get("key")
    let ends = try values("ends", of: tensors, as: UInt8.self)
    let rewards = try values("rewards", of: tensors, as: Double.self)
    let returns = try values("returns", of: tensors, as: Double.self)
    let lengths = try values("lengths", of: tensors, as: Int64.self)
    let steps = try values("steps", of: tensors, as: Int64.self)
    let savedEpisodes = try values("episodes", of: tensors, as: Int64.self)
    let actions: [Double] = try tensors.get("actions")
    let saved = AlignedBuffer<Double>(count: observations.count)
    try tensors.get("observations", into: saved)
    try tensors.get("step-observations", into: stepObservations)
    guard bits.count <= 1, steps.allSatisfy({ (0...Int64(actions.count)).contains($0) }),
      actions.count == Int(steps.reduce(0, +)) * actionSize
    else {
      throw UserError(
        .checkpoint, found: "\(actions.count) numbers of recorded actions",
        expected: "\(actionSize) for each step of the running episodes",
        action: "use a checkpoint written with the same configuration")
    }

    key = bits.first.map(RandomKey.init(bits:))
    episodes = savedEpisodes.map { Int($0) }
    setRecord(
      outcomes: zip(rewards, ends).map {
        StepOutcome(reward: $0, terminated: $1 & 1 != 0, truncated: $1 & 2 != 0)
      },
      episodeReturns: returns, episodeLengths: lengths.map { Int($0) })
    guard key != nil else { return }
    var start = 0
    for member in 0..<memberCount {
      let count = Int(steps[member]) * actionSize
      try replay(member, actions[start..<start + count])
      start += count
    }
    try compare(with: saved)
  }

  private func replay(_ member: Int, _ actions: ArraySlice<Double>) throws(UserError) {
    try begin(member)
    let numbers = AlignedBuffer(actions)
    for start in stride(from: 0, to: numbers.count, by: actionSize) {
      recordings[member].append(numbers.pointer + start)
      _ = play(member, numbers.pointer + start, into: observations)
    }
  }

  private func compare(with saved: AlignedBuffer<Double>) throws(UserError) {
    for index in 0..<saved.count where saved[index].bitPattern != observations[index].bitPattern {
      throw broken(
        index / observationSize,
        "observation number \(index % observationSize) is \(observations[index]) when the episode "
          + "is played again",
        expected: "\(saved[index]), because an environment must be deterministic")
    }
  }

  private func values<Element: TensorStorable>(
    _ name: String, of tensors: NamedTensors, as type: Element.Type
  ) throws(UserError) -> [Element] {
    let values: [Element] = try tensors.get(name)
    guard values.count == memberCount else {
      throw UserError(
        .checkpoint, found: "\"\(name)\" of \(values.count) environments",
        expected: "\(memberCount)", action: "resume with as many environments as before")
    }
    return values
  }
}
