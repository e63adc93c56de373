public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

/// One network that learns, its target copy, its optimiser, and the topology of both.
///
/// Agents hold one for each network. It owns the only code that moves numbers when masks change:
/// weights, target weights and optimiser slots follow their weight to its new position, in whatever
/// storage, for whatever rule.
///
/// An update is a sequence of passes. ``begin(step:learningRate:targetRate:)`` comes first and
/// ``reviseTopology(after:)`` last; in between every worker calls, with its share and with a barrier
/// after each, ``prepareGradients(panels:input:traces:)``, ``sumGradients(part:input:traces:)``,
/// ``step(part:)`` and ``refresh(part:)``. The agent runs forward, loss and backward of every one of
/// ``paths`` before.
///
/// The steady state runs on kept weights alone where the rule allows it. Resting weights lie in
/// dense side stores that only a revision touches; what target averaging did to them meanwhile is
/// caught up in closed form: after `k` updates toward a resting weight w, the target's
/// w′ ← w + (1 − τ)ᵏ (w′ − w).
public final class SparseLearner<Network: LayeredNetwork> {
  /// The number type of the network.
  public typealias Scalar = Network.Scalar

  /// The network that learns, with its kept weights: the one that acts and is deployed.
  public let network: Network

  /// Its slow copy, where the agent wants one.
  public let target: Network?

  /// Moves the parameters.
  public let optimiser: any Optimiser<Scalar>

  /// Which weights are kept; nothing for a dense network.
  public let rule: (any TopologyRule)?

  /// Which network of the agent it is.
  public let role: NetworkRole

  /// The network, and behind it the path in which every weight takes part, where the gradients are
  /// collaborative.
  public let paths: [Network]

  let policy: GradientPolicy
  let key: RandomKey
  let layers: [SparseLayer<Scalar>]
  let views: [LayerView<Scalar>]
  let targetViews: [LayerView<Scalar>]
  let fullOptimiser: (any Optimiser<Scalar>)?
  let everyGradient: Network.EveryGradient?
  let maskableWeights: Int
  var changed: [Int]
  var averagedSinceRevision = 0
  var steppedSinceRevision = 0
  var rate: Scalar = 0

  // what the step that has begun is about
  var targetRate: Scalar?
  var isDue = false
  var wantsEveryGradient = false
  private(set) var currentStep = 0

  /// Whether weights rest in this step.
  var rests: Bool { isDue && rule?.skipsUpdateWhenDue == true }

  /// Makes `network` sparse by `rule`, copies it as a target where wanted, and gives it an optimiser.
  ///
  /// - Parameters:
  ///   - network: A dense network with its initial weights.
  ///   - role: Which network of the agent it is.
  ///   - rule: Which weights are kept; all where nothing is given.
  ///   - withTarget: Whether a slow copy is wanted.
  ///   - sampleCount: The most samples of a batch.
  ///   - key: Randomness of the topology.
  ///   - makeOptimiser: Gives an optimiser for a network in its final storage.
  public init(
    network: Network, role: NetworkRole, rule: (any TopologyRule)?, withTarget: Bool,
    sampleCount: Int, key: RandomKey, makeOptimiser: (Network) -> any Optimiser<Scalar>
  ) {
    self.network = network
    self.role = role
    self.rule = rule
    self.key = key
    let policy = rule?.gradientPolicy ?? .keptOnly
    self.policy = policy
    let ownTarget = withTarget && (rule?.targetTopology ?? .shared) != .shared
    let ownCopy = ownTarget ? Network(sharingTopologyOf: network) : nil
    let sites = network.layers.indices.map {
      LayerSite(
        role: role, shape: network.layers[$0].shape, index: $0,
        layerCount: network.layers.count)
    }
    let isSparse = rule?.covers(sites) ?? sites.map { _ in false }
    let sparse = sites.filter { isSparse[$0.index] }
    func view(_ site: LayerSite, of network: Network) -> LayerView<Scalar> {
      LayerView(
        site: site, network: sites, weights: network.layers[site.index].parameters,
        arithmetic: network.arithmetic)
    }
    views = sparse.map { view($0, of: network) }
    rule?.start(views, key: key.split(0))
    // the first weights may be new ones
    for view in views {
      ownCopy?.layers[view.site.index].parameters.copy(from: view.weights)
    }
    targetViews = ownCopy.map { copy in sparse.map { view($0, of: copy) } } ?? []
    maskableWeights = views.reduce(0) { $0 + $1.shape.weightCount }
    changed = Array(repeating: 0, count: views.count)

    // the first masks, and the dense numbers behind them
    let sharesRows = (rule?.sharedRows ?? 1).isMultiple(of: 4)
    let keepsCount = rule?.keepsCount ?? true
    for view in views {
      let mask = Array(view.mask.elements)
      network.layers[view.site.index].sparsify(
        mask: mask, keepsCount: keepsCount, sharesRows: sharesRows, storage: policy.storage)
      ownCopy?.layers[view.site.index].sparsify(
        mask: mask, keepsCount: keepsCount, sharesRows: sharesRows, storage: .latent)
      if rule?.targetTopology == .largest, let ownCopy {
        clear(ownCopy.layers[view.site.index].parameters, unless: view.mask)
      }
    }
    let target = ownCopy ?? (withTarget ? Network(sharingTopologyOf: network) : nil)
    self.target = target
    optimiser = makeOptimiser(network)
    if case .collaborative = policy, !views.isEmpty {
      let full = Network(everyWeightOf: network)
      paths = [network, full]
      fullOptimiser = makeOptimiser(full)
    } else {
      paths = [network]
      fullOptimiser = nil
    }
    var everyGradient: Network.EveryGradient?
    var layers: [SparseLayer<Scalar>] = []
    if let rule {
      everyGradient =
        policy == .keptOnly && rule.needsGradients
        ? network.makeEveryGradient(sampleCount: sampleCount) { isSparse[$0] } : nil
      let forgets = rule.inactiveWeights == .forgotten || rule.inactiveMoments == .forgotten
      let largest = forgets && policy.storage == .kept ? views.map(\.mask.count).max() ?? 0 : 0
      let slotCount = views.isEmpty ? 0 : optimiser.slots(ofLayer: views[0].site.index).count
      let passages = (0..<(1 + slotCount)).map { _ in AlignedBuffer<Scalar>(count: largest) }
      for view in views {
        let index = view.site.index
        layers.append(
          SparseLayer(
            online: network.layers[index], target: target?.layers[index],
            ownsTarget: ownTarget, slots: optimiser.slots(ofLayer: index),
            dense: view.weights, rule: rule, passages: passages))
      }
    }
    self.everyGradient = everyGradient
    self.layers = layers
    if policy == .momentsOnly { clearInactiveWeights(.whole) }
  }

