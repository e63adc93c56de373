public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceReplay
public import CoppiceSparsity
public import CoppiceTensors

/// Soft actor-critic with a learnt temperature, dense or sparse.
///
/// A stochastic policy earns its entropy, weighted by the temperature α, besides its reward. Two
/// critics, of which the smaller one counts; actor, critics and temperature learn in every step. With a
/// topology rule all five networks are sparse from the first step.
///
/// ```swift
/// let agent = try SAC(
///   SAC.defaults, setup: AgentSetup(observationCount: 17, actionCount: 6, rule: NOfM(keep: 2, of: 4)),
///   key: RandomKey(seed: 1))
/// ```
///
/// ## Shapes
/// - `O` numbers of an observation, `A` numbers of an action, `B` samples of a batch
///
/// ## Randomness
/// Initial weights and topologies from the key of the agent; the noise of sampled actions from the key
/// of each update. Results do not depend on the number of threads.
///
/// - Complexity: eight forward and five backward passes of a batch in each update, of which the critics
///   have six and four. No allocation after the first updates.
///
/// ## Source
/// Haarnoja, Zhou, Hartikainen, Tucker, Ha, Tan, Kumar, Zhu, Gupta, Abbeel, Levine 2018, "Soft
/// Actor-Critic Algorithms and Applications", arXiv 1812.05905, algorithm 1 and its table of
/// hyper-parameters.
/// **Differences**: log α learns instead of α, by the gradient −E[log π + H̄]: that of equation 18 over
/// α. log σ is kept in a range, and α begins at 1, which the paper leaves open.
public final class SAC: Algorithm {
  /// `sac`.
  public static let name = "sac"
  /// The values of the paper.
  public static let defaults = Configuration()

  /// The hyper-parameters.
  public let configuration: Configuration

  /// The policy and its optimiser.
  public let actor: SparseLearner<MLP<Float>>

  /// The two value functions, their targets and their optimisers.
  public var critics: [SparseLearner<MLP<Float>>] { twins.learners }

  /// α, what a nat of entropy is worth.
  public var temperature: Double { alpha.value }

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
  let policy: SquashedGaussianPolicy<Float>
  let workspace: Workspace
  let alpha: Temperature
  var tally: Tally

  private let pool: WorkerPool
  private let arithmetic: KernelArithmetic
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
    policy = SquashedGaussianPolicy(
      actionCount: setup.actionCount,
      logDeviation: LogDeviation(
        configuration.smallestLogDeviation...configuration.largestLogDeviation,
        bound: configuration.logDeviationBound), arithmetic: setup.arithmetic)
    alpha = Temperature(
      configuration.temperature,
      targetEntropy: configuration.targetEntropyPerAction * Double(setup.actionCount),
      learningRate: configuration.learnsTemperature
        ? configuration.temperatureLearningRate : nil)

