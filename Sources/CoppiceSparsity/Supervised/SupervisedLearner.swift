public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

/// A network that learns from labelled samples, dense or by any topology rule, without an agent.
///
/// ```swift
/// let rule = try SparsityCatalogue.standard.choice(
///   for: SparsityExpression("dcil@90%"), horizon: 2000).rule
/// let classifier = SupervisedLearner<Float>(
///   sizes: [64, 128, 128, 10], loss: SoftmaxCrossEntropy(sampleCount: 128), rule: rule,
///   key: RandomKey(seed: 1)
/// ) { MomentumSGD(network: $0) }
/// for _ in 0..<2000 { try classifier.update(from: training, learningRate: 0.05) }
/// print(try classifier.accuracy(on: test))
/// ```
///
/// ## Shapes
/// - `B` samples of a batch, `I` inputs, `O` outputs
///
/// ## Randomness
/// Initial weights, topology and the order of the samples, from the key. Results do not depend on the
/// number of threads.
///
/// - Complexity: a forward and a backward pass over kept weights in each update, and a dense one more
///   where the rule has a second path. No allocation after the first update from a data set.
public final class SupervisedLearner<Scalar: NetworkScalar> {
  /// The network, its optimiser and its topology.
  public let learner: SparseLearner<MLP<Scalar>>

  /// What is learned.
  public let loss: any BatchLoss<Scalar>

  /// Updates so far.
  public internal(set) var step = 0

  let traces: [MLPTrace<Scalar>]
  let inputs: Panels<Scalar>
  let goals: Panels<Scalar>
  let key: RandomKey
  private let pool: WorkerPool
  private let shares: AlignedBuffer<Double>
  private let scoresClasses: Bool

  // what the update that has begun is about
  private var data: LabelledData<Scalar>?
  private var order: SampleOrder?
  private var firstPlace = 0

  /// A learner from its parts.
  ///
  /// - Parameters:
  ///   - sizes: The number of inputs, of each hidden layer's units, and of outputs.
  ///   - loss: What is learned; its number of samples is `B`.
  ///   - goalCount: The goals of a sample; 1 for classes and as many as outputs for numbers without.
  ///   - rule: Which weights are kept; all where nothing is given.
  ///   - key: Initial weights, topology and the order of the samples.
  ///   - pool: The threads that share an update.
  ///   - arithmetic: The operations that the network is computed with.
  ///   - makeOptimiser: Gives an optimiser for a network in its final storage.
  public init(
    sizes: [Int], loss: any BatchLoss<Scalar>, goalCount: Int? = nil,
    rule: (any TopologyRule)? = nil, key: RandomKey,
    pool: WorkerPool = WorkerPool(threadCount: 1),
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic,
    makeOptimiser: (MLP<Scalar>) -> any Optimiser<Scalar>
  ) {
    self.loss = loss
    self.key = key
    self.pool = pool
    scoresClasses = loss.scoresClasses
    learner = SparseLearner(
      network: MLP(sizes: sizes, key: key.split("network"), arithmetic: arithmetic),
      role: NetworkRole("network"), rule: rule, withTarget: false,
      sampleCount: loss.sampleCount, key: key.split("topology"), makeOptimiser: makeOptimiser)
    traces = learner.paths.map { MLPTrace(for: $0, sampleCount: loss.sampleCount) }
    let outputs = learner.network.outputCount
    inputs = Panels(featureCount: sizes[0], sampleCount: loss.sampleCount)
    goals = Panels(
      featureCount: goalCount ?? (scoresClasses ? 1 : outputs), sampleCount: loss.sampleCount)
    shares = AlignedBuffer(count: inputs.panelCount)
  }

  /// `B`.
  public var batchSize: Int { loss.sampleCount }

  /// The network: the sparse path, which is the one to deploy.
  public var network: MLP<Scalar> { learner.network }

  // MARK: Learning

