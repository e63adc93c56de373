import CoppiceAgents
import CoppiceNetworks
import CoppiceRandom
import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors

/// A soft actor-critic with a replay of random transitions, ready to learn.
final class SACRig {
  let agent: SAC
  let replay: ReplayBuffer
  let pool: WorkerPool
  let batch: TransitionBatch
  private let key: RandomKey

  init(
    observations: Int = 17, actions: Int = 6, hidden: [Int] = [64, 48],
    rule: (any TopologyRule)? = nil, threads: Int = 1, seed: UInt64 = 1,
    _ change: (inout SAC.Configuration) -> Void = { _ in }
  ) throws {
    var configuration = SAC.defaults
    change(&configuration)
    key = RandomKey(seed: seed)
    pool = WorkerPool(threadCount: threads)
    agent = try SAC(
      configuration,
      setup: AgentSetup(
        observationCount: observations, actionCount: actions, hidden: hidden, rule: rule,
        pool: pool),
      key: key.split("agent"))
    replay = try ReplayBuffer(
      observationCount: observations, actionCount: actions, capacity: 2000)
    batch = TransitionBatch(
      sampleCount: configuration.batchSize, observationCount: observations, actionCount: actions)
    var random = RandomKey(seed: 99).stream()
    for _ in 0..<2000 {
      replay.append(
        observation: (0..<observations).map { _ in random.nextNormal() },
        action: (0..<actions).map { _ in random.nextUniform(-1, 1) }, reward: random.nextNormal(),
        nextObservation: (0..<observations).map { _ in random.nextNormal() },
        terminated: random.nextUniform() < 0.1)
    }
  }

  func update(_ step: Int, drawing: Bool = true) {
    let key = key.split(step)
    if drawing {
      replay.sample(into: batch, key: key.split("rows"), pool: pool)
    } else {
      replay.promise(batch, key: key.split("rows"))
    }
    agent.update(from: batch, step: step, learningRateScale: 1, key: key.split("noise"))
  }

  var state: NamedTensors {
    var tensors = NamedTensors()
    agent.save(into: &tensors)
    return tensors
  }
}
