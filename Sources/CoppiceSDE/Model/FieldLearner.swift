public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

/// A network of a model of paths: its weights, which of them are kept, and what moves them.
///
/// Gradients come from a solver that has delivered them, so that rules see kept weights alone.
public final class FieldLearner {
  /// The network and its topology.
  public let learner: SparseLearner<MLP<Float>>
  /// The mean of its weights over the later updates.
  public let average: WeightAverage<Float>

  /// Makes `network` sparse by `rule` and gives it an optimiser.
  ///
  /// - Throws: `UserError` of kind `configuration` for rules that want gradients of weights that are not
  ///   kept: a solver sums those of kept weights alone.
  public init(
    _ network: MLP<Float>, role: String, rule: (any TopologyRule)?, key: RandomKey,
    makeOptimiser: (MLP<Float>) -> any Optimiser<Float>
  ) throws(UserError) {
    learner = try SparseLearner(
      delivered: network, role: role, rule: rule, key: key, makeOptimiser: makeOptimiser)
    average = WeightAverage(of: network)
  }

  /// The network.
  public var network: MLP<Float> { learner.network }

  /// Moves the weights against their gradients.
  func update(step: Int, learningRate: Double, averages: Bool) {
    learner.update(step: step, learningRate: learningRate)
    if averages { average.update() }
  }
}

extension FieldLearner: Checkpointable {
  /// Saves weights, topology, optimiser and mean.
  public func save(into tensors: inout NamedTensors) {
    tensors.save(learner, under: "learner")
    tensors.save(average, under: "average")
  }

  /// Restores them.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    try learner.restore(from: tensors.under("learner"))
    try average.restore(from: tensors.under("average"))
  }
}
