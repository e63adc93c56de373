public import CoppiceRandom
public import CoppiceTensors

extension LatentSDE: PathModel {
  /// `latent`.
  public static var name: String { "latent" }
  /// What it is.
  public static var summary: String {
    "a latent SDE: a variational autoencoder whose code is a path, for irregular times and gaps too"
  }
  /// Small networks, 128 paths a step, and the midpoint method in steps of ½.
  ///
  /// Near observations a posterior contracts, where reversible Heun goes astray. Ours; the example of the source is
  /// ``Configuration/init()``.
  public static var defaults: Configuration {
    var configuration = Configuration()
    (configuration.batch, configuration.method) = (128, "midpoint")
    (configuration.sizes.width, configuration.sizes.depth) = (32, 1)
    (configuration.sizes.memory, configuration.sizes.context) = (32, 16)
    configuration.sizes.driftBound = 1
    (configuration.step, configuration.observationDeviation) = (0.5, 0.05)
    configuration.learningRateDecay = 0.999
    return configuration
  }

  /// None: there is no mean of the weights.
  public var averagedCount: Int { 0 }

  /// Paths of the prior at the times of the data.
  ///
  /// - Throws: `UserError` of kind `divergence` where a value is not finite.
  public func sample(
    _ count: Int, averaged: Bool, key: RandomKey
  ) throws(UserError) -> PathSet { try sample(count, key: key) }
}

extension LatentSDE.Progress: PathModelProgress {
  /// `loss`, `reconstruction`, `path-divergence` and `initial-divergence`, in nats.
  public var measurements: [PathMeasurement] {
    [
      PathMeasurement("loss", loss), PathMeasurement("reconstruction", reconstruction),
      PathMeasurement("path-divergence", pathDivergence),
      PathMeasurement("initial-divergence", initialDivergence),
    ]
  }
}
