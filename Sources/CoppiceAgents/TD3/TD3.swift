public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceReplay
public import CoppiceSparsity
public import CoppiceTensors

/// Twin-delayed deep deterministic policy gradient, dense or sparse.
///
/// Two critics, of which the smaller one counts; noise on the target action; a policy that learns on
/// every `policyDelay`-th step. With a topology rule all six networks are sparse from the first step,
/// which with `NOfM` is RNM-TD3.
///
/// ```swift
/// let agent = try TD3(
///   TD3.defaults, setup: AgentSetup(observationCount: 17, actionCount: 6, rule: NOfM(keep: 2, of: 4)),
///   key: RandomKey(seed: 1))
/// ```
///
/// ## Shapes
/// - `O` numbers of an observation, `A` numbers of an action, `B` samples of a batch
///
/// ## Randomness
/// Initial weights and topologies from the key of the agent; target noise from the key of each
/// update. Results do not depend on the number of threads.
///
/// - Complexity: five forward and two backward passes of a batch in each update, and two forward
///   and two backward ones more where the actor learns. No allocation after the first updates.
///
/// ## Source
/// Fujimoto, van Hoof, Meger 2018, "Addressing Function Approximation Error in Actor-Critic
/// Methods", arXiv 1802.09477, algorithm 1; hyper-parameters of the authors' current code.
/// **Differences**: actions are scaled to [−1, 1] throughout, also where critics read them.
public final class TD3: Algorithm {
  /// `td3`.
  public static let name = "td3"
  /// The values of the authors' current code.
  public static let defaults = Configuration()

  /// The hyper-parameters.
  public let configuration: Configuration

  /// The policy, its target and its optimiser.
  public let actor: SparseLearner<MLP<Float>>

  /// The two value functions, their targets and their optimisers.
  public var critics: [SparseLearner<MLP<Float>>] { twins.learners }

  /// The actor and both critics.
  public let learners: [NamedLearner]

  /// Receives the time that each kind of work took, where somebody wants to know.
  public var stopwatch: UpdateStopwatch? {
    get { laps.stopwatch }
    set { laps.stopwatch = newValue }
  }

  let observationCount: Int
  let actionCount: Int
  let outputs: PolicyOutputs
  let squash: DeterministicPolicy<Float>
  var tally: Tally

  private let pool: WorkerPool
  private let arithmetic: KernelArithmetic
  private let workspace: Workspace
  private let twins: TwinCritics
  private let laps = UpdateLaps()

  /// A new agent.
  ///
  /// - Parameters:
  ///   - configuration: The hyper-parameters.
  ///   - setup: What the agent sees, and what it computes with.
  ///   - key: Initial weights and topologies.
  /// - Throws: `UserError` of kind `configuration` that names the first bad hyper-parameter.
  public init(_ configuration: Configuration, setup: AgentSetup, key: RandomKey) throws(UserError) {
    try configuration.validate()
    self.configuration = configuration
    observationCount = setup.observationCount
    actionCount = setup.actionCount
    pool = setup.pool
    arithmetic = setup.arithmetic
    squash = DeterministicPolicy(arithmetic: setup.arithmetic)

    // the critics' gradient with respect to the action is wanted of the first one alone
    let inputs = setup.observationCount + setup.actionCount
    let makeAdam = { (network: MLP<Float>) in
      Adam(network: network, configuration: configuration.adam)
    }
    let actor = SparseLearner(
      network: try setup.network(
        "actor", sizes: [setup.observationCount] + setup.hidden + [setup.actionCount],
        key: key.split("actor")),
      role: NetworkRole("actor", delay: configuration.policyDelay), rule: setup.rule,
      withTarget: true, sampleCount: configuration.batchSize, key: key.split("actor-topology"),
      makeOptimiser: makeAdam)
    var critics: [SparseLearner<MLP<Float>>] = []
    for index in 0..<2 {
      let name = Self.networkNames[1 + index]
      let network = try setup.network(
        name, sizes: [inputs] + setup.hidden + [1],
        inputGradientColumns: index == 0 ? setup.observationCount..<inputs : nil,
        key: key.split("critic").split(index))
      critics.append(
        SparseLearner(
          network: network, role: NetworkRole(name), rule: setup.rule, withTarget: true,
          sampleCount: configuration.batchSize, key: key.split("critic-topology").split(index),
          makeOptimiser: makeAdam))
    }
    self.actor = actor
    learners = [NamedLearner(actor)] + critics.map { NamedLearner($0) }

    let batchSize = configuration.batchSize
    // a single thread takes the networks one after the other, so they may write to the same memory,
    // which then stays in a near cache
    let sharesMemory = setup.pool.threadCount == 1
    let first = MLPTrace(for: critics[0].network, sampleCount: batchSize)
    let second =
      sharesMemory
      ? MLPTrace(for: critics[1].network, overwriting: first)
      : MLPTrace(for: critics[1].network, sampleCount: batchSize)
    workspace = Workspace(
      actor: actor, batchSize: batchSize, sharingHiddenOutputsOf: sharesMemory ? first : nil)
    twins = TwinCritics(
      critics, traces: [first, second], batchSize: batchSize,
      targetsSharingHiddenOutputsOf: workspace.targetActor, arithmetic: setup.arithmetic,
      laps: laps)
    tally = Tally(panelCount: workspace.panelCount)
    outputs = PolicyOutputs(
      network: actor.network,
      normaliser: configuration.normaliseObservations
        ? ObservationNormaliser(featureCount: setup.observationCount) : nil)
  }

