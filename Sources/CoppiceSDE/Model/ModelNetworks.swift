public import CoppiceNetworks
public import CoppiceSparsity
public import CoppiceTensors

/// What the networks of a model of paths have in common: their sparsity and what moves them.
public struct ModelNetworks {
  /// Which weights are kept; all where nothing is given.
  public var rule: (any TopologyRule)?
  /// Gives an optimiser for a network in its final storage.
  public var makeOptimiser: (MLP<Float>) -> any Optimiser<Float>

  /// Networks that `rule` makes sparse.
  public init(
    rule: (any TopologyRule)? = nil,
    makeOptimiser: @escaping (MLP<Float>) -> any Optimiser<Float>
  ) {
    self.rule = rule
    self.makeOptimiser = makeOptimiser
  }
}
