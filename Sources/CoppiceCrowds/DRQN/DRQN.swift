public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

/// Deep recurrent Q-learning for all agents of a group, who share one network with a memory: dueling,
/// double, with returns of several steps, dense or sparse.
///
/// The heads read the state of the recurrent unit, and nothing else. Sequences begin with a state of zero;
/// when acting each agent's state is carried from its first step to its last, see ``AgentStates``.
///
/// ## Shapes
/// - `S` sequences of up to `L` steps, `A` actions
///
/// ## Randomness
/// Initial weights and topology from the key of the learner; sequences from the key of each update.
/// Results do not depend on the number of threads.
///
/// - Complexity: two forward and one backward pass of `S` (`L` + 1) steps in each update. No allocation
///   after the first updates.
///
/// ## Source
/// Hausknecht and Stone 2015, "Deep Recurrent Q-Learning for Partially Observable MDPs", arXiv
/// 1507.06527; the recurrent learner of MAgent (Zheng et al. 2018, arXiv 1712.00600), with a gated
/// recurrent unit and a zero state for each sequence.
/// **Differences**: dueling heads read the recurrent unit, which the published code of MAgent has them
/// pass by; the target follows slowly by default.
public final class DRQN {
  /// The hyper-parameters.
  public let configuration: Configuration
  /// The network, its target and its optimiser.
  public let learner: SparseLearner<RecurrentNetwork<Float>>
  /// What agents saw and did.
  public let history: AgentHistory
  /// The threads that share the work.
  public let pool: WorkerPool
  /// The sizes of the network but for the recurrent unit.
  public let shape: DuelingShape
  /// `A`.
  public var actionCount: Int { shape.actionCount }

  /// The mean loss of the last update.
  public private(set) var loss = 0.0

  let batch: SequenceBatch
  let evaluation: RecurrentTrace<Float>
  var choice = Choice()

  private let traces: [RecurrentTrace<Float>]
  private let targetTrace: RecurrentTrace<Float>
  private let clips: [GradientClip<Float>]
  /// For each lane of each panel: what its value is compared with.
  private let goals: AlignedBuffer<Float>
  /// For each panel.
  private let shares: AlignedBuffer<Double>
  private var key = RandomKey(bits: 0)

  /// A new learner.
  ///
  /// - Parameters:
  ///   - configuration: The hyper-parameters.
  ///   - shape: The sizes of the network but for the recurrent unit.
  ///   - rule: Which weights are kept; all where nothing is given.
  ///   - key: Initial weights and topology.
  ///   - pool: The threads that share the work.
  ///   - arithmetic: The operations to compute with.
  ///   - evaluationSize: The most observations that go through the network together when acting.
  /// - Throws: `UserError` of kind `configuration` that names the first bad hyper-parameter.
  public init(
    _ configuration: Configuration, shape: DuelingShape, rule: (any TopologyRule)? = nil,
    key: RandomKey, pool: WorkerPool = WorkerPool(threadCount: 1),
    arithmetic: KernelArithmetic = .fastest, evaluationSize: Int = 1024
  ) throws(UserError) {
    try configuration.validate()
    self.configuration = configuration
    (self.pool, self.shape) = (pool, shape)
    history = AgentHistory(
      viewCount: shape.view.count, featureCount: shape.inputCount - shape.view.count,
      capacity: configuration.historyCapacity, arithmetic: arithmetic)
    let batch = SequenceBatch(
      sequenceCount: configuration.sequences, stepCount: configuration.sequenceLength,
      of: history)
    self.batch = batch
    let learner = SparseLearner(
      network: RecurrentNetwork(
        shape, unitCount: configuration.recurrentUnits, key: key.split("network"),
        arithmetic: arithmetic), role: NetworkRole("value"), rule: rule, withTarget: true,
      sampleCount: batch.inputs.panelCount * panelWidth, key: key.split("topology")
    ) { Adam(network: $0, configuration: configuration.adam) }
    self.learner = learner
    func trace(_ network: RecurrentNetwork<Float>, learns: Bool) -> RecurrentTrace<Float> {
      RecurrentTrace(
        for: network, sequenceCount: batch.sequenceCount, stepCount: batch.stepCount + 1,
        withGradients: learns)
    }
    traces = learner.paths.map { trace($0, learns: true) }
    targetTrace = trace(learner.network, learns: false)
    evaluation = RecurrentTrace(
      for: learner.network, sequenceCount: evaluationSize, stepCount: 1, withGradients: false)
    let limit = configuration.gradientNormLimit
    clips = limit > 0 ? learner.paths.map { GradientClip(network: $0, limit: limit) } : []
    goals = AlignedBuffer(count: batch.inputs.panelCount * panelWidth)
    shares = AlignedBuffer(count: batch.inputs.panelCount)
  }

