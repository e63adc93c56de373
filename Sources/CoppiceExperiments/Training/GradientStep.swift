public import CoppiceAgents
public import CoppiceRandom
public import CoppiceReplay
public import CoppiceTensors

/// One gradient step: draws a batch from a replay and lets an agent learn from it.
///
/// Training and the update benchmark run this very code.
public final class GradientStep {
  private let agent: any Algorithm
  private let replay: ReplayBuffer
  private let pool: WorkerPool
  private let batch: TransitionBatch
  private let key: RandomKey

  /// Steps of `agent` on `replay`.
  ///
  /// - Parameters:
  ///   - agent: Who learns.
  ///   - replay: What from.
  ///   - pool: Threads to share the drawing.
  ///   - key: All randomness; step `n` uses a key split from it by `n`.
  public init(agent: any Algorithm, replay: ReplayBuffer, pool: WorkerPool, key: RandomKey) {
    self.agent = agent
    self.replay = replay
    self.pool = pool
    self.key = key
    batch = TransitionBatch(
      sampleCount: agent.batchSize, observationCount: replay.observationCount,
      actionCount: replay.actionCount)
  }

  /// Takes gradient step `step`, the first of which is 1.
  ///
  /// - Parameters:
  ///   - step: Which step.
  ///   - learningRateScale: What learning rates are multiplied by.
  /// - Complexity: no allocation after the first steps.
  public func perform(step: Int, learningRateScale: Double = 1) {
    let key = key.split(step)
    agent.stopwatch?.start()
    replay.sample(into: batch, key: key.split("rows"), pool: pool)
    agent.stopwatch?.lap(.replay)
    agent.update(
      from: batch, step: step, learningRateScale: learningRateScale, key: key.split("noise"))
  }
}
