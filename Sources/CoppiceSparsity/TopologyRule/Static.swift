public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

/// Keeps a random set of weights that never changes: the control for every method that learns it.
///
/// Each layer keeps the same fraction, rounded to whole weights, drawn without replacement.
///
/// ## Randomness
/// The masks, from the key of the network.
public struct Static: TopologyRule {
  /// The fraction of weights that are zero, in [0, 1).
  public let sparsity: Double

  /// A random topology with `sparsity` zeros in every layer.
  ///
  /// - Throws: `UserError` of kind `configuration` unless 0 ≤ sparsity < 1.
  public init(sparsity: Double) throws(UserError) {
    guard sparsity >= 0, sparsity < 1 else {
      throw UserError(
        .configuration, found: "a sparsity of \(sparsity * 100) %",
        expected: "at least 0 % and less than 100 %", action: "write for example static@90%")
    }
    self.sparsity = sparsity
  }

  /// Kept weights alone.
  public var storage: WeightStorage { .kept }

  /// There is nothing to remember: no weight ever returns.
  public var inactiveWeights: InactiveWeights { .forgotten }

  /// There is nothing to remember: no weight ever returns.
  public var inactiveMoments: InactiveWeights { .forgotten }

  /// Targets share the masks of the networks that they follow.
  public var targetTopology: TargetTopology { .shared }

  /// Weights that are not kept do not exist.
  public var inactiveDecay: Double { 0 }

  /// Never.
  public func isDue(after step: Int, role: NetworkRole) -> Bool { false }

  /// The kept fraction of the layer, at least one weight.
  public func capacity(of shape: LayerShape, at place: LayerPlace) -> Int? {
    max(1, Int((Double(shape.weightCount) * (1 - sparsity)).rounded()))
  }

  /// Draws the masks; called once.
  public func select<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    for layer in layers {
      var random = key.split(layer.index).stream()
      var wanted = capacity(of: layer.shape, at: layer.place) ?? layer.shape.weightCount
      // selection sampling: each weight is taken with the chance wanted / left
      for weight in 0..<layer.shape.weightCount {
        let taken = random.nextIndex(below: layer.shape.weightCount - weight) < wanted
        layer.mask.pointer[weight] = taken ? 1 : 0
        if taken { wanted -= 1 }
      }
    }
  }
}