  /// Learns from a batch of sequences.
  ///
  /// - Parameters:
  ///   - step: The update, the first of which is 1.
  ///   - key: Which sequences are drawn.
  /// - Precondition: The history can be drawn from.
  public func update(step: Int, key: RandomKey) {
    self.key = key
    let follows = step.isMultiple(of: configuration.targetUpdateInterval)
    learner.begin(
      step: step, learningRate: configuration.learningRate,
      targetRate: follows ? Float(configuration.targetUpdateRate) : nil)
    pool.run { [self] worker in learn(worker) }
    loss = shares.elements.reduce(0, +)
    _ = learner.reviseTopology(after: step)
  }

  private func learn(_ worker: Worker) {
    let sequencePanels = worker.part.range(of: batch.sequencePanelCount)
    let panels = batch.panels(of: sequencePanels)
    history.draw(batch, sequencePanels: sequencePanels, key: key)
    worker.barrier()
    let outcomes = batch.outcomeCount
    let input = batch.inputs.run
    learner.target?.forward(panels: panels, input: input, trace: targetTrace)
    for (path, trace) in zip(learner.paths, traces) {
      path.forward(panels: panels, input: input, trace: trace)
    }
    for panel in sequencePanels {
      for sequence in batch.sequences(of: panel) { computeGoals(sequence) }
    }
    for panel in panels {
      for path in traces.indices {
        let share = compare(panel, traces[path], weight: 1 / Float(outcomes))
        if path == 0 { shares.pointer[panel] = share }
      }
    }
    learner.collaborate(
      panels: panels, traces: traces, sampleCount: outcomes, weights: batch.weights)
    for (path, trace) in zip(learner.paths, traces) { path.backward(panels: panels, trace: trace) }
    learner.prepareGradients(panels: panels, input: input, traces: traces)
    worker.barrier()
    learner.sumGradients(part: worker.part, input: input, traces: traces)
    worker.barrier()
    clips.clip(worker)
    learner.step(part: worker.part)
    worker.barrier()
    learner.refresh(part: worker.part)
  }

  /// y ← Σ γᵏ r + γⁿ Q′(h′, arg max Q(h′, ·)) for each step of a sequence, with states h′ of the same
  /// sequence, as far as it goes.
  private func computeGoals(_ sequence: Int) {
    let length = Int(batch.lengths.pointer[sequence])
    let hasEnd = batch.endings.pointer[sequence] != 0
    let discount = Float(configuration.discount)
    for step in 0..<length {
      let last = min(length, step + configuration.returnSteps)
      var goal: Float = 0
      if last < length || !hasEnd {
        let (panel, lane) = batch.place(sequence, step: last)
        let values = targetTrace.output.panel(panel) + lane
        let judge = configuration.isDouble ? traces[0].output.panel(panel) + lane : values
        goal = values[DQN.largest(of: actionCount, judge) * panelWidth]
      }
      for earlier in (step..<last).reversed() {
        let (panel, lane) = batch.place(sequence, step: earlier)
        goal = batch.rewards.pointer[panel * panelWidth + lane] + discount * goal
      }
      let (panel, lane) = batch.place(sequence, step: step)
      goals.pointer[panel * panelWidth + lane] = goal
    }
  }

  /// The gradient of the mean loss of a panel, and its share of the mean; steps without an outcome have
  /// none.
  private func compare(_ panel: Int, _ trace: RecurrentTrace<Float>, weight: Float) -> Double {
    let (values, gradient) = (trace.output.panel(panel), trace.outputGradient.panel(panel))
    gradient.zero(count: actionCount * panelWidth)
    let threshold =
      configuration.huberThreshold > 0 ? Float(configuration.huberThreshold) : .infinity
    var sum: Float = 0
    for lane in 0..<panelWidth {
      let sample = panel * panelWidth + lane
      guard batch.weights.pointer[sample] > 0 else { continue }
      let place = Int(batch.actions.pointer[sample]) * panelWidth + lane
      let difference = values[place] - goals.pointer[sample]
      let clipped = max(-threshold, min(threshold, difference))
      gradient[place] = weight * clipped
      sum += clipped * (difference - clipped / 2)
    }
    return Double(sum * weight)
  }
}
