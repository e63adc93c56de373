public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

/// Advantage actor-critic for all agents of a group, who share one network: a softmax policy and a value
/// behind one encoder, dense or sparse.
///
/// It learns from a rollout: some steps of all agents, agent by agent linked in a history. A life that
/// ends is worth nothing more; where the rollout is cut, the value of what was seen last stands for the
/// rest. Then the rollout is forgotten.
///
/// ## Shapes
/// - `A` actions; outputs `A` + 1
///
/// ## Randomness
/// Initial weights and topology from the key of the learner. Results do not depend on the number of
/// threads.
///
/// - Complexity: a forward pass of all rows, then a forward and a backward pass of each batch of them. No
///   allocation after the first updates of the largest rollout.
///
/// ## Source
/// Mnih et al. 2016, "Asynchronous Methods for Deep Reinforcement Learning", in its synchronous form;
/// one network for a group, and the weights of the loss, from MAgent's learner (Zheng et al. 2018, arXiv
/// 1712.00600). Returns decay as in Schulman et al. 2016, "High-Dimensional Continuous Control Using
/// Generalized Advantage Estimation", equation 16; at a decay of 1 they are those of the first source.
/// **Differences** to MAgent's published code: nobody has a value after death, and gradients are clipped
/// before they are used.
public final class ActorCritic {
  /// The hyper-parameters.
  public let configuration: Configuration
  /// The network and its optimiser.
  public let learner: SparseLearner<FeedForwardNetwork<Float>>
  /// The rollout: what agents saw and did.
  public private(set) var history: AgentHistory
  /// The threads that share the work.
  public let pool: WorkerPool
  /// The sizes of the network.
  public let shape: DuelingShape
  /// `A`.
  public var actionCount: Int { shape.actionCount }

  /// Updates so far.
  public internal(set) var updates = 0
  /// The mean loss of the last update.
  public private(set) var loss = 0.0
  /// The norm of the gradient of the last update, before it was clipped.
  public var gradientNorm: Double { clips.first?.norm ?? 0 }

  let evaluation: FeedForwardTrace<Float>
  var choice = Choice()
  /// By row of the history.
  var values = AlignedBuffer<Float>(count: 0)
  var advantages = AlignedBuffer<Float>(count: 0)

  private let inputs: Panels<Float>
  private let traces: [FeedForwardTrace<Float>]
  private let clips: [GradientClip<Float>]
  private let lossFunction: ActorCriticLoss<Float>
  /// For each lane: what a sample counts in the mean, and what in the collaboration of two paths.
  private let weights: AlignedBuffer<Float>
  private let shares: AlignedBuffer<Double>
  private var rows = Selection()

  /// Every so many rows of a history.
  private struct Selection {
    var first = 0
    var stride = 1
    var count = 0
    /// How many of them have an outcome.
    var outcomes = 0

    func row(_ sample: Int) -> Int { first + sample * stride }
  }

