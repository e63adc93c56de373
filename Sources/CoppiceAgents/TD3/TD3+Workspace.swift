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
    /// For each critic and each of its paths.
    let critics: [[MLPTrace<Float>]]
    let targetActor: MLPTrace<Float>
    let targetCritics: [MLPTrace<Float>]
    let goals: Panels<Float>
    let noise: Panels<Float>
    let sample: MLPSample<Float>
    let acting: Panels<Float>
    let actingTrace: MLPTrace<Float>
    let row: AlignedBuffer<Float>
    private(set) var batch: TransitionBatch
    private(set) var key = RandomKey(bits: 0)
    private(set) var actorLearns = false
    private(set) var targetRate: Float?

    /// Room for updates from batches of `batchSize` by `threadCount` threads.
    ///
    /// A single thread takes the networks one after the other, so they may write to the same memory,
    /// which then stays in a near cache.
    init(
      actor: SparseLearner<Float>, critics: [SparseLearner<Float>], batchSize: Int,
      threadCount: Int
    ) {
      let (observations, actions) = (actor.network.inputCount, actor.network.outputCount)
      panelCount = panelCountFor(samples: batchSize)
      let traces = { (networks: ArraySlice<MLP<Float>>) in
        networks.map { MLPTrace(for: $0, sampleCount: batchSize) }
      }
      self.actor = traces(actor.paths[...])
      let first = MLPTrace(for: critics[0].network, sampleCount: batchSize)
      let second =
        threadCount == 1
        ? MLPTrace(for: critics[1].network, overwriting: first)
        : MLPTrace(for: critics[1].network, sampleCount: batchSize)
      self.critics = zip(critics, [first, second]).map { [$1] + traces($0.paths[1...]) }
      let targetActor = MLPTrace(
        for: actor.network, sampleCount: batchSize, withGradients: false,
        sharingHiddenOutputsOf: threadCount == 1 ? first : nil)
      self.targetActor = targetActor
      targetCritics = critics.map {
        MLPTrace(
          for: $0.network, sampleCount: batchSize, withGradients: false,
          sharingHiddenOutputsOf: targetActor)
      }
      goals = Panels(featureCount: 1, sampleCount: batchSize)
      noise = Panels(featureCount: actions, sampleCount: batchSize)
      sample = MLPSample(for: actor.network)
      acting = Panels(featureCount: observations, sampleCount: 1)
      actingTrace = MLPTrace(for: actor.network, sampleCount: 1, withGradients: false)
      row = AlignedBuffer(count: observations)
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

  /// Sums of what is measured between two reports; part of the agent's state.
  struct Tally {
    let criticLoss: AlignedBuffer<Double>
    let value: AlignedBuffer<Double>
    var criticLossSum = 0.0
    var valueSum = 0.0
    var updates = 0.0
    var actorUpdates = 0.0
    var divergence = [0.0, 0.0, 0.0]
    var revisions = [0.0, 0.0, 0.0]

    init(panelCount: Int) {
      criticLoss = AlignedBuffer(count: 2 * panelCount)
      value = AlignedBuffer(count: panelCount)
    }

    /// Takes the panels' shares of one update into the sums, in a fixed order.
    mutating func count(actorLearns: Bool) {
      for share in criticLoss.elements { criticLossSum += share }
      updates += 1
      guard actorLearns else { return }
      for share in value.elements { valueSum += share }
      actorUpdates += 1
    }

    mutating func clear() {
      (criticLossSum, valueSum, updates, actorUpdates) = (0, 0, 0, 0)
      divergence = [0, 0, 0]
      revisions = [0, 0, 0]
    }
  }
}
