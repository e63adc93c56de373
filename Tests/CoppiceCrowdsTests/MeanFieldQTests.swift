import CoppiceCrowds
import CoppiceGridWorld
import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Mean-field Q-learning")
struct MeanFieldQTests {
  private static var shape: DuelingShape {
    var shape = DuelingShape(
      view: ImageShape(height: 1, width: 1, channels: 1, order: .channelsFirst), featureCount: 1,
      actionCount: 3)
    (shape.viewUnits, shape.featureUnits) = (6, 5)
    shape.branches = [InputBranch(inputCount: 3, units: 4)]
    return shape
  }

  /// A view, a feature and a mean action.
  private func panels(_ view: Float, _ mean: [Float]) -> Panels<Float> {
    let panels = Panels<Float>(featureCount: 5, sampleCount: 1)
    for (feature, number) in ([view, 0.5] + mean).enumerated() {
      panels[sample: 0, feature: feature] = number
    }
    return panels
  }

  @Test("the value of what follows is the mean over the policy, given the mean action, by hand")
  func target() throws {
    var configuration = DQN.Configuration()
    (configuration.batchSize, configuration.historyCapacity) = (8, 8)
    (configuration.discount, configuration.learningRate) = (0.5, 1e-12)
    (configuration.huberThreshold, configuration.isDouble) = (0, false)
    let dqn = try DQN(configuration, shape: Self.shape, key: RandomKey(seed: 3))
    func values(_ view: Float, _ mean: [Float]) -> [Double] {
      let actions = AlignedBuffer<Int16>(count: 1)
      dqn.choose(
        panels(view, mean), count: 1, exploration: 0, key: RandomKey(seed: 1),
        actions: actions.pointer)
      return (0..<3).map { Double(dqn.value(ofAction: $0, sample: 0)) }
    }
    let (now, later): ([Float], [Float]) = ([1, 0, 0], [0, 0.5, 0.5])
    let first = dqn.history.open(panels(1, now), sample: 0)
    let second = dqn.history.open(panels(0, later), sample: 0)
    dqn.history.link(first, to: second, action: 2, reward: 3)
    let (q, next) = (values(1, now), values(0, later))
    // the mean action is read
    #expect(values(1, later) != q)
    let temperature = 0.25
    dqn.stateValue = MeanActionValue(
      CategoricalPolicy(actionCount: 3, temperature: temperature))
    func exponential(_ x: Double) -> Double {
      var (sum, term) = (1.0, 1.0)
      for index in 1..<60 {
        term *= x / Double(index)
        sum += term
      }
      return sum
    }
    let weights = next.map { exponential($0 / temperature) }
    let total = weights.reduce(0, +)
    let mean = zip(weights, next).reduce(0) { $0 + $1.0 / total * $1.1 }
    #expect(mean < next.max()! - 1e-3)
    dqn.update(step: 1, key: RandomKey(seed: 2))
    let difference = q[2] - (3 + 0.5 * mean)
    #expect(abs(dqn.loss - difference * difference / 2) < 1e-4)
  }

  @Test(
    "agents choose by their values and a temperature, with what their company did behind the rest")
  func policy() throws {
    let world = WorldDescription.battle(size: 16)
    let episode = try WorldEpisode(world, stepLimit: 10, key: RandomKey(seed: 1))
    var setup = CrowdLearnerSetup(
      AgentShape(of: 0, in: episode.world), key: RandomKey(seed: 2),
      pool: WorkerPool(threadCount: 1))
    setup.encoder.channels = []
    (setup.encoder.viewUnits, setup.encoder.featureUnits) = (8, 8)
    let learner = try MeanFieldQLearner(MeanFieldQLearner.defaults, setup: setup)
    let dqn = learner.dqn
    #expect(dqn.shape.inputCount == setup.agents.inputCount + setup.agents.actionCount)
    func actions(_ temperature: Double, seed: UInt64) -> [Int16] {
      MeanFieldQPolicy(dqn, company: .view, temperature: temperature)
        .act(for: 0, in: episode, key: RandomKey(seed: seed))
      return Array(episode.actions(of: 0))
    }
    // nobody has done anything yet; the best is chosen whatever the key
    #expect(actions(0, seed: 1) == actions(0, seed: 2))
    let warm = (1...200).flatMap { actions(1, seed: UInt64($0)) }
    #expect(Set(warm).count > 10)
    // after a step the same network sees other mean actions
    episode.step()
    episode.clearDead()
    let panels = Panels<Float>(featureCount: dqn.shape.inputCount, sampleCount: 64)
    episode.world.writeMeanActions(
      of: 0..<episode.groups[0].count, in: 0, among: .group, to: panels,
      from: setup.agents.inputCount)
    let sum = (0..<setup.agents.actionCount).reduce(Float(0)) {
      $0 + panels[sample: 0, feature: setup.agents.inputCount + $1]
    }
    #expect(abs(sum - 1) < 1e-5)
  }

  @Test("a hyper-parameter that makes no sense is named")
  func validation() throws {
    let episode = try WorldEpisode(.battle(size: 16), stepLimit: 10, key: RandomKey(seed: 1))
    let setup = CrowdLearnerSetup(
      AgentShape(of: 0, in: episode.world), key: RandomKey(seed: 2),
      pool: WorkerPool(threadCount: 1))
    var configuration = MeanFieldQLearner.defaults
    configuration.dqn.batchSize = 0
    let error = #expect(throws: UserError.self) {
      try MeanFieldQLearner(configuration, setup: setup)
    }
    #expect(error?.description.contains("mfq.batch_size = 0") == true)
  }
}
