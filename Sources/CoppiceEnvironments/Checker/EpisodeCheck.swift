import CoppiceRandom
import CoppiceTensors

/// Looks at episodes of one environment, played in several ways.
struct EpisodeCheck {
  let script: EpisodeScript
  private(set) var findings: [EnvironmentFinding] = []
  private var specification: EnvironmentSpecification { script.specification }

  init(script: EpisodeScript) { self.script = script }

  /// Adds a finding unless there is one of the same rule.
  private mutating func add(
    _ rule: EnvironmentFinding.Rule, _ severity: EnvironmentFinding.Severity, _ message: String
  ) {
    guard !findings.contains(where: { $0.rule == rule }) else { return }
    findings.append(EnvironmentFinding(rule, severity, "\(specification.id): \(message)"))
  }

  /// How many environments ``run(_:)`` takes.
  static var memberCount: Int { 9 }

  /// Plays in every way, and looks.
  mutating func run(_ members: [any Environment]) {
    var environment = members[0]
    let reference = PlayedEpisodes(of: &environment, script: script)
    if environment.specification != specification {
      add(.specification, .error, "the specification changed while playing")
    }
    for (index, moment) in reference.moments.enumerated() { look(at: moment, index) }
    compareStarts(&environment)

    // the same again, in this environment and in another one
    var other = members[1]
    let again = PlayedEpisodes(of: &environment, script: script)
    let elsewhere = PlayedEpisodes(of: &other, script: script)
    for (episodes, place) in [(again, "in the same environment"), (elsewhere, "in a new one")] {
      if let moment = episodes.firstDifference(from: reference) {
        add(
          .determinism, .error,
          "the same key and actions led elsewhere \(place), at moment \(moment); expected the same "
            + "bits")
      }
    }

    // a vector would stop at errors that have been found by now
    guard !findings.contains(where: { $0.severity == .error }) else { return }
    do {
      let vector = try SequentialVectorEnvironment(Array(members[2...4]))
      let played = try PlayedEpisodes(of: vector, script: script)
      if let moment = played.firstDifference(from: reference) {
        add(
          .vector, .error,
          "a vector led elsewhere than the environment alone, at moment \(moment)")
      }
    } catch { add(.vector, .error, "\(error)") }
    do { try restore(members) } catch { add(.restore, .error, "\(error)") }
  }

  /// Looks at the numbers of one step, or of the start of an episode.
  private mutating func look(at moment: PlayedEpisodes.Moment, _ index: Int) {
    if let number = moment.observation.firstIndex(where: { !$0.isFinite }) {
      add(
        .finiteObservations, .error,
        "number \(number) of the observation at moment \(index) is \(moment.observation[number]), "
          + "or was not written; expected a finite number")
    } else if let number = specification.observationSpace.outside(moment.observation) {
      add(
        .observationBounds, .error,
        "number \(number) of the observation at moment \(index) is \(moment.observation[number]), "
          + "outside the observation space")
    }
    guard let outcome = moment.outcome else { return }
    if !outcome.reward.isFinite {
      add(
        .finiteRewards, .error,
        "the reward at moment \(index) is \(outcome.reward); expected a finite number")
    }
    if outcome.terminated, moment.truncatedItself {
      add(
        .ends, .error,
        "the episode both terminates and is truncated at moment \(index); expected one of them")
    } else if moment.truncatedItself, specification.stepLimit != nil {
      add(
        .ends, .warning,
        "the episode is truncated by the environment at moment \(index), although the "
          + "specification states a step limit, which the runner applies")
    }
  }

  /// Looks whether the key matters.
  private mutating func compareStarts(_ environment: inout any Environment) {
    let observation = AlignedBuffer<Double>(count: specification.observationSpace.size)
    var starts: Set<[UInt64]> = []
    for index in 0..<8 {
      var span = observation.elements.mutableSpan
      environment.reset(key: script.key.split("starts").split(index), observation: &span)
      starts.insert(observation.elements.map(\.bitPattern))
    }
    if starts.count == 1 {
      add(.randomStart, .warning, "eight different keys gave the same start; is that meant?")
    }
  }

  /// Saves in the middle, restores, and continues both ways.
  private mutating func restore(_ members: [any Environment]) throws(UserError) {
    let first = try SequentialVectorEnvironment(Array(members[5...6]))
    let second = try SequentialVectorEnvironment(Array(members[7...8]))
    let half = script.steps / 2
    try first.reset(key: script.key)
    for step in 0..<half { try first.step(actions: script.actions(for: 2, step)) }
    var saved = NamedTensors()
    first.save(into: &saved)
    try second.restore(from: saved)

    for step in half..<script.steps {
      try first.step(actions: script.actions(for: 2, step))
      try second.step(actions: script.actions(for: 2, step))
    }
    var (firstEnd, secondEnd) = (NamedTensors(), NamedTensors())
    first.save(into: &firstEnd)
    second.save(into: &secondEnd)
    if firstEnd != secondEnd {
      add(.restore, .error, "a restored episode led elsewhere than the one that went on")
    }
  }
}

extension Space {
  /// The first number that is outside, beyond the rounding of single precision.
  fileprivate func outside(_ values: [Double]) -> Int? {
    switch self {
    case .discrete(let count):
      let isMember = values[0] == values[0].rounded() && (0..<Double(count)).contains(values[0])
      return isMember ? nil : 0
    case .box(let low, let high):
      return values.indices.first { index in
        let slack = 1e-6 * max(1, abs(values[index]))
        return values[index] < low[index] - slack || values[index] > high[index] + slack
      }
    }
  }
}
