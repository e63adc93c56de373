import CoppiceNetworks
import CoppiceRandom
import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors

extension SAC {
  /// Everything that an update or an action writes and nobody keeps.
  final class Workspace {
    let panelCount: Int
    /// For each path of the actor.
    let actor: [MLPTrace<Float>]
    let nextActor: MLPTrace<Float>
    let noise: Panels<Float>
    let logDensities: Panels<Float>
    let densityGradients: Panels<Float>
    /// Of each critic's value with respect to the action; the first becomes the sum of both.
    let actionGradients: [Panels<Float>]
    let actingNoise: Panels<Float>
    let actingActions: Panels<Float>
    let actingDensities: AlignedBuffer<Float>
    private(set) var batch: TransitionBatch
    private(set) var key = RandomKey(bits: 0)
    private(set) var temperature: Float = 0
    private(set) var targetRate: Float?

    /// Room for updates from batches of `batchSize`.
    ///
    /// - Parameters:
    ///   - actor: The policy.
    ///   - actionCount: `A`.
    ///   - batchSize: Samples of a batch.
    ///   - shared: A trace whose hidden outputs the next actions may overwrite; none without.
    init(
      actor: SparseLearner<MLP<Float>>, actionCount: Int, batchSize: Int,
      sharingHiddenOutputsOf shared: MLPTrace<Float>?
    ) {
      panelCount = panelCountFor(samples: batchSize)
      self.actor = actor.paths.map { MLPTrace(for: $0, sampleCount: batchSize) }
      nextActor = MLPTrace(
        for: actor.network, sampleCount: batchSize, withGradients: false,
        sharingHiddenOutputsOf: shared)
      noise = Panels(featureCount: actionCount, sampleCount: batchSize)
      logDensities = Panels(featureCount: 1, sampleCount: batchSize)
      densityGradients = Panels(featureCount: 1, sampleCount: batchSize)
      actionGradients = (0..<2).map { _ in
        Panels(featureCount: actionCount, sampleCount: batchSize)
      }
      actingNoise = Panels(featureCount: actionCount, sampleCount: 1)
      actingActions = Panels(featureCount: actionCount, sampleCount: 1)
      actingDensities = AlignedBuffer(count: panelWidth)
      batch = TransitionBatch(sampleCount: 1, observationCount: 1, actionCount: 1)
    }

    /// Takes what is the same for all workers of an update.
    func begin(
      _ batch: TransitionBatch, key: RandomKey, temperature: Double, targetRate: Float?
    ) {
      self.batch = batch
      self.key = key
      self.temperature = Float(temperature)
      self.targetRate = targetRate
    }
  }

  /// What is measured between two reports; part of the agent's state.
  struct Tally {
    private(set) var criticLoss: RunningMean
    private(set) var value: RunningMean
    private(set) var entropy: RunningMean
    private(set) var temperature = RunningMean("train/temperature", shareCount: 0)
    var divergences: [RunningMean]

    init(panelCount: Int) {
      criticLoss = RunningMean("train/critic-loss", shareCount: 2 * panelCount)
      value = RunningMean("train/value", shareCount: panelCount)
      entropy = RunningMean("train/entropy", shareCount: panelCount)
      divergences = .divergences(of: SAC.networkNames)
    }

    /// All but the divergences, in the order of reports.
    var measures: [RunningMean] {
      get { [criticLoss, value, entropy, temperature] }
      set {
        (criticLoss, value) = (newValue[0], newValue[1])
        (entropy, temperature) = (newValue[2], newValue[3])
      }
    }

    /// Takes the shares of one update into the means.
    mutating func count(temperature: Double) {
      criticLoss.take()
      value.take()
      entropy.take()
      self.temperature.take(temperature)
    }
  }
}
