public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

/// Decides which weights of a network are kept, at the start and while it learns.
///
/// A rule sees the layers of one network together, so it may rank weights across them. It knows
/// neither agents nor optimisers: it reads weights and writes masks, and ``SparseLearner`` moves
/// every number that belongs to a weight to its new place.
public protocol TopologyRule: Sendable {
  /// How the layers that the rule makes sparse are stored.
  var storage: WeightStorage { get }

  /// What becomes of a weight that is not kept.
  var inactiveWeights: InactiveWeights { get }

  /// What the optimiser knows of weights that were not kept before.
  var inactiveMoments: InactiveWeights { get }

  /// How targets choose their kept weights.
  var targetTopology: TargetTopology { get }

  /// λ in g ← g + λ w for weights that are not kept; needs latent storage where it is not 0.
  var inactiveDecay: Double { get }

  /// How many neighbouring output rows, counted from the first, always keep the same inputs; 1 where
  /// every row chooses for itself. Layers of four or more shared rows are computed faster.
  var sharedRows: Int { get }

  /// Whether the masks change after gradient step `step`, the first of which is 1.
  ///
  /// - Parameters:
  ///   - step: A gradient step of the agent.
  ///   - role: Whose masks they are; schedules may differ.
  /// - Returns: Whether ``select(_:key:)`` is to be called.
  func isDue(after step: Int, role: NetworkRole) -> Bool

  /// The most weights that the layer at `place` will ever keep; nothing where it stays dense.
  func capacity(of shape: LayerShape, at place: LayerPlace) -> Int?

  /// Writes the masks of all sparse layers, first ones and later ones.
  ///
  /// - Parameters:
  ///   - layers: The sparse layers, first to last.
  ///   - key: Randomness of this revision.
  func select<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey)
}

extension TopologyRule {
  /// 1: every row chooses for itself.
  public var sharedRows: Int { 1 }
}

/// What becomes of numbers that belong to a weight while it is not kept.
public enum InactiveWeights: Sendable {
  /// They rest, and are found again when the weight is kept again.
  case remembered
  /// They are lost; the weight starts from zero.
  case forgotten
}

/// How target networks choose their kept weights.
public enum TargetTopology: Sendable {
  /// The same as the network that the target follows.
  case shared
  /// Their own, chosen by the same rule from the averaged weights.
  case own
}

/// Which network of an agent a topology belongs to.
public enum NetworkRole: Sendable {
  /// A policy, which may learn on fewer steps than the rest.
  ///
  /// - Parameter delay: How many gradient steps pass between two updates of the policy.
  case actor(delay: Int)
  /// A value function.
  case critic
}

/// Where a layer stands in its network.
public enum LayerPlace: Sendable {
  /// Reads the inputs.
  case first
  /// Stands between two others.
  case hidden
  /// Gives the outputs.
  case output
}

/// One layer as a topology rule sees it.
public final class LayerView<Scalar: NetworkScalar> {
  /// The size of the layer.
  public let shape: LayerShape
  /// Which layer of the network it is, from 0.
  public let index: Int
  /// Where it stands.
  public let place: LayerPlace
  /// `[O, I]`: the weights, with those that are not kept as they were last seen.
  public internal(set) var weights: AlignedBuffer<Scalar>
  /// `[O, I]`: 1 where kept, 0 elsewhere; the rule overwrites it.
  public let mask: AlignedBuffer<UInt8>
  /// The operations of the network.
  public let arithmetic: Scalar.Arithmetic

  init(
    shape: LayerShape, index: Int, place: LayerPlace, weights: AlignedBuffer<Scalar>,
    arithmetic: Scalar.Arithmetic
  ) {
    self.shape = shape
    self.index = index
    self.place = place
    self.weights = weights
    self.arithmetic = arithmetic
    mask = AlignedBuffer(count: shape.weightCount)
  }
}