  /// Shifts and scales observations, where the configuration says so.
  public var normaliser: ObservationNormaliser? { outputs.normaliser }

  /// `B`.
  public var batchSize: Int { configuration.batchSize }

  /// γ.
  public var discount: Double { configuration.discount }

  /// Whether all losses and values since the last report are finite numbers.
  public var isFinite: Bool { tally.measures.areFinite }

  // MARK: Learning

  /// One step of algorithm 1 of the paper.
  ///
  /// - Parameters:
  ///   - batch: `B` transitions, drawn or promised; actions and next actions are overwritten.
  ///   - step: The gradient step, the first of which is 1.
  ///   - learningRateScale: What learning rates are multiplied by in this step.
  ///   - key: The noise on target actions.
  public func update(
    from batch: TransitionBatch, step: Int, learningRateScale: Double, key: RandomKey
  ) {
    precondition(batch.sampleCount == batchSize, "a batch has \(batchSize) samples")
    let actorLearns = step.isMultiple(of: configuration.policyDelay)
    let rate = actorLearns ? Float(configuration.targetUpdateRate) : nil
    workspace.begin(batch, key: key, actorLearns: actorLearns, targetRate: rate)
    for critic in critics {
      critic.begin(
        step: step, learningRate: configuration.criticLearningRate * learningRateScale,
        targetRate: rate)
    }
    if actorLearns {
      actor.begin(
        step: step, learningRate: configuration.actorLearningRate * learningRateScale,
        targetRate: rate)
    }
    pool.run { worker in self.learn(worker) }
    tally.count(actorLearns: actorLearns)
    reviseTopologies(after: step)
  }

  /// The share of one worker in a step.
  ///
  /// Up to the goals and in the actor's turn the workers share the panels of the batch; in between
  /// each has a critic of its own, or each group of workers where there are more of them.
  private func learn(_ worker: Worker) {
    let part = worker.part
    let panels = part.range(of: workspace.panelCount)
    // sample a mini-batch of B transitions (s, a, r, s′)
    workspace.batch.draw(panels, normaliser: outputs.normaliser, laps: laps, part)
    // ã ← clip(π′(s′) + clip(ε, −c, c))
    smoothTargetActions(panels, part)
    // y ← r + γ (1 − d) minᵢ Q′ᵢ(s′, ã)
    computeGoals(panels, part)
    worker.barrier()
    let (indices, group) = worker.share(ofTasks: critics.count)
    for index in indices {
      // ∇ (Qᵢ(s, a) − y)²
      twins.compareWithGoals(
        group.part.range(of: workspace.panelCount), critic: index,
        inputs: workspace.batch.inputs, losses: tally.criticLoss.shares, part)
      // θᵢ ← θᵢ − α ∇ (Qᵢ(s, a) − y)², and on delayed steps θ′ᵢ ← τ θᵢ + (1 − τ) θ′ᵢ
      critics[index].descend(
        twins.traces[index], inputs: workspace.batch.inputs, group,
        laps: laps, part)
    }
    guard workspace.actorLearns else { return }
    worker.barrier()
    // ∇ −Q₁(s, π(s)) through the action into the policy
    computeActorGradients(panels, part)
    // φ ← φ + α ∇ Q₁(s, π(s)), and φ′ ← τ φ + (1 − τ) φ′
    actor.descend(
      workspace.actor, inputs: workspace.batch.inputs, worker,
      laps: laps, part)
  }

  /// ã ← clip(π′(s′) + clip(ε, −c, c), −1, 1), written beside s′.
  private func smoothTargetActions(_ panels: Range<Int>, _ part: Part) {
    guard let target = actor.target else { return }
    let next = workspace.batch.nextInputs
    let count = actionCount * panelWidth
    target.forward(panels: panels, input: next.run, trace: workspace.targetActor)
    laps.end(.products, part)
    for panel in panels {
      let actions = next.panel(panel, feature: observationCount)
      let noise = workspace.noise.panel(panel)
      squash.act(
        count: count, outputs: UnsafePointer(workspace.targetActor.output.panel(panel)),
        actions: actions)
      arithmetic.fillNormal(
        key: workspace.key.bits, counter: UInt64(panel * count / 4), count: count, into: noise)
      arithmetic.smoothAction(
        count: count, noiseScale: Float(configuration.targetNoise),
        noiseClip: Float(configuration.targetNoiseClip), limit: 1, noise: UnsafePointer(noise),
        actions: actions)
    }
    laps.end(.other, part)
  }

