public import CoppiceRandom
public import CoppiceTensors

/// Decides which weights of a network are kept, at the start and while it learns.
///
/// A rule sees the layers of one network together, so it may rank weights across them. It knows
/// neither agents nor optimisers: it reads weights and writes masks, and ``SparseLearner`` moves
/// every number that belongs to a weight to its new place.
///
/// Only ``isDue(after:role:)``, ``start(_:key:)`` and ``revise(_:after:key:)`` have to be written;
/// everything else has a default, that of methods like SET: numbers of weights that are not kept do
/// not exist, and a weight that enters starts from zero.
///
/// ## Randomness
/// From the keys that are handed in alone, so that a resumed run goes on with the same masks.
public protocol TopologyRule: Sendable {
  /// What gradients reach the weights that are not kept; none by default.
  var gradientPolicy: GradientPolicy { get }

  /// What becomes of a weight that is not kept; it is forgotten by default.
  var inactiveWeights: InactiveWeights { get }

  /// What the optimiser knows of weights that were not kept before; nothing by default.
  var inactiveMoments: InactiveWeights { get }

  /// How targets choose their kept weights; they share the network's choice by default.
  var targetTopology: TargetTopology { get }

  /// How many neighbouring output rows, counted from the first, always keep the same inputs; 1, the
  /// default, where every row chooses for itself. Layers of four or more shared rows are computed
  /// faster.
  var sharedRows: Int { get }

  /// Whether every revision keeps as many weights of a layer as the first masks did; true by default.
  ///
  /// Where it is false the layer is stored anew whenever another plan serves it better.
  var keepsCount: Bool { get }

  /// Whether the weights rest on the gradient steps after which masks change; false by default.
  var skipsUpdateWhenDue: Bool { get }

  /// Whether masks are chosen with the gradients of all weights, kept or not, of the last batch; false
  /// by default. They cost a dense product on the steps after which masks change.
  var needsGradients: Bool { get }

  /// The names of layers that the rule was told about, such as `actor.layer-2`: whoever makes the
  /// networks refuses those that do not exist. None by default.
  var namedLayers: [String] { get }

  /// Which layers become sparse, one answer for each of `sites`; all by default.
  ///
  /// - Parameter sites: All layers of a network, first to last.
  /// - Returns: Whether each of them is sparse.
  func covers(_ sites: [LayerSite]) -> [Bool]

  /// Whether the masks change after gradient step `step`, the first of which is 1.
  ///
  /// - Parameters:
  ///   - step: A gradient step of the agent.
  ///   - role: Whose masks they are; schedules may differ.
  /// - Returns: Whether ``revise(_:after:key:)`` is to be called.
  func isDue(after step: Int, role: NetworkRole) -> Bool

  /// Writes the first masks. No later ones keep more weights of any layer.
  ///
  /// - Parameters:
  ///   - layers: The layers that become sparse, first to last, with their initial weights, which the
  ///     rule may overwrite.
  ///   - key: Randomness of the masks.
  func start<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey)

  /// Writes new masks over the current ones.
  ///
  /// - Parameters:
  ///   - layers: The sparse layers, first to last.
  ///   - step: The gradient step that was just taken.
  ///   - key: Randomness of this revision.
  func revise<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], after step: Int, key: RandomKey)
}

extension TopologyRule {
  /// None: weights that are not kept are not stored.
  public var gradientPolicy: GradientPolicy { .keptOnly }
  /// They are forgotten.
  public var inactiveWeights: InactiveWeights { .forgotten }
  /// They are forgotten.
  public var inactiveMoments: InactiveWeights { .forgotten }
  /// They share the network's choice.
  public var targetTopology: TargetTopology { .shared }
  /// 1: every row chooses for itself.
  public var sharedRows: Int { 1 }
  /// As many weights are kept as at first.
  public var keepsCount: Bool { true }
  /// Gradients of kept weights are enough.
  public var needsGradients: Bool { false }
  /// Weights move on every step.
  public var skipsUpdateWhenDue: Bool { false }
  /// None.
  public var namedLayers: [String] { [] }
  /// All of them.
  public func covers(_ sites: [LayerSite]) -> [Bool] { sites.map { _ in true } }
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
  /// Their own, chosen by the same rule from the averaged weights on the same schedule.
  case own
  /// Their own: after every update of the target the largest magnitudes of each layer, as many as the
  /// network has weights there that are not zero.
  case largest
}