  /// A new learner.
  ///
  /// - Parameters:
  ///   - configuration: The hyper-parameters.
  ///   - shape: The sizes of the encoder, and how many actions there are.
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
    let size = configuration.batchSize
    learner = SparseLearner(
      network: FeedForwardNetwork(
        scoresAndValue: shape, key: key.split("network"), arithmetic: arithmetic),
      role: NetworkRole("policy"), rule: rule, withTarget: false, sampleCount: size,
      key: key.split("topology")
    ) { Adam(network: $0, configuration: configuration.adam) }
    history = AgentHistory(
      viewCount: shape.view.count, featureCount: shape.inputCount - shape.view.count, capacity: 1,
      arithmetic: arithmetic)
    inputs = Panels(featureCount: shape.inputCount, sampleCount: size)
    traces = learner.paths.map { FeedForwardTrace(for: $0, sampleCount: size) }
    evaluation = FeedForwardTrace(
      for: learner.network, sampleCount: evaluationSize, withGradients: false)
    let limit = configuration.gradientNormLimit
    clips = limit > 0 ? learner.paths.map { GradientClip(network: $0, limit: limit) } : []
    lossFunction = ActorCriticLoss(
      actionCount: shape.actionCount, valueWeight: configuration.valueWeight,
      entropyWeight: configuration.entropyWeight)
    weights = AlignedBuffer(count: inputs.panelCount * panelWidth)
    shares = AlignedBuffer(count: inputs.panelCount)
  }

  /// Makes room for a rollout of so many rows, and forgets the one that was held.
  ///
  /// - Parameter rows: How many, those included that are there to be valued.
  /// - Complexity: allocates where there are more than ever before.
  public func reserve(rows: Int) {
    if history.capacity < rows {
      history = AgentHistory(
        viewCount: history.viewCount, featureCount: history.featureCount, capacity: rows,
        arithmetic: history.arithmetic)
      values = AlignedBuffer(count: rows)
      advantages = AlignedBuffer(count: rows)
    }
  }

  /// Learns from a rollout, in as many updates as it has batches.
  ///
  /// - Parameter own: The rows to learn from; those behind them are there to be valued.
  /// - Precondition: The history holds them all.
  public func learn(from own: Range<Int>) {
    precondition(own.lowerBound >= history.oldest, "a rollout that is held")
    value(own.lowerBound..<history.openedCount)
    estimateAdvantages(own.lowerBound..<history.openedCount)
    let outcomes = own.reduce(0) { $0 + (history.outcome(of: $1) == .none ? 0 : 1) }
    guard outcomes > 0 else { return }
    let batches = (own.count + configuration.batchSize - 1) / configuration.batchSize
    for batch in 0..<batches {
      // every so many rows, so that a batch has something of all steps
      rows = Selection(first: own.lowerBound + batch, stride: batches)
      rows.count = (own.count - batch + batches - 1) / batches
      rows.outcomes = (0..<rows.count).reduce(0) { sum, sample in
        sum + (history.outcome(of: rows.row(sample)) == .none ? 0 : 1)
      }
      if rows.outcomes > 0 { update() }
    }
  }

  /// Values rows.
  private func value(_ own: Range<Int>) {
    for first in stride(from: own.lowerBound, to: own.upperBound, by: configuration.batchSize) {
      rows = Selection(
        first: first, count: min(configuration.batchSize, own.upperBound - first))
      pool.run { [self] worker in
        let panels = worker.part.range(of: panelCountFor(samples: rows.count))
        read(panels)
        learner.network.forward(panels: panels, input: inputs.run, trace: traces[0])
        for panel in panels {
          let found = traces[0].output.panel(panel, feature: actionCount)
          for lane in 0..<liveLanes(of: panel) {
            let row = rows.row(panel * panelWidth + lane)
            values.pointer[row % history.capacity] = found[lane]
          }
        }
      }
    }
  }

  /// A ← δ + γ λ A′ with δ = r + γ V′ − V; the last row of a life has no A′ and no V′, one without an
  /// outcome no A.
  private func estimateAdvantages(_ own: Range<Int>) {
    let (discount, decay) = (Float(configuration.discount), Float(configuration.traceDecay))
    for row in own.reversed() {
      let place = row % history.capacity
      let outcome = history.outcome(of: row)
      guard outcome != .none else {
        advantages.pointer[place] = 0
        continue
      }
      var advantage = history.rewards.pointer[place] - values.pointer[place]
      if outcome == .continues {
        let next = Int(history.followers.pointer[place]) % history.capacity
        advantage += discount * (values.pointer[next] + decay * advantages.pointer[next])
      }
      advantages.pointer[place] = advantage
    }
  }

  /// How many lanes of a panel are samples.
  private func liveLanes(of panel: Int) -> Int {
    max(0, min(panelWidth, rows.count - panel * panelWidth))
  }

  private func read(_ panels: Range<Int>) {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: panelWidth) { list in
      guard let start = list.baseAddress else { return }
      for panel in panels {
        let lanes = liveLanes(of: panel)
        for lane in 0..<lanes { start[lane] = Int64(rows.row(panel * panelWidth + lane)) }
        history.read(start, count: lanes, into: inputs.panel(panel))
      }
    }
  }

  /// A step along the gradient of the rows that are selected.
  private func update() {
    updates += 1
    learner.begin(
      step: updates, learningRate: configuration.learningRate, targetRate: nil)
    pool.run { [self] worker in learn(worker) }
    loss = shares.elements.reduce(0, +)
    _ = learner.reviseTopology(after: updates)
  }

  private func learn(_ worker: Worker) {
    let panels = worker.part.range(of: inputs.panelCount)
    read(panels)
    let input = inputs.run
    for (path, trace) in zip(learner.paths, traces) {
      path.forward(panels: panels, input: input, trace: trace)
    }
    for panel in panels {
      for path in traces.indices {
        let share = compare(panel, traces[path])
        if path == 0 { shares.pointer[panel] = share }
      }
    }
    learner.collaborate(
      panels: panels, traces: traces, sampleCount: rows.outcomes, weights: weights)
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

  /// The gradient of the mean loss of a panel, and its share of the mean.
  private func compare(_ panel: Int, _ trace: FeedForwardTrace<Float>) -> Double {
    let (outputs, gradient) = (trace.output.panel(panel), trace.outputGradient.panel(panel))
    gradient.zero(count: trace.outputGradient.stride)
    let own = weights.pointer + panel * panelWidth
    own.zero(count: panelWidth)
    var sum = 0.0
    for lane in 0..<liveLanes(of: panel) {
      let row = rows.row(panel * panelWidth + lane)
      let place = row % history.capacity
      guard history.outcome(of: row) != .none else { continue }
      own[lane] = 1
      let advantage = advantages.pointer[place]
      sum += lossFunction.loss(
        outputs + lane,
        .init(
          action: Int(history.actions.pointer[place]), advantage: advantage,
          goal: advantage + values.pointer[place]), weight: 1 / Double(rows.outcomes),
        gradient: gradient + lane)
    }
    return sum
  }
}
