public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

/// Deep Q-learning for all agents of a group, who share one network: dueling, double, with returns of
/// several steps, dense or sparse.
///
/// The network may be of any wiring; `DuelingShape` has that of MAgent's learners. What agents did is
/// noted in ``history``; ``update(step:key:)`` learns from a batch of it.
///
/// ```swift
/// let learner = try DQN(
///   DQN.Configuration(), shape: shape, rule: nil, key: RandomKey(seed: 1), pool: pool)
/// learner.choose(observations, count: 64, exploration: 0.05, key: key, actions: actions)
/// ```
///
/// ## Shapes
/// - `B` samples of a batch, `A` actions
///
/// ## Randomness
/// Initial weights and topology from the key of the learner; batches from the key of each update.
/// Results do not depend on the number of threads.
///
/// - Complexity: three forward and one backward pass of a batch in each update. No allocation after the
///   first updates.
///
/// ## Source
/// Mnih et al. 2015, "Human-level control through deep reinforcement learning"; van Hasselt, Guez, Silver
/// 2016, "Deep Reinforcement Learning with Double Q-learning"; Wang et al. 2016, "Dueling Network
/// Architectures for Deep Reinforcement Learning"; one network for a group as in Zheng et al. 2018,
/// arXiv 1712.00600.
/// **Differences**: the target follows slowly by default, where the sources copy it now and then.
public final class DQN {
  /// The hyper-parameters.
  public let configuration: Configuration
  /// The network, its target and its optimiser.
  public let learner: SparseLearner<FeedForwardNetwork<Float>>
  /// What agents saw and did.
  public let history: AgentHistory
  /// The threads that share the work.
  public let pool: WorkerPool
  /// The sizes of the network.
  public let shape: DuelingShape
  /// `A`.
  public var actionCount: Int { shape.actionCount }

  /// The mean loss of the last update.
  public private(set) var loss = 0.0

  /// What a later state is worth; what its best action is worth, unless something else is put here.
  public var stateValue: any StateValue

  let batch: HistoryBatch
  let evaluation: FeedForwardTrace<Float>

  private let traces: [FeedForwardTrace<Float>]
  private let nextTrace: FeedForwardTrace<Float>
  private let targetTrace: FeedForwardTrace<Float>
  private let goals: AlignedBuffer<Float>
  private let shares: AlignedBuffer<Double>
  private var key = RandomKey(bits: 0)
  var choice = Choice()

  /// A new learner.
  ///
  /// - Parameters:
  ///   - configuration: The hyper-parameters.
  ///   - shape: The sizes of the network.
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
    self.pool = pool
    self.shape = shape
    stateValue = BestActionValue(actionCount: shape.actionCount)
    let size = configuration.batchSize
    learner = SparseLearner(
      network: FeedForwardNetwork(shape, key: key.split("network"), arithmetic: arithmetic),
      role: NetworkRole("value"), rule: rule, withTarget: true, sampleCount: size,
      key: key.split("topology")
    ) { Adam(network: $0, configuration: configuration.adam) }
    history = AgentHistory(
      viewCount: shape.view.count, featureCount: shape.inputCount - shape.view.count,
      capacity: configuration.historyCapacity, arithmetic: arithmetic)
    batch = HistoryBatch(sampleCount: size, of: history)
    traces = learner.paths.map { FeedForwardTrace(for: $0, sampleCount: size) }
    nextTrace = FeedForwardTrace(for: learner.network, sampleCount: size, withGradients: false)
    targetTrace = FeedForwardTrace(for: learner.network, sampleCount: size, withGradients: false)
    evaluation = FeedForwardTrace(
      for: learner.network, sampleCount: evaluationSize, withGradients: false)
    goals = AlignedBuffer(count: batch.panelCount * panelWidth)
    shares = AlignedBuffer(count: batch.panelCount)
  }

  /// Learns from a batch.
  ///
  /// - Parameters:
  ///   - step: The update, the first of which is 1.
  ///   - key: Which rows are drawn.
  /// - Precondition: The history can be drawn from.
  public func update(step: Int, key: RandomKey) {
    self.key = key
    let follows = step.isMultiple(of: configuration.targetUpdateInterval)
    learner.begin(
      step: step, learningRate: configuration.learningRate(at: step),
      targetRate: follows ? Float(configuration.targetUpdateRate) : nil)
    pool.run { [self] worker in learn(worker) }
    loss = shares.elements.reduce(0, +)
    _ = learner.reviseTopology(after: step)
  }

  private func learn(_ worker: Worker) {
    let panels = worker.part.range(of: batch.panelCount)
    history.draw(
      batch, panels: panels, steps: configuration.returnSteps,
      discount: Float(configuration.discount), key: key)
    computeGoals(panels)
    let input = batch.inputs.run
    for (path, trace) in zip(learner.paths, traces) {
      path.forward(panels: panels, input: input, trace: trace)
    }
    for panel in panels {
      for path in traces.indices {
        let share = compare(panel, traces[path])
        if path == 0 { shares.pointer[panel] = share }
      }
    }
    learner.collaborate(panels: panels, traces: traces, sampleCount: batch.sampleCount)
    for (path, trace) in zip(learner.paths, traces) { path.backward(panels: panels, trace: trace) }
    learner.prepareGradients(panels: panels, input: input, traces: traces)
    worker.barrier()
    learner.sumGradients(part: worker.part, input: input, traces: traces)
    worker.barrier()
    learner.step(part: worker.part)
    worker.barrier()
    learner.refresh(part: worker.part)
  }

  /// y ← Σ γᵏ r + γⁿ v(s′), by default with v(s′) = Q′(s′, arg max Q(s′, ·)).
  private func computeGoals(_ panels: Range<Int>) {
    guard let target = learner.target else { return }
    let next = batch.nextInputs.run
    target.forward(panels: panels, input: next, trace: targetTrace)
    if configuration.isDouble {
      learner.network.forward(panels: panels, input: next, trace: nextTrace)
    }
    for panel in panels {
      let values = targetTrace.output.panel(panel)
      let judge = configuration.isDouble ? nextTrace.output.panel(panel) : values
      for lane in 0..<panelWidth {
        let sample = panel * panelWidth + lane
        goals.pointer[sample] =
          batch.returns.pointer[sample] + batch.discounts.pointer[sample]
          * stateValue.value(values + lane, judge: judge + lane)
      }
    }
  }

  /// The gradient of the mean loss of a panel, and its share of the mean.
  private func compare(_ panel: Int, _ trace: FeedForwardTrace<Float>) -> Double {
    let (values, gradient) = (trace.output.panel(panel), trace.outputGradient.panel(panel))
    gradient.zero(count: actionCount * panelWidth)
    let weight = 1 / Float(batch.sampleCount)
    let threshold =
      configuration.huberThreshold > 0 ? Float(configuration.huberThreshold) : .infinity
    var sum: Float = 0
    for lane in 0..<batch.liveLanes(of: panel) {
      let sample = panel * panelWidth + lane
      let place = Int(batch.actions.pointer[sample]) * panelWidth + lane
      let difference = values[place] - goals.pointer[sample]
      let clipped = max(-threshold, min(threshold, difference))
      gradient[place] = weight * clipped
      sum += clipped * (difference - clipped / 2)
    }
    return Double(sum * weight)
  }

  /// The action of the largest value in a lane; the first of several.
  static func largest(of count: Int, _ lane: UnsafePointer<Float>) -> Int {
    var (best, value) = (0, lane[0])
    for action in 1..<max(1, count) where lane[action * panelWidth] > value {
      (best, value) = (action, lane[action * panelWidth])
    }
    return best
  }
}
