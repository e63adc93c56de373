public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One network that learns, its target copy, its optimiser, and the topology of both.
///
/// Agents hold one for each network. It owns the only code that moves numbers when masks change:
/// weights, target weights and optimiser slots follow their weight to its new position, in whatever
/// storage, for whatever rule.
///
/// The steady state runs on kept weights alone. Where resting weights are remembered they lie in
/// dense side stores that only a revision touches; what target averaging did to them meanwhile is
/// caught up in closed form: after `k` updates toward a resting weight w, the target's
/// w′ ← w + (1 − τ)ᵏ (w′ − w).
public final class SparseLearner<Scalar: NetworkScalar> {
  /// The network that learns.
  public let network: MLP<Scalar>

  /// Its slow copy, where the agent wants one.
  public let target: MLP<Scalar>?

  /// Moves the parameters.
  public let optimiser: any Optimiser<Scalar>

  /// Which weights are kept; nothing for a dense network.
  public let rule: (any TopologyRule)?

  private let role: NetworkRole
  private let key: RandomKey
  private let layers: [SparseLayer<Scalar>]
  private let views: [LayerView<Scalar>]
  private let targetViews: [LayerView<Scalar>]
  private let maskableWeights: Int
  private var changed: [Int]
  private var averagedSinceRevision = 0
  private var steppedSinceRevision = 0
  private var rate: Scalar = 0

  /// Makes `network` sparse by `rule`, copies it as a target where wanted, and gives it an optimiser.
  ///
  /// - Parameters:
  ///   - network: A dense network with its initial weights.
  ///   - role: Whose masks they are.
  ///   - rule: Which weights are kept; all where nothing is given.
  ///   - withTarget: Whether a slow copy is wanted.
  ///   - key: Randomness of the topology.
  ///   - makeOptimiser: Gives an optimiser for the network in its final storage.
  public init(
    network: MLP<Scalar>, role: NetworkRole, rule: (any TopologyRule)?, withTarget: Bool,
    key: RandomKey, makeOptimiser: (MLP<Scalar>) -> any Optimiser<Scalar>
  ) {
    self.network = network
    self.role = role
    self.rule = rule
    self.key = key
    let last = network.layers.count - 1
    var views: [LayerView<Scalar>] = []
    var targetViews: [LayerView<Scalar>] = []
    var capacities: [Int] = []
    let ownTarget = withTarget && rule?.targetTopology == .own
    let ownCopy = ownTarget ? MLP(sharingTopologyOf: network) : nil
    if let rule {
      for (index, layer) in network.layers.enumerated() {
        let place: LayerPlace = index == last ? .output : index == 0 ? .first : .hidden
        guard let capacity = rule.capacity(of: layer.shape, at: place) else { continue }
        capacities.append(capacity)
        views.append(
          LayerView(
            shape: layer.shape, index: index, place: place, weights: layer.parameters,
            arithmetic: layer.arithmetic))
        guard let ownCopy else { continue }
        targetViews.append(
          LayerView(
            shape: layer.shape, index: index, place: place,
            weights: ownCopy.layers[index].parameters, arithmetic: layer.arithmetic))
      }
      rule.select(views, key: key.split(0))
    }
    self.views = views
    self.targetViews = targetViews
    maskableWeights = views.reduce(0) { $0 + $1.shape.weightCount }
    changed = Array(repeating: 0, count: views.count)

    // the first masks, and the dense numbers behind them
    var sides: [(Int, AlignedBuffer<Scalar>)] = []
    let sharesRows = (rule?.sharedRows ?? 1).isMultiple(of: 4)
    for (view, capacity) in zip(views, capacities) {
      let layer = network.layers[view.index]
      let mask = Array(view.mask.elements)
      sides.append((view.index, layer.parameters))
      layer.sparsify(
        mask: mask, capacity: capacity, sharesRows: sharesRows, storage: rule?.storage ?? .kept)
      ownCopy?.layers[view.index].sparsify(
        mask: mask, capacity: capacity, sharesRows: sharesRows, storage: .latent)
    }
    let target = ownCopy ?? (withTarget ? MLP(sharingTopologyOf: network) : nil)
    self.target = target
    let optimiser = makeOptimiser(network)
    self.optimiser = optimiser
    guard let rule else {
      layers = []
      return
    }
    let stored = rule.storage == .kept
    layers = sides.map { index, dense in
      SparseLayer(
        online: network.layers[index], target: ownTarget ? nil : target?.layers[index],
        slots: stored ? optimiser.slots(ofLayer: index) : [], dense: stored ? dense : nil,
        rule: rule)
    }
  }

  // MARK: Learning

