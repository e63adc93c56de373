public import CoppiceTensors

/// A rule that moves the parameters of one network against their gradients.
///
/// A step is two calls: ``advance(learningRate:)`` once, then ``step(part:averaging:rate:)`` for
/// every part. The numbers that a rule keeps for each weight are its *slots*; they lie in the order
/// of the layer's parameters, and whoever changes which weights are kept moves them along.
public protocol Optimiser<Scalar>: AnyObject, Checkpointable {
  /// The number type of the network.
  associatedtype Scalar: NetworkScalar

  /// Counts one more step and fixes the numbers that are the same for every weight.
  ///
  /// - Parameter learningRate: The learning rate of this step.
  func advance(learningRate: Double)

  /// Moves the parameters, weights and biases, of the share of `part`.
  ///
  /// - Parameters:
  ///   - part: Which share.
  ///   - target: The layers of a copy that follows the network, w′ ← w′ + τ (w − w′), with the new w.
  ///   - rate: τ.
  func step(part: Part, averaging target: [Linear<Scalar>]?, rate: Scalar)

  /// What the rule keeps for each weight of layer `index`.
  func slots(ofLayer index: Int) -> [OptimiserSlot<Scalar>]

  /// What the rule keeps for each bias of layer `index`.
  func biasSlots(ofLayer index: Int) -> [OptimiserSlot<Scalar>]
}

/// One number that an optimiser keeps for each weight of a layer.
public struct OptimiserSlot<Scalar: NetworkScalar> {
  /// In the order of the layer's parameters.
  public let values: AlignedBuffer<Scalar>
  /// What a step with a gradient of zero multiplies the number by.
  public let decay: Scalar

  /// A slot from its parts.
  public init(values: AlignedBuffer<Scalar>, decay: Scalar) {
    self.values = values
    self.decay = decay
  }
}

extension Part {
  /// The share of `total` elements, cut at multiples of 16 so that every cut runs whole vectors.
  func vectorRange(of total: Int) -> Range<Int> {
    let vectors = range(of: (total + 15) / 16)
    return min(total, vectors.lowerBound * 16)..<min(total, vectors.upperBound * 16)
  }
}
