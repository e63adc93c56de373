public import CoppiceAgents
public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceReplay
public import CoppiceTensors

/// How long and how often: the numbers of a training loop, in environment steps unless said otherwise.
public struct TrainingPlan: Sendable, Equatable {
  /// Steps with uniformly random actions before learning begins.
  public var warmUpSteps: Int
  /// Gradient steps for each environment step after that; positive, may be below 1.
  public var updateToData: Double
  /// Steps of the whole run, which a falling learning rate is measured against.
  public var totalSteps: Int
  /// How the learning rate changes over the run.
  public var learningRate: LearningRateSchedule
  /// When returns begin to look further ahead than one step.
  public var multiStep: MultiStep
  /// When the replay forgets what the policy has left.
  public var dynamicReplay: DynamicReplay
  /// When dormant units are given a new beginning.
  public var redo: Recycling

  /// A plan from its parts.
  public init(
    warmUpSteps: Int, updateToData: Double = 1, totalSteps: Int,
    learningRate: LearningRateSchedule = .constant, multiStep: MultiStep = MultiStep(),
    dynamicReplay: DynamicReplay = DynamicReplay(), redo: Recycling = Recycling()
  ) {
    self.warmUpSteps = warmUpSteps
    self.updateToData = updateToData
    self.totalSteps = totalSteps
    self.learningRate = learningRate
    self.multiStep = multiStep
    self.dynamicReplay = dynamicReplay
    self.redo = redo
  }
}

/// Acting and learning in turn: one environment step, its transition, the updates that are due.
///
/// The loop holds all state that training depends on and can be saved between any two steps. It
/// writes no files, reads no clock and evaluates nothing.
///
/// ## Randomness
/// The keys of every step follow from the key of the loop and the number of the step, so a restored
/// loop goes on with the same numbers.
public final class TrainingLoop {
  /// The agent that learns.
  public let agent: any Algorithm
  /// The environments that it acts in.
  public let environment: any VectorEnvironment
  /// What it learns from.
  public let replay: ReplayBuffer
  /// How long and how often.
  public let plan: TrainingPlan

  /// Environment steps so far, over all members.
  public private(set) var environmentStep = 0
  /// Gradient steps so far.
  public private(set) var gradientStep = 0
  /// Episodes that ended so far.
  public private(set) var episodeCount = 0
  /// The sum of rewards of the episode that ended last; nothing before the first end.
  public private(set) var lastEpisodeReturn: Double?
  /// The steps of the episode that ended last.
  public private(set) var lastEpisodeLength = 0

  private let key: RandomKey
  private let learner: GradientStep
  private let trimming: ReplayTrimming?
  private let probe: NetworkProbe?
  private let actions: AlignedBuffer<Double>
  private let environmentActions: AlignedBuffer<Double>
  private let previousObservations: AlignedBuffer<Double>
  let actionMap: ActionMap

  /// A loop before its first step; the environments begin their first episodes.
  ///
  /// - Throws: `UserError` of kind `configuration` when the agent cannot act in the environment.
  public init(
    agent: any Algorithm, environment: any VectorEnvironment, replay: ReplayBuffer,
    plan: TrainingPlan,
    key: RandomKey
  ) throws(UserError) {
    let specification = environment.specification
    self.agent = agent
    self.environment = environment
    self.replay = replay
    self.plan = plan
    self.key = key
    actionMap = try ActionMap(specification)
    learner = GradientStep(
      agent: agent, replay: replay, key: key.split("update"), multiStep: plan.multiStep,
      members: environment.memberCount)
    trimming = ReplayTrimming(plan.dynamicReplay, agent: agent, replay: replay)
    probe = plan.redo.every > 0 ? NetworkProbe(agent: agent, replay: replay) : nil
    let actionNumbers = environment.memberCount * specification.actionSpace.size
    actions = AlignedBuffer(count: actionNumbers)
    environmentActions = AlignedBuffer(count: actionNumbers)
    previousObservations = AlignedBuffer(count: environment.observations.count)
    try environment.reset(key: key.split("environment"))
    agent.observe(environment.observations.pointer, count: environment.memberCount)
  }