    let inputs = setup.observationCount + setup.actionCount
    let makeAdam = { (network: MLP<Float>) in
      Adam(network: network, configuration: configuration.adam)
    }
    let actor = SparseLearner(
      network: try setup.network(
        "actor", sizes: [setup.observationCount] + setup.hidden + [2 * setup.actionCount],
        key: key.split("actor")),
      role: NetworkRole("actor"), rule: setup.rule, withTarget: false,
      sampleCount: configuration.batchSize, key: key.split("actor-topology"),
      makeOptimiser: makeAdam)
    var critics: [SparseLearner<MLP<Float>>] = []
    for index in 0..<2 {
      let name = Self.networkNames[1 + index]
      let network = try setup.network(
        name, sizes: [inputs] + setup.hidden + [1],
        inputGradientColumns: setup.observationCount..<inputs,
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
    let traces = critics.map { MLPTrace(for: $0.network, sampleCount: batchSize) }
    // a single thread takes the networks one after the other, so they may write to the same memory,
    // which then stays in a near cache
    workspace = Workspace(
      actor: actor, actionCount: setup.actionCount, batchSize: batchSize,
      sharingHiddenOutputsOf: setup.pool.threadCount == 1 ? traces[0] : nil)
    twins = TwinCritics(
      critics, traces: traces, batchSize: batchSize,
      targetsSharingHiddenOutputsOf: workspace.nextActor, arithmetic: setup.arithmetic, laps: laps)
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

  // MARK: Learning

  /// One gradient step of algorithm 1 of the paper.
  ///
  /// - Parameters:
  ///   - batch: `B` transitions, drawn or promised; actions and next actions are overwritten.
  ///   - step: The gradient step, the first of which is 1.
  ///   - learningRateScale: What learning rates are multiplied by in this step.
  ///   - key: The noise of sampled actions.
  public func update(
    from batch: TransitionBatch, step: Int, learningRateScale: Double, key: RandomKey
  ) {
    precondition(batch.sampleCount == batchSize, "a batch has \(batchSize) samples")
    let rate =
      step.isMultiple(of: configuration.targetUpdateInterval)
      ? Float(configuration.targetUpdateRate) : nil
    workspace.begin(batch, key: key, temperature: alpha.value, targetRate: rate)
    for critic in critics {
      critic.begin(
        step: step, learningRate: configuration.criticLearningRate * learningRateScale,
        targetRate: rate)
    }
    actor.begin(
      step: step, learningRate: configuration.actorLearningRate * learningRateScale, targetRate: nil
    )
    pool.run { worker in self.learn(worker) }
    // α ← α − λ ∇ J(α)
    let entropy = tally.entropy.shares.elements.reduce(0, +)
    tally.count(temperature: alpha.value)
    alpha.step(meanLogDensity: -entropy, learningRateScale: learningRateScale)
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
    // a′ ~ π(· | s′)
    sampleNextActions(panels, part)
    // y ← r + γ (1 − d) (minᵢ Q′ᵢ(s′, a′) − α log π(a′ | s′))
    computeGoals(panels, part)
    worker.barrier()
    let (indices, group) = worker.share(ofTasks: critics.count)
    for index in indices {
      // ∇ (Qᵢ(s, a) − y)²
      twins.compareWithGoals(
        group.part.range(of: workspace.panelCount), critic: index,
        inputs: workspace.batch.inputs, losses: tally.criticLoss.shares, part)
      // θᵢ ← θᵢ − λ ∇ (Qᵢ(s, a) − y)², and θ′ᵢ ← τ θᵢ + (1 − τ) θ′ᵢ
      critics[index].descend(
        twins.traces[index], inputs: workspace.batch.inputs, group,
        laps: laps, part)
    }
    worker.barrier()
    // ∇ (α log π(ã | s) − minᵢ Qᵢ(s, ã)) with ã ~ π(· | s), through the action into the policy
    computeActorGradients(panels, part)
    // φ ← φ − λ ∇ J(φ)
    actor.descend(
      workspace.actor, inputs: workspace.batch.inputs, worker, laps: laps, part)
  }

  /// a′ ~ π(· | s′), written beside s′, and log π(a′ | s′).
  private func sampleNextActions(_ panels: Range<Int>, _ part: Part) {
    let next = workspace.batch.nextInputs
    actor.network.forward(panels: panels, input: next.run, trace: workspace.nextActor)
    laps.end(.products, part)
    for panel in panels {
      sample(panel, workspace.nextActor, block: panel, into: next)
    }
    laps.end(.other, part)
  }

  /// Draws the actions of one panel with the noise of block `block` of the update.
  private func sample(
    _ panel: Int, _ trace: MLPTrace<Float>, block: Int, into inputs: Panels<Float>
  ) {
    let count = actionCount * panelWidth
    arithmetic.fillNormal(
      key: workspace.key.bits, counter: UInt64(block * count / 4), count: count,
      into: workspace.noise.panel(panel))
    policy.sample(
      outputs: UnsafePointer(trace.output.panel(panel)),
      noise: UnsafePointer(workspace.noise.panel(panel)),
      actions: inputs.panel(panel, feature: observationCount),
      logDensities: workspace.logDensities.panel(panel))
  }

  /// y ← r + γ (1 − d) (min(Q′₁(s′, a′), Q′₂(s′, a′)) − α log π(a′ | s′)).
  private func computeGoals(_ panels: Range<Int>, _ part: Part) {
    twins.evaluateTargets(panels, inputs: workspace.batch.nextInputs, part)
    let outcomes = workspace.batch.outcomes
    for panel in panels {
      arithmetic.softValueGoals(
        discount: Float(configuration.discount), temperature: workspace.temperature,
        reward: UnsafePointer(outcomes.panel(panel)),
        continues: UnsafePointer(outcomes.panel(panel, feature: 1)),
        first: UnsafePointer(twins.targetTraces[0].output.panel(panel)),
        second: UnsafePointer(twins.targetTraces[1].output.panel(panel)),
        logDensity: UnsafePointer(workspace.logDensities.panel(panel)),
        goal: twins.goals.panel(panel))
    }
    laps.end(.other, part)
  }

  /// The policy's gradients, up to the products that sum over the batch.
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

  /// Samples ã of a policy, and asks both critics for ∇ (α log π(ã | s) − minᵢ Qᵢ(s, ã)) with respect to
  /// its outputs.
  private func judge(
    _ panels: Range<Int>, _ actor: MLPTrace<Float>, isPolicy: Bool, _ part: Part
  ) {
    let inputs = workspace.batch.inputs
    for panel in panels {
      sample(panel, actor, block: workspace.panelCount + panel, into: inputs)
    }
    laps.end(.other, part)
    for index in critics.indices {
      critics[index].network.forward(
        panels: panels, input: inputs.run, trace: twins.trace(ofCritic: index))
    }
    laps.end(.products, part)
    for panel in panels { startActorGradients(panel, isPolicy: isPolicy) }
    laps.end(.other, part)
    for index in critics.indices {
      critics[index].network.backward(
        panels: panels, trace: twins.trace(ofCritic: index),
        inputGradient: workspace.actionGradients[index])
    }
    laps.end(.products, part)
    for panel in panels { carryThroughActions(panel, actor) }
    laps.end(.other, part)
  }

  /// ∂ mean(α log π − min Q) / ∂ log π and / ∂ Qᵢ of one panel, and 0 in unused lanes.
  private func startActorGradients(_ panel: Int, isPolicy: Bool) {
    let (first, second) = (twins.trace(ofCritic: 0), twins.trace(ofCritic: 1))
    let live = max(0, min(panelWidth, batchSize - panel * panelWidth))
    let share = 1 / Float(batchSize)
    let values = arithmetic.smallerGradient(
      live: live, weight: -share, first: UnsafePointer(first.output.panel(panel)),
      second: UnsafePointer(second.output.panel(panel)),
      firstGradient: first.outputGradient.panel(panel),
      secondGradient: second.outputGradient.panel(panel))
    let densities = arithmetic.meanGradient(
      live: live, weight: workspace.temperature * share,
      value: UnsafePointer(workspace.logDensities.panel(panel)),
      gradient: workspace.densityGradients.panel(panel))
    guard isPolicy else { return }
    tally.value.shares.pointer[panel] = Double(values) / Double(batchSize)
    tally.entropy.shares.pointer[panel] = -Double(densities) / Double(batchSize)
  }

  /// From the gradients of actions and densities to those of a policy's outputs, for one panel.
  private func carryThroughActions(_ panel: Int, _ actor: MLPTrace<Float>) {
    let sum = workspace.actionGradients[0].panel(panel)
    arithmetic.add(
      count: actionCount * panelWidth,
      input: UnsafePointer(workspace.actionGradients[1].panel(panel)), output: sum)
    policy.backward(
      outputs: UnsafePointer(actor.output.panel(panel)),
      noise: UnsafePointer(workspace.noise.panel(panel)), actionGradient: UnsafePointer(sum),
      logDensityGradient: UnsafePointer(workspace.densityGradients.panel(panel)),
      outputGradient: actor.outputGradient.panel(panel))
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

  /// Operations of the matrix products of an update.
  public var productOperations: Double {
    let policy = actor.network.layers.map { Double($0.keptCount) }
    let value = critics[0].network.layers.map { Double($0.keptCount) }
    let (policySum, valueSum) = (policy.reduce(0, +), value.reduce(0, +))
    // next actions and targets forward; critics forward, backward to every layer but the inputs,
    // weight gradients
    let values = policySum + 2 * valueSum + 2 * (3 * valueSum - value[0])
    // actor forward and both its backward products; critics forward and backward to the action
    let actionShare = Double(actionCount) / Double(observationCount + actionCount)
    let actions = 3 * policySum - policy[0] + 2 * (2 * valueSum - value[0] * (1 - actionShare))
    return 2 * Double(batchSize) * (values + actions)
  }

  static let networkNames = ["actor", "critic-1", "critic-2"]
}
