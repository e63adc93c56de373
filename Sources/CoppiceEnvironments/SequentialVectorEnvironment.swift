public import CoppiceRandom
public import CoppiceTensors

/// Copies of one environment that step one after the other on the calling thread.
///
/// Use it for environments whose step is short. The members play different episodes: member `i`
/// plays its episode `e` with the key `key.split(i).split(e)`. The step limit of the specification
/// is applied here.
///
/// An environment is saved as the keys and actions of its running episodes and restored by playing
/// them again, so any environment that keeps the contract of ``Environment`` can be resumed.
///
/// - Complexity: A step allocates nothing, unless an environment without a step limit outgrows the
///   memory for its actions, which then doubles.
public final class SequentialVectorEnvironment: VectorEnvironment {
  /// What each member is called, sees and can do.
  public let specification: EnvironmentSpecification
  /// `[N, O]`: what to act on next.
  public let observations: AlignedBuffer<Double>
  /// `[N, O]`: what the last step led to, before any reset.
  public let stepObservations: AlignedBuffer<Double>
  /// `[N]`: what the last step led to, with the step limit applied.
  public private(set) var outcomes: [StepOutcome]
  /// `[N]`: the sum of rewards of each running episode; of the ended one right after an end.
  public private(set) var episodeReturns: [Double]
  /// `[N]`: the steps of each running episode; of the ended one right after an end.
  public private(set) var episodeLengths: [Int]

  var members: [any Environment]
  var key: RandomKey?
  var episodes: [Int]
  var recordings: [ActionRecording]
  let observationSize: Int
  let actionSize: Int

  /// Environments that have not begun their first episode.
  ///
  /// - Throws: `UserError` of kind `environment` when their specifications differ.
  /// - Precondition: There is at least one.
  public init(_ members: [any Environment]) throws(UserError) {
    precondition(!members.isEmpty, "a vector environment needs a member")
    let specification = members[0].specification
    for (index, member) in members.enumerated() where member.specification != specification {
      throw UserError(
        .environment, found: "member \(index) with another specification than member 0",
        expected: "copies of one environment", action: "make all members with the same options")
    }
    self.members = members
    self.specification = specification
    observationSize = specification.observationSpace.size
    actionSize = specification.actionSpace.size
    observations = AlignedBuffer(count: members.count * observationSize)
    stepObservations = AlignedBuffer(count: members.count * observationSize)
    outcomes = Array(repeating: StepOutcome(reward: 0), count: members.count)
    episodeReturns = Array(repeating: 0, count: members.count)
    episodeLengths = Array(repeating: 0, count: members.count)
    episodes = Array(repeating: 0, count: members.count)
    let size = actionSize
    recordings = members.map { _ in
      ActionRecording(actionSize: size, capacity: specification.stepLimit ?? 1024)
    }
  }

  /// `N`, the number of members.
  public var memberCount: Int { members.count }

  /// Begins the first episode of every member.
  ///
  /// - Throws: `UserError` of kind `environment` when an observation is not finite.
  public func reset(key: RandomKey) throws(UserError) {
    self.key = key
    for member in members.indices {
      outcomes[member] = StepOutcome(reward: 0)
      episodeReturns[member] = 0
      episodeLengths[member] = 0
      episodes[member] = 0
      try begin(member)
    }
    stepObservations.copy(from: observations)
  }

  /// Acts once in every member.
  ///
  /// - Parameter actions: `[N, A]`, within the action space.
  /// - Throws: `UserError` of kind `environment` when an observation or a reward is not finite.
  /// - Precondition: ``reset(key:)`` or a restore came before.
  public func step(actions: AlignedBuffer<Double>) throws(UserError) {
    precondition(key != nil, "step(actions:) needs a reset(key:) before it")
    precondition(
      actions.count == members.count * actionSize,
      "\(actions.count) numbers are no actions for \(members.count) members")
    for member in members.indices { try step(member, actions.pointer + member * actionSize) }
  }

  private func step(_ member: Int, _ action: UnsafeMutablePointer<Double>) throws(UserError) {
    let previous = outcomes[member]
    if previous.terminated || previous.truncated {
      episodeReturns[member] = 0
      episodeLengths[member] = 0
    }

    // what the step leads to
    recordings[member].append(action)
    var outcome = play(member, action, into: stepObservations)
    episodeLengths[member] += 1
    if let limit = specification.stepLimit, episodeLengths[member] >= limit, !outcome.terminated {
      outcome.truncated = true
    }
    outcomes[member] = outcome
    try check(member, stepObservations)
    guard outcome.reward.isFinite else {
      throw broken(member, "reward \(outcome.reward)", expected: "a finite reward")
    }
    episodeReturns[member] += outcome.reward

    // what to act on next
    if outcome.terminated || outcome.truncated {
      episodes[member] += 1
      try begin(member)
    } else {
      let offset = member * observationSize
      (observations.pointer + offset).update(
        from: stepObservations.pointer + offset, count: observationSize)
    }
  }

  /// Lets one member act, without any record of it.
  func play(
    _ member: Int, _ action: UnsafeMutablePointer<Double>, into buffer: AlignedBuffer<Double>
  ) -> StepOutcome {
    let action = UnsafeBufferPointer(start: action, count: actionSize)
    let memory = UnsafeMutableBufferPointer(
      start: buffer.pointer + member * observationSize, count: observationSize)
    var observation = memory.mutableSpan
    return members[member].step(action.span, observation: &observation)
  }

  /// Begins the episode that `episodes` names.
  func begin(_ member: Int) throws(UserError) {
    guard let key else { return }
    recordings[member].removeAll()
    let memory = UnsafeMutableBufferPointer(
      start: observations.pointer + member * observationSize, count: observationSize)
    var observation = memory.mutableSpan
    members[member].reset(
      key: key.split(member).split(episodes[member]), observation: &observation)
    try check(member, observations)
  }

  private func check(_ member: Int, _ buffer: AlignedBuffer<Double>) throws(UserError) {
    let start = buffer.pointer + member * observationSize
    for index in 0..<observationSize where !start[index].isFinite {
      throw broken(
        member, "observation \(start[index]) at number \(index)", expected: "finite observations")
    }
  }

  func broken(_ member: Int, _ found: String, expected: String) -> UserError {
    UserError(
      .environment,
      found: "\(specification.id), member \(member), episode \(episodes[member]), "
        + "step \(episodeLengths[member]): \(found)",
      expected: expected, action: "run checkEnvironment on it, or change its options")
  }

  func setRecord(
    outcomes: [StepOutcome], episodeReturns: [Double], episodeLengths: [Int]
  ) {
    self.outcomes = outcomes
    self.episodeReturns = episodeReturns
    self.episodeLengths = episodeLengths
  }
}
