public import CoppiceTensors

/// Stochastic gradient descent with momentum: u ← μ u + g, w ← w − α u.
///
/// - Complexity: one pass over the parameters a step. No allocation.
///
/// ## Source
/// Sutskever, Martens, Dahl, Hinton 2013, "On the importance of initialization and momentum in deep
/// learning", in the form that deep-learning libraries use: the learning rate multiplies the
/// accumulated gradient.
public final class MomentumSGD<Scalar: NetworkScalar>: Optimiser {
  /// The constants of the rule.
  public struct Configuration: Codable, Sendable, Equatable {
    /// μ, in [0, 1).
    public var momentum = 0.9
    /// λ of coupled L2 weight decay, not negative.
    public var weightDecay = 0.0

    /// μ 0.9, no weight decay.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case momentum
      case weightDecay = "weight_decay"
    }
  }

  private let layers: [Linear<Scalar>]
  private let arithmetic: Scalar.Arithmetic
  private let configuration: Configuration
  private let weightVelocity: [AlignedBuffer<Scalar>]
  private let biasVelocity: [AlignedBuffer<Scalar>]
  private var learningRate: Scalar = 0

  /// Momentum for all parameters of `network`, which must have its final storage.
  public init(
    network: some LayeredNetwork<Scalar>, configuration: Configuration = Configuration()
  ) {
    layers = network.layers
    arithmetic = network.arithmetic
    self.configuration = configuration
    weightVelocity = layers.map {
      AlignedBuffer(count: $0.ownsWeights ? $0.parameters.count : 0)
    }
    biasVelocity = layers.map { AlignedBuffer(count: $0.bias.count) }
  }

  /// Fixes the learning rate of the step.
  public func advance(learningRate: Double) { self.learningRate = Scalar(learningRate) }

  /// Moves the share of `part` of every layer.
  public func step(part: Part, averaging target: [Linear<Scalar>]?, rate: Scalar) {
    for index in layers.indices {
      let layer = layers[index]
      let other = target?[index]
      let weights = part.vectorRange(of: layer.parameterCount)
      descend(weights, layer.parameters, weightVelocity[index], layer.parameterGradient)
      let biases = part.vectorRange(of: layer.bias.count)
      descend(biases, layer.bias, biasVelocity[index], layer.biasGradient)
      guard let other else { continue }
      follow(weights, layer.parameters, other.parameters, rate)
      follow(biases, layer.bias, other.bias, rate)
    }
  }

  /// The velocity.
  public func slots(ofLayer index: Int) -> [OptimiserSlot<Scalar>] {
    [OptimiserSlot(values: weightVelocity[index], decay: Scalar(configuration.momentum))]
  }

  /// The velocity of the biases.
  public func biasSlots(ofLayer index: Int) -> [OptimiserSlot<Scalar>] {
    [OptimiserSlot(values: biasVelocity[index], decay: Scalar(configuration.momentum))]
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func descend(
    _ range: Range<Int>, _ parameters: AlignedBuffer<Scalar>, _ velocity: AlignedBuffer<Scalar>,
    _ gradient: AlignedBuffer<Scalar>
  ) {
    let momentum = Scalar(configuration.momentum)
    let decay = Scalar(configuration.weightDecay)
    for element in range {
      let slope = gradient.pointer[element] + decay * parameters.pointer[element]
      velocity.pointer[element] = momentum * velocity.pointer[element] + slope
      parameters.pointer[element] -= learningRate * velocity.pointer[element]
    }
  }

  private func follow(
    _ range: Range<Int>, _ parameters: AlignedBuffer<Scalar>, _ target: AlignedBuffer<Scalar>,
    _ rate: Scalar
  ) {
    arithmetic.average(
      count: range.count, parameters: UnsafePointer(parameters.pointer + range.lowerBound),
      target: target.pointer + range.lowerBound, rate: rate)
  }
}

extension MomentumSGD: Checkpointable {
  /// Saves the velocities.
  public func save(into tensors: inout NamedTensors) {
    for (index, layer) in layers.enumerated() {
      layer.save(weightVelocity[index], as: "layer-\(index + 1).weight", into: &tensors)
      tensors.set("layer-\(index + 1).bias", biasVelocity[index])
    }
  }

  /// Restores the velocities; the network must be restored first.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for (index, layer) in layers.enumerated() {
      try layer.restore(weightVelocity[index], from: "layer-\(index + 1).weight", of: tensors)
      try tensors.get("layer-\(index + 1).bias", into: biasVelocity[index])
    }
  }
}
