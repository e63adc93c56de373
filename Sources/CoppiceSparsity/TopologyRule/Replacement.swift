public import CoppiceRandom
public import CoppiceTensors

// What methods that replace weights, and methods that remove them, have in common.

extension Allocation {
  /// Writes first masks: of every layer as many weights as its sparsity leaves, the strongest by
  /// `score`, and the initial weights that go with them.
  public func start<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], sparsity: Double?, by score: WeightScore = .random,
    key: RandomKey
  ) {
    for layer in layers {
      let wanted = keptCount(of: layer, sparsity: sparsity)
      layer.mask.zero()
      layer.rank(.all, by: score, key: key)
      layer.keepStrongest(wanted)
    }
    initialisation.apply(to: layers, key: key)
  }

  /// How many weights a layer keeps in the end.
  public func keptCount<Scalar: NetworkScalar>(
    of layer: LayerView<Scalar>, sparsity: Double?
  ) -> Int {
    let fraction = sparsities(of: layer.network, sparsity: sparsity)[layer.site.index]
    return Self.keptCount(of: layer.shape, sparsity: fraction)
  }
}

extension Allocation {
  /// Which layers a ranking of that scope takes: with a global one, all that may be sparse.
  func covers(
    _ sites: [LayerSite], sparsity: Double?, scope: GradualPruning.Scope
  ) -> [Bool] {
    var allocation = self
    if scope == .global { allocation.kind = .uniform }
    return allocation.covers(sites, sparsity: sparsity)
  }

  /// Drops the weakest kept weights, until `share` of the final zeros is reached.
  func prune<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], sparsity: Double?, share: Double = 1,
    scope: GradualPruning.Scope, by score: WeightScore, key: RandomKey
  ) {
    switch scope {
    case .local:
      for layer in layers {
        let final = sparsities(of: layer.network, sparsity: sparsity)[layer.site.index]
        let kept = layer.rank(.kept, by: score, key: key)
        layer.dropWeakest(kept - Self.keptCount(of: layer.shape, sparsity: share * final))
      }
    case .global:
      guard let site = layers.first?.site, let final = networkSparsity(site) ?? sparsity else {
        return
      }
      let all = layers.reduce(0) { $0 + $1.shape.weightCount }
      let wanted = max(1, Int((Double(all) * (1 - share * final)).rounded()))
      let kept = layers.reduce(0) { $0 + $1.rank(.kept, by: score, key: key) }
      LayerView.dropWeakest(kept - wanted, of: layers)
    }
  }
}

extension LayerView {
  /// Replaces `count` kept weights: the weakest by magnitude leave, and the strongest of those that
  /// are then missing, the former included, enter.
  ///
  /// A weight that leaves and enters at once stays as it is.
  func replace(_ count: Int, by score: WeightScore, key: RandomKey) {
    rank(.kept, by: .magnitude, key: key)
    dropWeakest(count)
    rank(.missing, by: score, key: key)
    keepStrongest(count)
  }

  /// Drops up to `count` weights of one sign, those nearest to zero; returns how many there were.
  func dropNearZero(_ members: RankedWeights, _ count: Int, key: RandomKey) -> Int {
    let there = rank(members, by: .magnitude, key: key)
    dropWeakest(min(count, there))
    return min(count, there)
  }

  /// Drops kept weights that are exactly zero; returns how many.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func dropZeros() -> Int {
    let (marks, weights) = (mask.pointer, weights.pointer)
    var count = 0
    for index in 0..<mask.count {
      let stays = weights[index] == 0 ? 0 : marks[index]
      count &+= stays == marks[index] ? 0 : 1
      marks[index] = stays
    }
    return count
  }
}
