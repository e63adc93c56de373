public import CoppiceRandom
import CoppiceTensors

/// By what weights are ranked.
public enum WeightScore: String, Codable, Sendable, CaseIterable {
  /// |w|.
  case magnitude
  /// |∂ loss / ∂ w|; the rule has to want every gradient on the step.
  case gradient
  /// |w ∂ loss / ∂ w|, the loss that the weight accounts for to first order; wants every gradient.
  case saliency
  /// A number drawn for each weight.
  case random

  /// Whether the gradients of all weights are wanted.
  public var needsGradient: Bool { self == .gradient || self == .saliency }
}

/// Which weights of a layer are ranked.
public enum RankedWeights: Sendable {
  /// Those that the mask keeps.
  case kept
  /// Of those, the ones that are larger than zero.
  case keptPositive
  /// Of those, the ones that are smaller than zero.
  case keptNegative
  /// Those that the mask does not keep.
  case missing
  /// All.
  case all
}

extension LayerView {
  /// Ranks weights for ``keepStrongest(_:of:marking:)`` and ``dropWeakest(_:of:)``.
  ///
  /// Scores count as single-precision numbers; one that is not a number is the strongest.
  ///
  /// - Parameters:
  ///   - members: Which weights; the others are not candidates.
  ///   - score: By what.
  ///   - key: Randomness, where the score is random; split by layer here.
  /// - Returns: How many weights were ranked.
  /// - Precondition: ``gradient`` is there where the score needs it.
  /// - Complexity: O(`O·I`).
  @discardableResult
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func rank(_ members: RankedWeights, by score: WeightScore, key: RandomKey) -> Int {
    let (weights, mask) = (weights.pointer, mask.pointer)
    let words = key.split(site.index).words
    var block = Philox.Block.zero
    var ranked = 0
    if score.needsGradient {
      precondition(gradient != nil, "the rule did not ask for the gradients of every weight")
    }
    let slopes = gradient?.pointer ?? weights
    for index in 0..<ranks.count {
      guard belongs(members, weights[index], mask[index]) else {
        ranks.pointer[index] = 0
        continue
      }
      ranked += 1
      let size: Scalar
      switch score {
      case .magnitude: size = weights[index]
      case .gradient: size = slopes[index]
      case .saliency: size = weights[index] * slopes[index]
      case .random:
        // four numbers of each block
        let place = ranked - 1
        if place & 3 == 0 {
          block = Philox.block(at: Philox.Block(UInt32(place >> 2), 0, 0, 0), key: words)
        }
        ranks.pointer[index] = block[place & 3] >> 1 + 1
        continue
      }
      ranks.pointer[index] = (Float(size).bitPattern & 0x7FFF_FFFF) + 1
    }
    return ranked
  }

  @inline(__always)
  private func belongs(_ members: RankedWeights, _ weight: Scalar, _ mark: UInt8) -> Bool {
    switch members {
    case .kept: mark != 0
    case .keptPositive: mark != 0 && weight > 0
    case .keptNegative: mark != 0 && weight < 0
    case .missing: mark == 0
    case .all: true
    }
  }

  /// Marks the `count` strongest of the ranked weights as kept, over all of `layers` together.
  ///
  /// Of equally strong ones those of the earlier layer, and there those with the lower index, come
  /// first. Fewer are kept where fewer were ranked.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - layers: The layers that were ranked.
  ///   - mark: 1, or ``fresh``.
  public static func keepStrongest(
    _ count: Int, of layers: [LayerView<Scalar>], marking mark: UInt8 = 1
  ) {
    choose(count, of: layers, fromBelow: false, mark)
  }

  /// Drops the `count` weakest of the ranked weights, over all of `layers` together.
  ///
  /// Of equally weak ones those of the later layer, and there those with the higher index, go first.
  public static func dropWeakest(_ count: Int, of layers: [LayerView<Scalar>]) {
    choose(count, of: layers, fromBelow: true, 0)
  }

  /// Marks the `count` strongest of the ranked weights of this layer as kept.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - mark: 1, or ``fresh``.
  public func keepStrongest(_ count: Int, marking mark: UInt8 = 1) {
    choose(count, fromBelow: false, mark)
  }

  /// Drops the `count` weakest of the ranked weights of this layer.
  public func dropWeakest(_ count: Int) { choose(count, fromBelow: true, 0) }

  private func choose(_ count: Int, fromBelow: Bool, _ mark: UInt8) {
    guard count > 0 else { return }
    var search = Ranking.Search(count: count, fromBelow: fromBelow)
    while !search.isDone {
      bins.zero()
      search.count(ranks, into: bins)
      search.advance(bins)
    }
    var cut = Ranking.Cut(value: search.value, ties: search.remaining)
    Ranking.mark(ranks, beyond: &cut, fromBelow: fromBelow, as: mark, in: mask)
  }

  private static func choose(
    _ count: Int, of layers: [LayerView<Scalar>], fromBelow: Bool, _ mark: UInt8
  ) {
    guard count > 0, let bins = layers.first?.bins else { return }
    var search = Ranking.Search(count: count, fromBelow: fromBelow)
    while !search.isDone {
      bins.zero()
      for layer in layers { search.count(layer.ranks, into: bins) }
      search.advance(bins)
    }
    var cut = Ranking.Cut(value: search.value, ties: search.remaining)
    for position in layers.indices {
      let layer = layers[fromBelow ? layers.count - 1 - position : position]
      Ranking.mark(layer.ranks, beyond: &cut, fromBelow: fromBelow, as: mark, in: layer.mask)
    }
  }
}
