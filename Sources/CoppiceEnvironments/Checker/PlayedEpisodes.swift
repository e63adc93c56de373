import CoppiceRandom
import CoppiceTensors

/// What an environment did over some steps, episode after episode.
struct PlayedEpisodes {
  /// The starts and steps, in order.
  private(set) var moments: [Moment] = []

  /// What one step, or the start of an episode, led to.
  struct Moment {
    /// The observation.
    let observation: [Double]
    /// The outcome with the step limit applied; nothing at the start of an episode.
    let outcome: StepOutcome?
    /// Whether the environment itself said that the episode was cut off.
    var truncatedItself = false

    /// Whether all numbers are the same, bit for bit.
    func isIdentical(to other: Moment) -> Bool {
      observation.map(\.bitPattern) == other.observation.map(\.bitPattern)
        && outcome?.reward.bitPattern == other.outcome?.reward.bitPattern
        && outcome?.terminated == other.outcome?.terminated
        && outcome?.truncated == other.outcome?.truncated
    }
  }

  /// The first moment that differs from that of `other`.
  func firstDifference(from other: PlayedEpisodes) -> Int? {
    let count = min(moments.count, other.moments.count)
    let differing = (0..<count).first { !moments[$0].isIdentical(to: other.moments[$0]) }
    return differing ?? (moments.count == other.moments.count ? nil : count)
  }

  /// Plays one environment as member 0 of a vector would.
  init(of environment: inout any Environment, script: EpisodeScript) {
    let specification = script.specification
    let observation = AlignedBuffer<Double>(count: specification.observationSpace.size)
    var (episode, length) = (0, 0)
    var isRunning = false
    for step in 0..<script.steps {
      if !isRunning {
        // what is not written shows as not a number
        observation.fill(.nan)
        var span = observation.elements.mutableSpan
        environment.reset(key: script.key.split(0).split(episode), observation: &span)
        moments.append(Moment(observation: Array(observation.elements), outcome: nil))
      }

      let action = script.actions(for: 1, step)
      observation.fill(.nan)
      var span = observation.elements.mutableSpan
      var outcome = environment.step(
        UnsafeBufferPointer(action.elements).span, observation: &span)
      let truncatedItself = outcome.truncated
      length += 1
      if let limit = specification.stepLimit, length >= limit, !outcome.terminated {
        outcome.truncated = true
      }
      moments.append(
        Moment(
          observation: Array(observation.elements), outcome: outcome,
          truncatedItself: truncatedItself))
      isRunning = !outcome.terminated && !outcome.truncated
      if !isRunning { (episode, length) = (episode + 1, 0) }
    }
  }

  /// Plays `vector` and keeps what its member 0 did.
  init(of vector: SequentialVectorEnvironment, script: EpisodeScript) throws(UserError) {
    let size = script.specification.observationSpace.size
    try vector.reset(key: script.key)
    var isRunning = false
    for step in 0..<script.steps {
      if !isRunning {
        moments.append(
          Moment(observation: Array(vector.observations.elements.prefix(size)), outcome: nil))
      }
      try vector.step(actions: script.actions(for: vector.memberCount, step))
      let outcome = vector.outcomes[0]
      moments.append(
        Moment(
          observation: Array(vector.stepObservations.elements.prefix(size)), outcome: outcome))
      isRunning = !outcome.terminated && !outcome.truncated
    }
  }
}

/// Which episodes are played, and how.
struct EpisodeScript {
  let specification: EnvironmentSpecification
  let steps: Int
  let key: RandomKey

  /// `[count, A]`: the actions of one step, the same for the first members whatever the count.
  func actions(for count: Int, _ step: Int) -> AlignedBuffer<Double> {
    let size = specification.actionSpace.size
    let actions = AlignedBuffer<Double>(count: count * size)
    for member in 0..<count {
      var random = key.split("actions").split(step).split(member).stream()
      let numbers = UnsafeMutableBufferPointer(
        rebasing: actions.elements[member * size..<(member + 1) * size])
      specification.actionSpace.sample(&random, into: numbers)
    }
    return actions
  }
}

extension Space {
  /// Writes a random member; numbers without two finite bounds are standard normal, cut at them.
  fileprivate func sample(
    _ random: inout RandomStream, into values: UnsafeMutableBufferPointer<Double>
  ) {
    switch self {
    case .discrete(let count): values[0] = Double(random.nextIndex(below: count))
    case .box(let low, let high):
      for index in values.indices {
        let isBounded = low[index].isFinite && high[index].isFinite
        let value = isBounded ? random.nextUniform(low[index], high[index]) : random.nextNormal()
        values[index] = min(max(value, low[index]), high[index])
      }
    }
  }
}
