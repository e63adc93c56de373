public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Adam, with optional coupled L2 weight decay.
///
/// - Complexity: one pass over the parameters a step, in which a target network is averaged as well.
///   No allocation.
///
/// ## Source
/// Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1; ε is added to the
/// root of the corrected second moment, as in the algorithm.
/// **Differences**: weight decay adds λ w to the gradient, biases included (the paper has none).
public final class Adam<Scalar: NetworkScalar>: Optimiser {
  /// The constants of the rule.
  public struct Configuration: Codable, Sendable, Equatable {
    /// β₁, in [0, 1).
    public var firstDecay = 0.9
    /// β₂, in [0, 1).
    public var secondDecay = 0.999
    /// ε, positive.
    public var epsilon = 1e-8
    /// λ of coupled L2 weight decay, not negative.
    public var weightDecay = 0.0

    /// β₁ 0.9, β₂ 0.999, ε 10⁻⁸, no weight decay.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case firstDecay = "first_decay"
      case secondDecay = "second_decay"
      case epsilon
      case weightDecay = "weight_decay"
    }
  }

  private struct Moments {
    let first: AlignedBuffer<Scalar>
    let second: AlignedBuffer<Scalar>

    init(count: Int) {
      first = AlignedBuffer(count: count)
      second = AlignedBuffer(count: count)
    }
  }

  private let layers: [Linear<Scalar>]
  private let arithmetic: Scalar.Arithmetic
  private let configuration: Configuration
  private let weightMoments: [Moments]
  private let biasMoments: [Moments]
  private var stepCount: UInt64 = 0
  private var constants: AdamStep<Scalar>

  /// Adam for all parameters of `network`, which must have its final storage.
  public init(
    network: some LayeredNetwork<Scalar>, configuration: Configuration = Configuration()
  ) {
    layers = network.layers
    arithmetic = network.arithmetic
    self.configuration = configuration
    weightMoments = layers.map { Moments(count: $0.ownsWeights ? $0.parameters.count : 0) }
    biasMoments = layers.map { Moments(count: $0.bias.count) }
    constants = AdamStep(
      scaledLearningRate: 0, secondMomentCorrection: 1,
      firstDecay: Scalar(configuration.firstDecay), secondDecay: Scalar(configuration.secondDecay),
      epsilon: Scalar(configuration.epsilon), weightDecay: Scalar(configuration.weightDecay))
  }

  /// Counts a step and fixes its learning rate and bias corrections.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func advance(learningRate: Double) {
    stepCount += 1
    let first = 1 - pow(configuration.firstDecay, Double(stepCount))
    let second = 1 - pow(configuration.secondDecay, Double(stepCount))
    constants.scaledLearningRate = Scalar(learningRate / first)
    constants.secondMomentCorrection = Scalar(1 / second)
  }

  /// Moves the share of `part` of every layer.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func step(part: Part, averaging target: [Linear<Scalar>]?, rate: Scalar) {
    for index in layers.indices {
      let layer = layers[index]
      let other = target?[index]
      let weights = part.vectorRange(of: layer.parameterCount)
      arithmetic.adam(
        count: weights.count, parameters: layer.parameters.pointer + weights.lowerBound,
        firstMoment: weightMoments[index].first.pointer + weights.lowerBound,
        secondMoment: weightMoments[index].second.pointer + weights.lowerBound,
        gradient: UnsafePointer(layer.parameterGradient.pointer + weights.lowerBound),
        step: constants, target: other.map { $0.parameters.pointer + weights.lowerBound },
        rate: rate)
      let biases = part.vectorRange(of: layer.bias.count)
      arithmetic.adam(
        count: biases.count, parameters: layer.bias.pointer + biases.lowerBound,
        firstMoment: biasMoments[index].first.pointer + biases.lowerBound,
        secondMoment: biasMoments[index].second.pointer + biases.lowerBound,
        gradient: UnsafePointer(layer.biasGradient.pointer + biases.lowerBound),
        step: constants, target: other.map { $0.bias.pointer + biases.lowerBound }, rate: rate)
    }
  }

  /// The two moments.
  public func slots(ofLayer index: Int) -> [OptimiserSlot<Scalar>] {
    [
      OptimiserSlot(
        values: weightMoments[index].first, decay: Scalar(configuration.firstDecay)),
      OptimiserSlot(
        values: weightMoments[index].second, decay: Scalar(configuration.secondDecay)),
    ]
  }

  /// The two moments of the biases.
  public func biasSlots(ofLayer index: Int) -> [OptimiserSlot<Scalar>] {
    [
      OptimiserSlot(values: biasMoments[index].first, decay: Scalar(configuration.firstDecay)),
      OptimiserSlot(values: biasMoments[index].second, decay: Scalar(configuration.secondDecay)),
    ]
  }
}

extension Adam: Checkpointable {
  /// Saves the moments and the number of steps.
  public func save(into tensors: inout NamedTensors) {
    tensors.set("step", [stepCount])
    for (index, layer) in layers.enumerated() {
      let name = "layer-\(index + 1)"
      layer.save(weightMoments[index].first, as: "\(name).weight.first", into: &tensors)
      layer.save(weightMoments[index].second, as: "\(name).weight.second", into: &tensors)
      tensors.set("\(name).bias.first", biasMoments[index].first)
      tensors.set("\(name).bias.second", biasMoments[index].second)
    }
  }

  /// Restores the moments and the number of steps; the network must be restored first.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    stepCount = try tensors.get("step", as: UInt64.self).first ?? 0
    for (index, layer) in layers.enumerated() {
      let name = "layer-\(index + 1)"
      try layer.restore(weightMoments[index].first, from: "\(name).weight.first", of: tensors)
      try layer.restore(weightMoments[index].second, from: "\(name).weight.second", of: tensors)
      try tensors.get("\(name).bias.first", into: biasMoments[index].first)
      try tensors.get("\(name).bias.second", into: biasMoments[index].second)
    }
  }
}
