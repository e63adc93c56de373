import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

extension PathGAN: PathModel {
  /// `gan`.
  public static var name: String { "gan" }
  /// What it is.
  public static var summary: String {
    "an SDE-GAN: a neural SDE that makes paths, and a neural CDE that tells them from real ones"
  }
  /// Batches of 256 paths, and steps of Adam that become half as long every 2,310 updates, the discriminator's four times
  /// those of the generator.
  ///
  /// Ours, for trainings of minutes; ``Configuration/init()`` has the published example, whose steps begin short and
  /// grow.
  public static var defaults: Configuration {
    var configuration = Configuration()
    configuration.batch = 256
    configuration.optimiser = .adam
    configuration.generatorLearningRate = 5e-4
    configuration.discriminatorLearningRate = 2e-3
    configuration.learningRateDecay = 0.9997
    return configuration
  }

  /// Updates that the mean of the weights is of.
  public var averagedCount: Int { generator.learners[0].average.count }

  /// Whether all weights are finite.
  public var isFinite: Bool { learners.allSatisfy(\.network.isFinite) }

  /// What is wrong with the solutions of the last update, of the generator or else of the discriminator.
  public var warning: String? { generator.warning ?? discriminator.warning }

  private var learners: [FieldLearner] { generator.learners + discriminator.learners }

  /// Paths of the generator, in batches of a size of their own.
  ///
  /// - Throws: `UserError` of kind `divergence` where a value is not finite.
  public func sample(
    _ count: Int, averaged: Bool, key: RandomKey
  ) throws(UserError) -> PathSet {
    let method = try MethodCatalogue.standard.method(configuration.method)
    // a fixed size, so that a path does not depend on how many are wanted
    let batch = 4 * panelWidth
    let sampler = try PathGenerator(
      times: data.times, channelCount: data.channelCount, sampleCount: batch,
      sizes: configuration.generator, method: method, step: configuration.step, learns: false,
      networks: ModelNetworks { MomentumSGD(network: $0) }, key: key, pool: pool)
    sampler.takeWeights(of: generator, averaged: averaged)
    var values: [Float] = []
    values.reserveCapacity(count * data.timeCount * data.channelCount)
    for start in stride(from: 0, to: count, by: batch) {
      sampler.draw(key.split(start / batch))
      sampler.forward()
      guard sampler.isFinite else {
        throw UserError(
          .divergence, found: "a sampled path is not finite",
          expected: "numbers", action: "use an earlier checkpoint")
      }
      let paths = try sampler.paths(
        min(batch, count - start), channelNames: data.channelNames)
      values += paths.values
    }
    return try PathSet(times: data.times, channelNames: data.channelNames, values: values)
  }
}

extension PathGAN.Progress: PathModelProgress {
  /// `loss`.
  public var measurements: [PathMeasurement] { [PathMeasurement("loss", loss)] }
}

extension MLP<Float> {
  /// Whether all weights that are kept, and all biases, are finite numbers.
  fileprivate var isFinite: Bool {
    layers.allSatisfy { layer in
      layer.parameters.elements.prefix(layer.parameterCount).allSatisfy(\.isFinite)
        && layer.bias.elements.allSatisfy(\.isFinite)
    }
  }
}
