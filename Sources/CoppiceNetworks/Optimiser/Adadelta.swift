public import CoppiceTensors

/// Adadelta: steps as large as recent steps were, over gradients as large as recent gradients were.
///
/// With running means of squares v of gradients g and u of steps d:
/// v ← ρ v + (1 − ρ) g², d = √(u + ε) / √(v + ε) g, u ← ρ u + (1 − ρ) d², w ← w − α d.
///
/// - Complexity: one pass over the parameters a step. No allocation.
///
/// ## Source
/// Zeiler 2012, "ADADELTA: an adaptive learning rate method", algorithm 1.
/// **Differences**: a learning rate α multiplies the step (the paper has none), and weight decay adds λ w to
/// the gradient, biases included.
public final class Adadelta<Scalar: NetworkScalar>: Optimiser {
  /// The constants of the rule.
  public struct Configuration: Codable, Sendable, Equatable {
    /// ρ, in [0, 1).
    public var decay = 0.9
    /// ε, positive.
    public var epsilon = 1e-6
    /// λ of coupled L2 weight decay, not negative.
    public var weightDecay = 0.0

    /// ρ 0.9, ε 10⁻⁶, no weight decay.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case decay, epsilon
      case weightDecay = "weight_decay"
    }
  }

  private struct Means {
    let gradient: AlignedBuffer<Scalar>
    let step: AlignedBuffer<Scalar>

    init(count: Int) {
      gradient = AlignedBuffer(count: count)
      step = AlignedBuffer(count: count)
    }
  }

  private let layers: [Linear<Scalar>]
  private let configuration: Configuration
  private let arithmetic: Scalar.Arithmetic
  private let weightMeans: [Means]
  private let biasMeans: [Means]
  private var learningRate: Scalar = 0

  /// Adadelta for all parameters of `network`, which must have its final storage.
  public init(
    network: some LayeredNetwork<Scalar>, configuration: Configuration = Configuration()
  ) {
    layers = network.layers
    arithmetic = network.arithmetic
    self.configuration = configuration
    weightMeans = layers.map { Means(count: $0.ownsWeights ? $0.parameters.count : 0) }
    biasMeans = layers.map { Means(count: $0.bias.count) }
  }

  /// Fixes the learning rate of the step.
  public func advance(learningRate: Double) { self.learningRate = Scalar(learningRate) }

  /// Moves the share of `part` of every layer.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func step(part: Part, averaging target: [Linear<Scalar>]?, rate: Scalar) {
    for (index, layer) in layers.enumerated() {
      let weights = part.vectorRange(of: layer.parameterCount)
      descend(weights, layer.parameters, weightMeans[index], layer.parameterGradient)
      let biases = part.vectorRange(of: layer.bias.count)
      descend(biases, layer.bias, biasMeans[index], layer.biasGradient)
      guard let other = target?[index] else { continue }
      for (range, from, to) in [
        (weights, layer.parameters, other.parameters), (biases, layer.bias, other.bias),
      ] {
        arithmetic.average(
          count: range.count, parameters: UnsafePointer(from.pointer + range.lowerBound),
          target: to.pointer + range.lowerBound, rate: rate)
      }
    }
  }

  /// The two running means.
  public func slots(ofLayer index: Int) -> [OptimiserSlot<Scalar>] { slots(weightMeans[index]) }

  /// The two running means of the biases.
  public func biasSlots(ofLayer index: Int) -> [OptimiserSlot<Scalar>] { slots(biasMeans[index]) }

  private func slots(_ means: Means) -> [OptimiserSlot<Scalar>] {
    let decay = Scalar(configuration.decay)
    return [
      OptimiserSlot(values: means.gradient, decay: decay),
      OptimiserSlot(values: means.step, decay: decay),
    ]
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func descend(
    _ range: Range<Int>, _ parameters: AlignedBuffer<Scalar>, _ means: Means,
    _ gradient: AlignedBuffer<Scalar>
  ) {
    let (decay, epsilon) = (Scalar(configuration.decay), Scalar(configuration.epsilon))
    let weightDecay = Scalar(configuration.weightDecay)
    let (squares, steps) = (means.gradient.pointer, means.step.pointer)
    for element in range {
      let slope = gradient.pointer[element] + weightDecay * parameters.pointer[element]
      squares[element] = decay * squares[element] + (1 - decay) * slope * slope
      let ratio = (steps[element] + epsilon) / (squares[element] + epsilon)
      let step = ratio.squareRoot() * slope
      steps[element] = decay * steps[element] + (1 - decay) * step * step
      parameters.pointer[element] -= learningRate * step
    }
  }
}

extension Adadelta: Checkpointable {
  /// Saves the running means.
  public func save(into tensors: inout NamedTensors) {
    for (index, layer) in layers.enumerated() {
      let name = "layer-\(index + 1)"
      layer.save(weightMeans[index].gradient, as: "\(name).weight.gradient", into: &tensors)
      layer.save(weightMeans[index].step, as: "\(name).weight.step", into: &tensors)
      tensors.set("\(name).bias.gradient", biasMeans[index].gradient)
      tensors.set("\(name).bias.step", biasMeans[index].step)
    }
  }

  /// Restores the running means; the network must be restored first.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for (index, layer) in layers.enumerated() {
      let name = "layer-\(index + 1)"
      try layer.restore(weightMeans[index].gradient, from: "\(name).weight.gradient", of: tensors)
      try layer.restore(weightMeans[index].step, from: "\(name).weight.step", of: tensors)
      try tensors.get("\(name).bias.gradient", into: biasMeans[index].gradient)
      try tensors.get("\(name).bias.step", into: biasMeans[index].step)
    }
  }
}
