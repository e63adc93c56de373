import CoppiceNetworks
import CoppiceRandom
import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors

extension TD3 {
  /// Everything that an update writes and nobody keeps.
  final class Workspace {
    let panelCount: Int
    /// For each path of the actor.
    let actor: [MLPTrace<Float>]
    let targetActor: MLPTrace<Float>
    let noise: Panels<Float>
    private(set) var batch: TransitionBatch
    private(set) var key = RandomKey(bits: 0)
    private(set) var actorLearns = false
    private(set) var targetRate: Float?

    /// Room for updates from batches of `batchSize`.
    ///
    /// - Parameters:
    ///   - actor: The policy.
    ///   - batchSize: Samples of a batch.
    ///   - shared: A trace whose hidden outputs the target actions may overwrite; none without.
    init(
      actor: SparseLearner<MLP<Float>>, batchSize: Int,
      sharingHiddenOutputsOf shared: MLPTrace<Float>?
    ) {
      panelCount = panelCountFor(samples: batchSize)
      self.actor = actor.paths.map { MLPTrace(for: $0, sampleCount: batchSize) }
      targetActor = MLPTrace(
        for: actor.network, sampleCount: batchSize, withGradients: false,
        sharingHiddenOutputsOf: shared)
      noise = Panels(featureCount: actor.network.outputCount, sampleCount: batchSize)
      batch = TransitionBatch(sampleCount: 1, observationCount: 1, actionCount: 1)
    }

    /// Takes what is the same for all workers of an update.
    func begin(_ batch: TransitionBatch, key: RandomKey, actorLearns: Bool, targetRate: Float?) {
      self.batch = batch
      self.key = key
      self.actorLearns = actorLearns
      self.targetRate = targetRate
    }
  }

  /// What is measured between two reports; part of the agent's state.
  struct Tally {
    private(set) var criticLoss: RunningMean
    private(set) var value: RunningMean
    var divergences: [RunningMean]

    init(panelCount: Int) {
      criticLoss = RunningMean("train/critic-loss", shareCount: 2 * panelCount)
      value = RunningMean("train/value", shareCount: panelCount)
      divergences = .divergences(of: TD3.networkNames)
    }

    /// All but the divergences, in the order of reports.
    var measures: [RunningMean] {
      get { [criticLoss, value] }
      set { (criticLoss, value) = (newValue[0], newValue[1]) }
    }

    /// Takes the shares of one update into the means.
    mutating func count(actorLearns: Bool) {
      criticLoss.take()
      if actorLearns { value.take() }
    }
  }
}
