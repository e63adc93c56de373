import CoppiceNetworks
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

/// A generator and a discriminator of paths that learn from each other: an SDE-GAN.
///
/// The loss is the mean score of generated paths minus that of real ones. One pass back through both gives all
/// gradients; the discriminator descends, the generator ascends, at once. Then the discriminator's weights
/// are clipped, which together with LipSwish bounds how fast its scores can grow.
///
/// ## Shapes
/// - `B` samples of a batch, `T` times, `C` channels
///
/// ## Randomness
/// Everything follows from the key and the number of the step: which real paths are seen, and the keys of the
/// generated ones.
///
/// ## Source
/// Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs", equations 2 to 5;
/// clipping and the solver as in Kidger, Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for
/// Neural SDEs", sections 3 and 5.
public final class PathGAN {
  /// What learns, and how.
  public struct Configuration: Codable, Sendable, Equatable {
    /// The generator's networks.
    public var generator = PathGenerator.Sizes()
    /// The discriminator's networks.
    public var discriminator = PathScorer.Sizes()
    /// `B`.
    public var batch = 1024
    /// How the equations are solved: ``MethodCatalogue``.
    public var method = "reversible-heun"
    /// The longest step, in the unit of the times.
    public var step = 1.0
    /// What moves the weights of both.
    public var optimiser = GameOptimiser.adadelta
    /// The generator's learning rate.
    public var generatorLearningRate = 2e-4
    /// The discriminator's.
    public var discriminatorLearningRate = 1e-3
    /// What both learning rates are multiplied with after every update; 1 keeps them.
    public var learningRateDecay = 1.0
    /// λ of coupled L2 weight decay, for both.
    public var weightDecay = 0.01
    /// How the discriminator's weights are kept small.
    public var clipping = WeightClipping.outputs
    /// The last step that the mean of the weights leaves out.
    public var averagesAfter = 5000

    /// The settings of the example of an Ornstein–Uhlenbeck process.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case generator, discriminator, batch, method, step, optimiser, clipping
      case generatorLearningRate = "generator_learning_rate"
      case discriminatorLearningRate = "discriminator_learning_rate"
      case learningRateDecay = "learning_rate_decay"
      case weightDecay = "weight_decay"
      case averagesAfter = "averages_after"
    }
  }

  /// What one step found.
  public struct Progress: Sendable, Equatable {
    /// The mean score of generated paths minus that of real ones, before the update.
    public var loss: Double
  }

  /// What learns, and how.
  public let configuration: Configuration
  /// Makes paths.
  public let generator: PathGenerator
  /// Tells them from real ones.
  public let discriminator: PathScorer
  /// Steps so far.
  public private(set) var stepCount = 0

  let data: PathSet
  let pool: WorkerPool
  private let key: RandomKey
  private let panelCount: Int

  /// Both, with initial weights.
  ///
  /// - Parameters:
  ///   - data: Real paths; gaps are filled by straight lines.
  ///   - configuration: What learns, and how.
  ///   - rule: Which weights are kept; all where nothing is given.
  ///   - key: Initial weights, noise, and the order of the data.
  ///   - pool: Whose threads share a batch.
  /// - Throws: `UserError` of kind `configuration` for settings that cannot be.
  public init(
    data: PathSet, configuration: Configuration, rule: (any TopologyRule)? = nil, key: RandomKey,
    pool: WorkerPool = WorkerPool(threadCount: 1)
  ) throws(UserError) {
    try configuration.validate(times: data.times)
    self.configuration = configuration
    self.pool = pool
    self.data = try data.filled(.linear)
    self.key = key
    let method = try MethodCatalogue.standard.method(configuration.method)
    let networks = ModelNetworks(rule: rule) {
      configuration.optimiser.make(for: $0, weightDecay: configuration.weightDecay)
    }
    panelCount = panelCountFor(samples: configuration.batch)
    generator = try PathGenerator(
      times: data.times, channelCount: data.channelCount, sampleCount: configuration.batch,
      sizes: configuration.generator, method: method, step: configuration.step,
      networks: networks, key: key.split("generator"), pool: pool)
    // real paths fill the first half of the panels, generated ones the second
    discriminator = try PathScorer(
      times: data.times, channelCount: data.channelCount, outputCount: 1,
      sampleCount: 2 * panelCount * panelWidth, sizes: configuration.discriminator,
      method: method, step: configuration.step, wantsValueGradients: true, networks: networks,
      name: "discriminator", key: key.split("discriminator"), pool: pool)
  }

  /// One step of both.
  @discardableResult
  public func update() -> Progress {
    let step = stepCount + 1
    generator.draw(key.split("noise").split(step))
    generator.forward()
    writePaths(step)
    discriminator.forward()
    let loss = scoreLoss()
    discriminator.backward()
    // the generator ascends
    for index in data.times.indices {
      for panel in 0..<panelCount {
        assign(
          data.channelCount * panelWidth, -1,
          discriminator.valueGradients[index].panel(panelCount + panel),
          to: generator.valueGradients(at: index, panel: panel))
      }
    }
    generator.backward()
    let averages = step > configuration.averagesAfter
    let share = pow(configuration.learningRateDecay, Double(step - 1))
    discriminator.update(
      step: step, learningRate: share * configuration.discriminatorLearningRate,
      averages: averages, clipping: configuration.clipping)
    generator.update(
      step: step, learningRate: share * configuration.generatorLearningRate, averages: averages)
    stepCount = step
    return Progress(loss: loss)
  }

  private func writePaths(_ step: Int) {
    var random = key.split("data").split(step).stream()
    for panel in 0..<panelCount {
      for lane in 0..<panelWidth where panel * panelWidth + lane < configuration.batch {
        let path = random.nextIndex(below: data.pathCount)
        for index in data.times.indices {
          let values = discriminator.values(at: index, panel: panel) + lane
          for channel in 0..<data.channelCount {
            values[channel * panelWidth] = data[path: path, time: index, channel: channel]
          }
        }
      }
      for index in data.times.indices {
        discriminator.values(at: index, panel: panelCount + panel).update(
          from: generator.values(at: index, panel: panel),
          count: data.channelCount * panelWidth)
      }
    }
  }

  /// Mean D(generated) − mean D(real), and its gradients.
  private func scoreLoss() -> Double {
    let share = 1 / Float(configuration.batch)
    var loss = 0.0
    for half in 0..<2 {
      let sign: Float = half == 0 ? -1 : 1
      for panel in 0..<panelCount {
        let scores = discriminator.scores.panel(half * panelCount + panel)
        let gradients = discriminator.scoreGradients.panel(half * panelCount + panel)
        for lane in 0..<panelWidth {
          let counts = panel * panelWidth + lane < configuration.batch
          gradients[lane] = counts ? sign * share : 0
          if counts { loss += Double(sign * scores[lane]) / Double(configuration.batch) }
        }
      }
    }
    return loss
  }
}

extension PathGAN: Checkpointable {
  /// Saves both, and the number of steps.
  public func save(into tensors: inout NamedTensors) {
    tensors.set("steps", [UInt64(stepCount)])
    tensors.save(generator, under: "generator")
    tensors.save(discriminator, under: "discriminator")
  }

  /// Restores them.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    try generator.restore(from: tensors.under("generator"))
    try discriminator.restore(from: tensors.under("discriminator"))
    stepCount = Int(try tensors.get("steps", as: UInt64.self).first ?? 0)
  }
}
