package import CoppiceNetworks
public import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A latent stochastic equation: a variational autoencoder whose code is a path.
///
/// A path Z follows a prior equation dZ = h(t, Z) dt + g(t, Z) ∘ dW from z₀ ~ p(z₀), and observations are normal
/// around A Z + c. Given some, Z follows dZ = f(t, Z, c(t)) dt + g(t, Z) ∘ dW from z₀ ~ q(z₀), where a recurrent
/// encoder that reads the observations from their end tells c and q. Both learn to make the evidence bound
/// large:
///
/// E Σ log p(y(i) | Z(t(i))) − KL(q(z₀) || p(z₀)) − E ½ ∫ |u|² dt, with g u = f − h.
///
/// A missing value has no term in the sum, and the encoder is told that it is missing; times are those of the
/// data, at any distances. See ``LatentFields`` for the calculus and the divergence of the paths.
///
/// ## Shapes
/// - `B` samples of a batch, `T` times, `C` channels, `D` numbers of the latent state
///
/// ## Randomness
/// Everything follows from the key and the number of the step: which paths are seen, and the keys of their
/// latent paths.
///
/// ## Source
/// Li, Wong, Chen, Duvenaud 2020, "Scalable Gradients for Stochastic Differential Equations", section 5, with the
/// sizes and settings of its example of a stochastic Lorenz attractor; solved and differentiated as in Kidger,
/// Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for Neural SDEs".
///
/// ## Differences
/// The encoder also reads which values are there and how far times are apart, for gaps; z₀ is an affine map of a
/// standard normal V with the posterior N(m, s²), which makes p(z₀) a Gaussian with any covariance; hidden units
/// are LipSwish and not softplus; the diffusion has a positive bound from below; networks see times as shares of
/// the span of the data, and drifts begin small.
public final class LatentSDE {
  /// What learns, and how.
  public let configuration: Configuration
  /// When the equations begin, and the paths that it learns from have values.
  public let times: [Double]
  /// What the channels are called: `[C]`.
  public let channelNames: [String]
  /// Steps so far.
  public private(set) var stepCount = 0

  let networks: LatentNetworks
  let method: any SDEMethod<Stratonovich>
  let pool: WorkerPool
  private let data: PathSet
  private let key: RandomKey
  private let posterior: LatentPosterior
  private var chosen: [Int]

  /// A model with initial weights.
  ///
  /// - Parameters:
  ///   - data: What is observed, normalised as the likelihood wants it; values may be missing.
  ///   - configuration: What learns, and how.
  ///   - rule: Which weights are kept; all where nothing is given.
  ///   - key: Initial weights, noise, and the order of the data.
  ///   - pool: Whose threads share a batch.
  /// - Throws: `UserError` of kind `configuration` for settings that cannot be.
  public init(
    data: PathSet, configuration: Configuration, rule: (any TopologyRule)? = nil, key: RandomKey,
    pool: WorkerPool = WorkerPool(threadCount: 1)
  ) throws(UserError) {
    try configuration.check()
    self.configuration = configuration
    self.data = data
    self.key = key
    self.pool = pool
    times = data.times
    channelNames = data.channelNames
    method = try MethodCatalogue.standard.method(configuration.method)
    networks = try LatentNetworks(
      channelCount: data.channelCount, span: data.times[0]...data.times[data.timeCount - 1],
      sizes: configuration.sizes, rule: rule, key: key.split("networks"))
    posterior = try LatentPosterior(
      networks, times: data.times, channelCount: data.channelCount,
      sampleCount: configuration.batch, method: method, step: configuration.step, learns: true,
      pool: pool)
    chosen = Array(repeating: 0, count: configuration.batch)
  }

  /// One step.
  @discardableResult
  public func update() -> Progress {
    let step = stepCount + 1
    let weight = configuration.divergenceWeight(step: step)
    choose(step)
    let progress = evaluateLoss(weight: weight)
    pullBack(weight: weight)
    networks.update(
      step: step,
      learningRate: configuration.learningRate
        * pow(configuration.learningRateDecay, Double(step - 1)))
    stepCount = step
    return progress
  }

  /// Draws the paths of step `step`, and the keys of their latent paths.
  package func choose(_ step: Int) {
    posterior.draw(key.split("noise").split(step))
    var random = key.split("data").split(step).stream()
    for sample in 0..<configuration.batch {
      chosen[sample] = random.nextIndex(below: data.pathCount)
      posterior.encoder.write(chosen[sample], of: data, sample: sample)
    }
  }

  /// The loss of the paths that were drawn, with that weight of the divergences.
  package func evaluateLoss(weight: Double) -> Progress {
    posterior.forward()
    var progress = posterior.score(
      chosen, of: data, deviation: configuration.observationDeviation, writesGradients: true)
    progress.loss =
      progress.reconstruction + weight * (progress.pathDivergence + progress.initialDivergence)
    return progress
  }

  /// Carries the gradients of that loss back to all parameters.
  package func pullBack(weight: Double) {
    posterior.backward(
      configuration.batch, divergenceGradient: Float(weight / Double(configuration.batch)))
  }

  /// Every layer that learns: the encoder's first.
  package var layers: [Linear<Float>] {
    networks.encoder.network.layers + networks.parts.flatMap { $0.learner.network.layers }
  }

  /// Whether all weights are finite numbers.
  public var isFinite: Bool { networks.isFinite }

  /// What is wrong with the last solution, if anything.
  public var warning: String? { posterior.warning }
}

extension LatentSDE: Checkpointable {
  /// Saves all networks, and the number of steps.
  public func save(into tensors: inout NamedTensors) {
    tensors.set("steps", [UInt64(stepCount)])
    tensors.save(networks, under: "networks")
  }

  /// Restores them.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    try networks.restore(from: tensors.under("networks"))
    stepCount = Int(try tensors.get("steps", as: UInt64.self).first ?? 0)
  }
}