  /// One step of every member, and the gradient steps that it makes due.
  ///
  /// - Throws: `UserError` of kind `environment` when the environment breaks its contract, of kind
  ///   `divergence` when the agent's losses are no longer finite.
  /// - Complexity: no allocation after the first updates.
  public func step() throws(UserError) {
    act()
    previousObservations.copy(from: environment.observations)
    try environment.step(actions: environmentActions)
    remember()
    environmentStep += environment.memberCount
    trimming?.check(from: environmentStep - environment.memberCount, to: environmentStep)
    try learn()
  }

  private func act() {
    let count = environment.memberCount
    let step = key.split("act").split(environmentStep)
    if environmentStep < plan.warmUpSteps {
      var random = step.stream()
      for index in 0..<actions.count { actions.pointer[index] = random.nextUniform(-1, 1) }
    } else {
      agent.act(
        observations: environment.observations.pointer, count: count, exploring: step,
        actions: actions.pointer)
    }
    actionMap.apply(actions, into: environmentActions)
  }

  private func remember() {
    let observations = environment.specification.observationSpace.size
    let actionCount = environment.specification.actionSpace.size
    for member in 0..<environment.memberCount {
      let outcome = environment.outcomes[member]
      replay.append(
        observation: previousObservations.pointer + member * observations,
        action: actions.pointer + member * actionCount, reward: outcome.reward,
        nextObservation: environment.stepObservations.pointer + member * observations,
        terminated: outcome.terminated, truncated: outcome.truncated)
      guard outcome.terminated || outcome.truncated else { continue }
      episodeCount += 1
      lastEpisodeReturn = environment.episodeReturns[member]
      lastEpisodeLength = environment.episodeLengths[member]
    }
    agent.observe(environment.observations.pointer, count: environment.memberCount)
  }

  private func learn() throws(UserError) {
    let learning = max(0, environmentStep - plan.warmUpSteps)
    let due = Int(plan.updateToData * Double(learning))
    while gradientStep < due {
      gradientStep += 1
      learner.perform(
        step: gradientStep,
        learningRateScale: plan.learningRate.scale(
          at: environmentStep, of: plan.totalSteps))
      if plan.redo.every > 0, gradientStep.isMultiple(of: plan.redo.every) {
        probe?.recycle(
          threshold: plan.redo.threshold, key: key.split("redo").split(gradientStep))
      }
    }
    guard agent.isFinite else {
      throw UserError(
        .divergence, found: "a loss that is not finite at gradient step \(gradientStep)",
        action: "lower the learning rate, or resume from the last checkpoint with other settings")
    }
  }
}

extension TrainingLoop: Checkpointable {
  /// Saves the clocks, the agent and the environments; the replay has a record of its own.
  public func save(into tensors: inout NamedTensors) {
    tensors.set(
      "clocks",
      [environmentStep, gradientStep, episodeCount, lastEpisodeLength].map(Int64.init))
    tensors.set("last-return", lastEpisodeReturn.map { [$0] } ?? [])
    if trimming != nil { tensors.set("dropped-transitions", [Int64(replay.droppedCount)]) }
    tensors.save(agent, under: "agent")
    tensors.save(environment, under: "environment")
  }

  /// Restores everything but the replay, which must hold its transitions already.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    let clocks: [Int64] = try tensors.get("clocks")
    guard clocks.count == 4, clocks.allSatisfy({ $0 >= 0 }), clocks[0] == replay.appendedCount
    else {
      throw UserError(
        .checkpoint,
        found: "clocks \(clocks) beside a replay of \(replay.appendedCount) transitions",
        expected: "as many transitions as environment steps",
        action: "use a checkpoint that was not altered")
    }
    environmentStep = Int(clocks[0])
    gradientStep = Int(clocks[1])
    episodeCount = Int(clocks[2])
    lastEpisodeLength = Int(clocks[3])
    lastEpisodeReturn = try tensors.get("last-return", as: Double.self).first
    try agent.restore(from: tensors.under("agent"))
    try environment.restore(from: tensors.under("environment"))
  }
}