  /// y ← r + γ (1 − d) min(Q′₁(s′, ã), Q′₂(s′, ã)).
  private func computeGoals(_ panels: Range<Int>, _ part: Part) {
    twins.evaluateTargets(panels, inputs: workspace.batch.nextInputs, part)
    for panel in panels {
      let outcomes = workspace.batch.outcomes
      arithmetic.valueGoals(
        discount: Float(configuration.discount), reward: UnsafePointer(outcomes.panel(panel)),
        continues: UnsafePointer(outcomes.panel(panel, feature: 1)),
        first: UnsafePointer(twins.targetTraces[0].output.panel(panel)),
        second: UnsafePointer(twins.targetTraces[1].output.panel(panel)),
        goal: twins.goals.panel(panel))
    }
    laps.end(.other, part)
  }

  /// The policy's gradients −∇ Q₁(s, π(s)), up to the products that sum over the batch.
  private func computeActorGradients(_ panels: Range<Int>, _ part: Part) {
    let (traces, inputs) = (workspace.actor, workspace.batch.inputs.run)
    for path in actor.paths.indices {
      actor.paths[path].forward(panels: panels, input: inputs, trace: traces[path])
    }
    laps.end(.products, part)
    for path in actor.paths.indices { judge(panels, traces[path], isPolicy: path == 0, part) }
    actor.collaborate(panels: panels, traces: traces, sampleCount: batchSize)
    for path in actor.paths.indices {
      actor.paths[path].backward(panels: panels, trace: traces[path])
    }
    actor.prepareGradients(panels: panels, input: inputs, traces: traces)
    laps.end(.products, part)
  }

  /// Asks the first critic for −∇ Q₁(s, π(s)) with respect to the outputs of a policy.
  private func judge(
    _ panels: Range<Int>, _ policy: MLPTrace<Float>, isPolicy: Bool, _ part: Part
  ) {
    let inputs = workspace.batch.inputs
    let (critic, trace) = (critics[0].network, twins.trace(ofCritic: 0))
    for panel in panels {
      squash.act(
        count: actionCount * panelWidth, outputs: UnsafePointer(policy.output.panel(panel)),
        actions: inputs.panel(panel, feature: observationCount))
    }
    laps.end(.other, part)
    critic.forward(panels: panels, input: inputs.run, trace: trace)
    laps.end(.products, part)
    for panel in panels {
      let value = startActorGradient(panel)
      if isPolicy { tally.value.shares.pointer[panel] = value }
    }
    laps.end(.other, part)
    critic.backward(panels: panels, trace: trace, inputGradient: policy.outputGradient)
    laps.end(.products, part)
    for panel in panels {
      squash.backward(
        count: actionCount * panelWidth,
        actions: UnsafePointer(inputs.panel(panel, feature: observationCount)),
        gradient: policy.outputGradient.panel(panel))
    }
    laps.end(.other, part)
  }

  /// ∂ (−mean Q) / ∂ Q of one panel: −1 / B, and 0 in unused lanes.
  ///
  /// - Returns: The panel's share of the mean of Q.
  private func startActorGradient(_ panel: Int) -> Double {
    let trace = twins.trace(ofCritic: 0)
    let sum = arithmetic.meanGradient(
      live: max(0, min(panelWidth, batchSize - panel * panelWidth)),
      weight: -1 / Float(batchSize), value: UnsafePointer(trace.output.panel(panel)),
      gradient: trace.outputGradient.panel(panel))
    return Double(sum) / Double(batchSize)
  }

  private func reviseTopologies(after step: Int) {
    laps.end(.other, .whole)
    for index in learners.indices {
      guard let change = learners[index].learner.reviseTopology(after: step) else { continue }
      tally.divergences[index].take(change.divergence)
    }
    laps.end(.topology, .whole)
  }

  // MARK: Counting

  /// Operations of the matrix products of an update, on average over the policy delay.
  public var productOperations: Double {
    let policy = actor.network.layers.map { Double($0.keptCount) }
    let value = critics[0].network.layers.map { Double($0.keptCount) }
    let (policySum, valueSum) = (policy.reduce(0, +), value.reduce(0, +))
    // targets forward; critics forward, backward to every layer but the inputs, weight gradients
    let always = policySum + 2 * valueSum + 2 * (3 * valueSum - value[0])
    // actor forward and both its backward products; critic forward and backward to the action
    let actionShare = Double(actionCount) / Double(observationCount + actionCount)
    let delayed = 3 * policySum - policy[0] + 2 * valueSum - value[0] * (1 - actionShare)
    return 2 * Double(batchSize) * (always + delayed / Double(configuration.policyDelay))
  }

  static let networkNames = ["actor", "critic-1", "critic-2"]
}