  // MARK: Learning

  /// Begins a step: fixes what is the same for every weight.
  ///
  /// - Parameters:
  ///   - step: The gradient step of the agent, the first of which is 1.
  ///   - learningRate: The learning rate of this step.
  ///   - rate: τ where the target follows in this step, otherwise nothing.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  public func begin(step: Int, learningRate: Double, targetRate rate: Scalar?) {
    currentStep = step
    targetRate = rate
    isDue = isDue(after: step)
    wantsEveryGradient = isDue && everyGradient != nil
    if !rests {
      optimiser.advance(learningRate: learningRate)
      fullOptimiser?.advance(learningRate: learningRate)
      steppedSinceRevision += 1
    }
    if let rate {
      self.rate = rate
      averagedSinceRevision += 1
    }
  }

  /// Lays out what the weight gradients of `panels` are summed from.
  ///
  /// - Parameters:
  ///   - panels: Which panels; threads take different ones.
  ///   - input: What went into the network.
  ///   - traces: For each of ``paths`` a trace whose backward pass has run for `panels`.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  public func prepareGradients(
    panels: Range<Int>, input: PanelRun<Scalar>, traces: [Network.Trace]
  ) {
    for index in paths.indices {
      paths[index].prepareWeightGradients(panels: panels, input: input, trace: traces[index])
    }
    if wantsEveryGradient, let everyGradient {
      network.prepare(everyGradient, panels: panels, input: input, trace: traces[0])
    }
  }

  /// Sums the gradients over the batch, for the share of `part`.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  public func sumGradients(
    part: Part, input: PanelRun<Scalar>, traces: [Network.Trace]
  ) {
    for index in paths.indices {
      paths[index].backwardWeights(part: part, input: input, trace: traces[index])
    }
    if wantsEveryGradient, let everyGradient {
      network.sum(everyGradient, part: part, input: input, trace: traces[0])
    }
  }

  /// Moves the share of `part` of the parameters, and of the target's where it follows.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  public func step(part: Part) {
    let follower = targetFollowsInStep ? target?.layers : nil
    guard !rests else {
      if let follower, let targetRate { average(part, follower, rate: targetRate) }
      return
    }
    if paths.count > 1 { combineGradients(part) }
    addInactiveDecay(part)
    optimiser.step(part: part, averaging: follower, rate: targetRate ?? 0)
    fullOptimiser?.step(part: part, averaging: nil, rate: 0)
  }

  /// Brings everything derived up to date, for the layers of `part`, after all parts have stepped.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  public func refresh(part: Part) {
    if policy == .momentsOnly { clearInactiveWeights(part) }
    network.refresh(part: part)
    guard let targetRate, let target else { return }
    if !targetFollowsInStep { averageOwnTarget(part, targetRate, target) }
    target.refresh(part: part)
  }

  /// Whether the target is averaged parameter by parameter in ``step(part:)``.
  private var targetFollowsInStep: Bool {
    targetRate != nil && targetViews.isEmpty && policy != .momentsOnly
  }
}
