public import CoppiceAgents
public import CoppiceRandom
public import CoppiceReplay

/// One gradient step: draws a batch from a replay and lets an agent learn from it.
///
/// Training and the update benchmark run this very code.
public final class GradientStep {
  private let agent: any Algorithm
  private let replay: ReplayBuffer
  private let batch: TransitionBatch
  private let key: RandomKey
  private let multiStep: MultiStep
  private let returns: MultiStepReturn

  /// Steps of `agent` on `replay`.
  ///
  /// - Parameters:
  ///   - agent: Who learns.
  ///   - replay: What from.
  ///   - key: All randomness; step `n` uses a key split from it by `n`.
  ///   - multiStep: When returns begin to look further ahead than one step.
  ///   - members: Environments that step together and filled the replay by turns.
  public init(
    agent: any Algorithm, replay: ReplayBuffer, key: RandomKey,
    multiStep: MultiStep = MultiStep(), members: Int = 1
  ) {
    self.multiStep = multiStep
    returns = MultiStepReturn(
      steps: multiStep.steps, discount: agent.discount, members: members)
    self.agent = agent
    self.replay = replay
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
    replay.promise(
      batch, key: key.split("rows"), returns: step > multiStep.after ? returns : nil)
    agent.update(
      from: batch, step: step, learningRateScale: learningRateScale, key: key.split("noise"))
  }
}
