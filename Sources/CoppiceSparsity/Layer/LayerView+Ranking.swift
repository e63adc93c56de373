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
  /// - Precondition: ``gradient`` is there where the score needs it, and no weight changes before the
  ///   choice.
  /// - Complexity: O(`O·I`).
  @discardableResult
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func rank(_ members: RankedWeights, by score: WeightScore, key: RandomKey) -> Int {
    precondition(
      gradient != nil || !score.needsGradient,
      "the rule did not ask for the gradients of every weight")
    candidates.isEveryWeight = members == .all
    candidates.count = list(members)
    candidates.strengths = OrderedWords(candidates.ranks.pointer)
    let weights = weights.pointer
    let slopes = gradient?.pointer ?? weights
    switch score {
    case .magnitude where Scalar.self == Float.self && candidates.isEveryWeight:
      // a copy would be read once, and push other numbers out of the caches
      candidates.strengths = OrderedWords(weights, significant: magnitudeBits)
    case .magnitude: rank(by: { weights[$0] })
    case .gradient: rank(by: { slopes[$0] })
    case .saliency: rank(by: { weights[$0] * slopes[$0] })
    case .random: drawRanks(key.split(site.index))
    }
    return candidates.count
  }

  /// How many kept weights are larger than zero, and how many smaller.
  ///
  /// - Complexity: O(`O·I`).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func keptSigns() -> (positive: Int, negative: Int) {
    let (weights, mask) = (weights.pointer, mask.pointer)
    var (positive, negative) = (0, 0)
    for place in 0..<self.mask.count {
      positive &+= one(mask[place] != 0) & one(weights[place] > 0)
      negative &+= one(mask[place] != 0) & one(weights[place] < 0)
    }
    return (positive, negative)
  }

  /// Ranks the candidates by the score of their place.
  @inline(__always)
  private func rank(by score: (Int) -> Scalar) {
    let (count, places, ranks) = (
      candidates.count, candidates.places.pointer, candidates.ranks.pointer
    )
    if candidates.isEveryWeight {
      for place in 0..<count { ranks[place] = Self.rank(score(place)) }
    } else {
      for order in 0..<count { ranks[order] = Self.rank(score(Int(places[order]))) }
    }
  }

  /// How strong a score is: its magnitude as an integer that has the same order.
  @inline(__always)
  private static func rank(_ score: Scalar) -> UInt32 { Float(score).bitPattern & magnitudeBits }

  /// Draws a number for each candidate, four from each block of the generator.
  private func drawRanks(_ key: RandomKey) {
    let (count, ranks) = (candidates.count, candidates.ranks.pointer)
    // any instruction set gives the same words
    KernelArithmetic.fastest.fillWords(key: key.bits, counter: 0, count: count, into: ranks)
    for order in 0..<count { ranks[order] >>= 1 }
  }

  /// Lists the places of the weights that are to be ranked, from the lowest, but where all are;
  /// returns how many.
  @inline(__always)
  private func list(_ members: RankedWeights) -> Int {
    let (weights, mask) = (weights.pointer, mask.pointer)
    return switch members {
    case .kept: list(missing: false) { one(mask[$0] != 0) }
    case .keptPositive: list(missing: false) { one(mask[$0] != 0) & one(weights[$0] > 0) }
    case .keptNegative: list(missing: false) { one(mask[$0] != 0) & one(weights[$0] < 0) }
    case .missing: list(missing: true) { one(mask[$0] == 0) }
    case .all: self.mask.count
    }
  }

  /// Every place is written down, and stays where it belongs: no branch that could be mispredicted.
  ///
  /// Where a mask keeps none of eight, either all of them are listed or none.
  @inline(__always)
  private func list(missing: Bool, _ belongs: (Int) -> Int) -> Int {
    let places = candidates.places.pointer
    let bytes = UnsafeRawPointer(mask.pointer)
    var count = 0
    var first = 0
    while first < mask.count {
      let end = min(first + 8, mask.count)
      let isEmpty =
        end - first == 8 && bytes.load(fromByteOffset: first, as: UInt64.self) == 0
      if isEmpty, missing {
        for offset in 0..<8 { places[count &+ offset] = Int32(truncatingIfNeeded: first &+ offset) }
        count &+= 8
      } else if !isEmpty {
        for place in first..<end {
          places[count] = Int32(truncatingIfNeeded: place)
          count &+= belongs(place)
        }
      }
      first = end
    }
    return count
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

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func choose(_ count: Int, fromBelow: Bool, _ mark: UInt8) {
    guard count > 0 else { return }
    var cut = Ranking.cut(count, of: { $0(candidates) }, fromBelow: fromBelow, bins: bins)
    candidates.mark(beyond: &cut, as: mark, in: mask)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func choose(
    _ count: Int, of layers: [LayerView<Scalar>], fromBelow: Bool, _ mark: UInt8
  ) {
    guard count > 0, let bins = layers.first?.bins else { return }
    var cut = Ranking.cut(
      count, of: { for layer in layers { $0(layer.candidates) } }, fromBelow: fromBelow, bins: bins)
    for position in layers.indices {
      let layer = layers[fromBelow ? layers.count - 1 - position : position]
      layer.candidates.mark(beyond: &cut, as: mark, in: layer.mask)
    }
  }
}

/// The bits of a single-precision number but for its sign: as an integer they have the order of the
/// magnitudes.
private let magnitudeBits: UInt32 = 0x7FFF_FFFF

/// 1 for what holds: conditions joined by `&` are no branches.
@inline(__always)
private func one(_ holds: Bool) -> Int { holds ? 1 : 0 }