  /// Begins a step: fixes what is the same for every weight.
  ///
  /// - Parameters:
  ///   - learningRate: The learning rate of this step.
  ///   - rate: τ where the target follows in this step, otherwise nothing.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func advance(learningRate: Double, targetRate rate: Scalar?) {
    optimiser.advance(learningRate: learningRate)
    steppedSinceRevision += 1
    if let rate {
      self.rate = rate
      averagedSinceRevision += 1
    }
  }

  /// Moves the share of `part` of the parameters, and of the target's where `rate` is given.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func step(part: Part, targetRate rate: Scalar?) {
    addInactiveDecay(part)
    let fused = rate != nil && targetViews.isEmpty
    optimiser.step(part: part, averaging: fused ? target : nil, rate: rate ?? 0)
  }

  /// Brings everything derived up to date, for the layers of `part`, after all parts have stepped.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func refresh(part: Part, targetRate rate: Scalar?) {
    network.refresh(part: part)
    guard let rate, let target, !network.layers.isEmpty else { return }
    if !targetViews.isEmpty { averageOwnTarget(part, rate, target) }
    target.refresh(part: part)
  }

  // MARK: Revision

  /// Lets the rule choose anew where it is due after gradient step `step`.
  ///
  /// - Returns: How many mask entries changed in each sparse layer; nothing where it was not due.
  public func reviseTopology(after step: Int) -> TopologyChange? {
    guard let rule, !views.isEmpty, rule.isDue(after: step, role: role) else { return nil }
    let rate = Double(rate)
    let resting = Scalar(pow(1 - rate, Double(averagedSinceRevision)))
    for index in layers.indices {
      let (layer, view) = (layers[index], views[index])
      layer.spill(targetFactor: resting, stepCount: steppedSinceRevision)
      view.weights = layer.online.storage == .latent ? layer.online.parameters : layer.weights
      layer.copyMask(into: view.mask)
    }
    let key = key.split(step)
    rule.select(views, key: key)
    for index in layers.indices { changed[index] = layers[index].reload(mask: views[index].mask) }
    if let target, !targetViews.isEmpty {
      for view in targetViews { view.weights = target.layers[view.index].parameters }
      rule.select(targetViews, key: key)
      for view in targetViews {
        let layer = target.layers[view.index]
        layer.topology?.rebuild(mask: UnsafePointer(view.mask.pointer))
        layer.refresh()
      }
    } else if rule.storage == .latent {
      target?.refresh()
    }
    averagedSinceRevision = 0
    steppedSinceRevision = 0
    return TopologyChange(changedEntries: changed, maskableWeights: maskableWeights)
  }

  // MARK: Parts

  /// g ← g + λ w for the weights that are not kept, before the optimiser sees them.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func addInactiveDecay(_ part: Part) {
    guard let decay = rule?.inactiveDecay, decay > 0 else { return }
    for view in views {
      let layer = network.layers[view.index]
      guard layer.storage == .latent, let topology = layer.topology else { continue }
      addScaled(
        Scalar(decay), layer.parameters, to: layer.parameterGradient,
        unless: topology.keptMask, in: part.range(of: (view.shape.weightCount + 15) / 16))
    }
  }

  /// The dense average of a target that projects on its own: active weights come from the kept ones.
  private func averageOwnTarget(_ part: Part, _ rate: Scalar, _ target: MLP<Scalar>) {
    for index in network.layers.indices where index % part.count == part.index {
      let (online, follower) = (network.layers[index], target.layers[index])
      var weights = online.parameters
      if online.storage == .kept, let topology = online.topology,
        let layer = layers.first(where: { $0.online === online })
      {
        weights = layer.weights
        network.arithmetic.scatter(
          topology, values: UnsafePointer(online.values.pointer), dense: weights.pointer)
      }
      network.arithmetic.average(
        count: online.shape.weightCount, parameters: UnsafePointer(weights.pointer),
        target: follower.parameters.pointer, rate: rate)
      network.arithmetic.average(
        count: online.bias.count, parameters: UnsafePointer(online.bias.pointer),
        target: follower.bias.pointer, rate: rate)
    }
  }
}

/// What a revision of a network's topology changed.
public struct TopologyChange: Sendable, Equatable {
  /// For each sparse layer the number of mask entries that differ: its sparse architecture divergence.
  public var changedEntries: [Int]
  /// How many weights could be masked.
  public var maskableWeights: Int

  /// Changed entries over maskable weights.
  public var divergence: Double {
    Double(changedEntries.reduce(0, +)) / Double(max(1, maskableWeights))
  }
}

/// target[i] += scale × source[i] for the vectors of `range`, where nothing is kept.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func addScaled<Scalar: NetworkScalar>(
  _ scale: Scalar, _ source: AlignedBuffer<Scalar>, to target: AlignedBuffer<Scalar>,
  unless mask: AlignedBuffer<UInt8>, in vectors: Range<Int>
) {
  for element in (vectors.lowerBound * 16)..<min(source.count, vectors.upperBound * 16)
  where mask.pointer[element] == 0 {
    target.pointer[element] += scale * source.pointer[element]
  }
}

extension SparseLearner: Checkpointable {
  /// Saves network, target, optimiser and resting weights.
  public func save(into tensors: inout NamedTensors) {
    var parts: [(String, NamedTensors)] = []
    func add(_ name: String, _ body: (inout NamedTensors) -> Void) {
      var own = NamedTensors()
      body(&own)
      parts.append((name, own))
    }
    add("online") { network.save(into: &$0) }
    if let target { add("target") { target.save(into: &$0) } }
    add("optimiser") { optimiser.save(into: &$0) }
    add("topology") { own in
      own.set("since-revision", [Int64(averagedSinceRevision), Int64(steppedSinceRevision)])
      own.set("rate", [rate])
      for (view, layer) in zip(views, layers) {
        layer.save(into: &own, prefix: "layer-\(view.index + 1)")
      }
    }
    for (name, own) in parts { tensors.merge(own, prefix: name) }
  }

  /// Restores network, target, optimiser and resting weights.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    try network.restore(from: tensors.under("online"))
    try target?.restore(from: tensors.under("target"))
    try optimiser.restore(from: tensors.under("optimiser"))
    let own = tensors.under("topology")
    let counts: [Int64] = try own.get("since-revision")
    guard counts.count == 2 else {
      throw UserError(
        .checkpoint, found: "\(counts.count) revision counters", expected: "2",
        action: "use a checkpoint that was not altered")
    }
    averagedSinceRevision = Int(counts[0])
    steppedSinceRevision = Int(counts[1])
    rate = try own.get("rate", as: Scalar.self).first ?? 0
    for (view, layer) in zip(views, layers) {
      try layer.restore(from: own, prefix: "layer-\(view.index + 1)")
    }
  }
}