  /// Learns from the next batch of `data`.
  ///
  /// Every epoch meets the samples in a new order, in ⌊N / `B`⌋ batches; what is left over is met in
  /// other epochs.
  ///
  /// - Parameters:
  ///   - data: At least `B` samples.
  ///   - learningRate: The learning rate of this update.
  /// - Returns: The loss of the sparse network on the batch, before the update.
  /// - Throws: `UserError` of kind `configuration` when the data do not fit the network.
  @discardableResult
  public func update(
    from data: LabelledData<Scalar>, learningRate: Double
  ) throws(UserError) -> Double {
    try check(data)
    guard data.count >= batchSize else {
      throw UserError(
        .configuration, found: "\(data.count) samples",
        expected: "at least a batch of \(batchSize)",
        action: "take smaller batches")
    }
    let (epoch, batch) = step.quotientAndRemainder(dividingBy: data.count / batchSize)
    let order: SampleOrder
    if let known = self.order, known.samples.count == data.count {
      order = known
    } else {
      order = SampleOrder(count: data.count, key: key.split("order"))
      self.order = order
    }
    order.shuffle(epoch: epoch)
    self.data = data
    firstPlace = batch * batchSize
    return learn(learningRate: learningRate)
  }

  /// Learns from a batch in panels of your own making.
  ///
  /// - Parameters:
  ///   - inputs: `[I]` features of `B` samples.
  ///   - goals: What the loss asks for.
  ///   - learningRate: The learning rate of this update.
  /// - Returns: The loss of the sparse network on the batch, before the update.
  /// - Precondition: Both have the sizes of the learner.
  @discardableResult
  public func update(
    inputs: Panels<Scalar>, goals: Panels<Scalar>, learningRate: Double
  ) -> Double {
    precondition(
      inputs.buffer.count == self.inputs.buffer.count
        && goals.buffer.count == self.goals.buffer.count,
      "a batch has \(batchSize) samples of the learner's sizes")
    data = nil
    self.inputs.buffer.copy(from: inputs.buffer)
    self.goals.buffer.copy(from: goals.buffer)
    return learn(learningRate: learningRate)
  }

  private func learn(learningRate: Double) -> Double {
    step += 1
    learner.begin(step: step, learningRate: learningRate, targetRate: nil)
    pool.run { worker in self.learn(worker) }
    _ = learner.reviseTopology(after: step)
    // in a fixed order, so that threads do not change the sum
    return shares.elements.reduce(0, +)
  }

  /// The share of one worker in an update.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func learn(_ worker: Worker) {
    let panels = worker.part.range(of: inputs.panelCount)
    gather(panels)
    for path in learner.paths.indices {
      learner.paths[path].forward(panels: panels, input: inputs.run, trace: traces[path])
      for panel in panels {
        let share = loss.loss(
          panel: panel, prediction: traces[path].output, goal: goals,
          gradient: traces[path].outputGradient)
        if path == 0 { shares.pointer[panel] = share }
      }
    }
    drawPathsTogether(panels)
    for path in learner.paths.indices {
      learner.paths[path].backward(panels: panels, trace: traces[path])
    }
    learner.prepareGradients(panels: panels, input: inputs.run, traces: traces)
    worker.barrier()
    learner.sumGradients(part: worker.part, input: inputs.run, traces: traces)
    worker.barrier()
    learner.step(part: worker.part)
    worker.barrier()
    learner.refresh(part: worker.part)
  }

  /// Adds what the paths lose against each other, where there are two of them.
  private func drawPathsTogether(_ panels: Range<Int>) {
    guard scoresClasses else {
      return learner.collaborate(panels: panels, traces: traces, sampleCount: batchSize)
    }
    guard let collaboration = learner.activeCollaboration else { return }
    let distillation = MutualDistillation<Scalar>(
      sampleCount: batchSize, temperature: collaboration.temperature,
      weight: collaboration.weight)
    for panel in panels {
      for own in 0..<2 {
        _ = distillation.addLoss(
          panel: panel, prediction: traces[own].output, teacher: traces[1 - own].output,
          gradient: traces[own].outputGradient)
      }
    }
  }

  private func gather(_ panels: Range<Int>) {
    guard let data, let order else { return }
    for panel in panels {
      let first = panel * panelWidth
      for lane in 0..<min(panelWidth, batchSize - first) {
        data.copy(
          sample: Int(order.samples.pointer[firstPlace + first + lane]), panel: panel, lane: lane,
          inputs: inputs, goals: goals)
      }
    }
  }
}
