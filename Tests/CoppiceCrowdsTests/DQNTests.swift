import AllocationCounting
import CoppiceCrowds
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("DQN")
struct DQNTests {
  /// A chain of two states.
  ///
  /// In the first, action 0 stays and action 1 goes to the second; there action 0 goes back, and action
  /// 1 ends with a reward of 1.
  private func chain(
    rule: (any TopologyRule)? = nil, threads: Int = 1, steps: Int = 1
  ) throws -> DQN {
    var configuration = DQN.Configuration()
    (configuration.batchSize, configuration.historyCapacity) = (128, 200)
    (configuration.discount, configuration.returnSteps) = (0.9, steps)
    (configuration.learningRate, configuration.targetUpdateRate) = (3e-3, 0.05)
    var shape = DuelingShape(
      view: ImageShape(height: 4, width: 4, channels: 2, order: .channelsFirst), featureCount: 2,
      actionCount: 2)
    shape.convolutions = [ConvolutionShape(size: 3, channels: 4)]
    (shape.viewUnits, shape.featureUnits) = (16, 16)
    let learner = try DQN(
      configuration, shape: shape, rule: rule, key: RandomKey(seed: 2),
      pool: WorkerPool(threadCount: threads), evaluationSize: 64)
    for _ in 0..<20 {
      let rows = [0, 0, 0, 1, 1].map { learner.history.open(observations, sample: $0) }
      learner.history.link(rows[0], to: rows[1], action: 0, reward: 0)
      learner.history.link(rows[1], to: rows[3], action: 1, reward: 0)
      learner.history.link(rows[3], to: rows[2], action: 0, reward: 0)
      // what follows this one is not known
      learner.history.end(rows[4], action: 1, reward: 1)
    }
    return learner
  }

  /// The two states, as a view and as features.
  private var observations: Panels<Float> {
    let panels = Panels<Float>(featureCount: 34, sampleCount: 2)
    for state in 0..<2 {
      for cell in 0..<16 { panels[sample: state, feature: 16 * state + cell] = 1 }
      panels[sample: state, feature: 32 + state] = 1
    }
    return panels
  }

  private func train(_ learner: DQN, _ updates: ClosedRange<Int>) {
    for update in updates { learner.update(step: update, key: RandomKey(seed: 9).split(update)) }
  }

  private func saved(_ learner: DQN) -> NamedTensors {
    var tensors = NamedTensors()
    learner.save(into: &tensors)
    return tensors
  }

  @Test("the values of a chain are learned, dense and sparse", arguments: ["dense", "static@50%"])
  func values(sparsity: String) throws {
    let rule = try SparsityCatalogue.standard.choice(for: SparsityExpression(sparsity)).rule
    let learner = try chain(rule: rule)
    train(learner, 1...1500)
    let actions = AlignedBuffer<Int16>(count: 2)
    learner.choose(
      observations, count: 2, exploration: 0, key: RandomKey(seed: 1), actions: actions.pointer)
    #expect(Array(actions.elements) == [1, 1])
    // γ², γ, γ² and the reward itself
    for (state, action, value) in [(0, 0, 0.81), (0, 1, 0.9), (1, 0, 0.81), (1, 1, 1)] {
      let found = Double(learner.value(ofAction: action, sample: state))
      #expect(abs(found - value) < 0.02, "state \(state), action \(action): \(found)")
    }
    #expect(learner.loss < 1e-3)
  }

  @Test("the learning rate falls evenly, and stays where it has fallen to")
  func learningRate() {
    var configuration = DQN.Configuration()
    configuration.learningRate = 0.5
    #expect([1, 90_000].allSatisfy { configuration.learningRate(at: $0) == 0.5 })
    (configuration.finalLearningRateShare, configuration.learningRateUpdates) = (0.25, 4)
    #expect(
      (1...6).map(configuration.learningRate) == [0.5, 0.40625, 0.3125, 0.21875, 0.125, 0.125])
  }

  @Test("the target can choose in place of the network, whose values it averages")
  func averaged() throws {
    let learner = try chain()
    train(learner, 1...40)
    let (network, target) = (learner.learner.network, try #require(learner.learner.target))
    let trace = FeedForwardTrace(for: target, sampleCount: 64, withGradients: false)
    let (observations, actions) = (observations, AlignedBuffer<Int16>(count: 2))
    var chosen: [[Float]] = []
    for isAveraged in [false, true] {
      (isAveraged ? target : network).forward(panels: 0..<1, input: observations.run, trace: trace)
      learner.choose(
        observations, count: 2, exploration: 0, isAveraged: isAveraged, key: RandomKey(seed: 1),
        actions: actions.pointer)
      for (state, action) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let found = learner.value(ofAction: action, sample: state)
        #expect(found == trace.output[sample: state, feature: action])
      }
      chosen.append((0..<2).map { learner.value(ofAction: $0, sample: 0) })
    }
    #expect(chosen[0] != chosen[1], "so early they differ")
  }

  @Test(
    "any number of threads, and saving in between, give the same bits",
    arguments: ["dense", "set@50%"])
  func bits(sparsity: String) throws {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(sparsity), horizon: 60
    ).rule
    let straight = try chain(rule: rule, steps: 3)
    train(straight, 1...60)
    let first = try chain(rule: rule, threads: 2, steps: 3)
    train(first, 1...23)
    let second = try chain(rule: rule, threads: 3, steps: 3)
    try second.restore(from: saved(first))
    train(second, 24...60)
    #expect(saved(second) == saved(straight))
  }

  @Test("exploration does anything as often as it says")
  func exploration() throws {
    let learner = try chain()
    let actions = AlignedBuffer<Int16>(count: 64)
    let states = Panels<Float>(featureCount: 34, sampleCount: 64)
    learner.choose(
      states, count: 64, exploration: 0, key: RandomKey(seed: 1), actions: actions.pointer)
    let greedy = actions[0]
    #expect(actions.elements.allSatisfy { $0 == greedy })
    var others = 0
    for round in 0..<200 {
      learner.choose(
        states, count: 64, exploration: 0.5, key: RandomKey(seed: 1).split(round),
        actions: actions.pointer)
      others += actions.elements.count { $0 != greedy }
    }
    // half explore, and half of those do the other thing; five standard deviations are 250
    #expect(abs(others - 3200) < 250)
  }

  @Test(
    "updates and choices allocate nothing once they are under way", .serialized,
    .enabled(if: AllocationTally.isPossible), arguments: [1, 2])
  func allocations(threads: Int) throws {
    let learner = try chain(threads: threads)
    let actions = AlignedBuffer<Int16>(count: 64)
    let states = observations
    func round(_ update: Int) {
      learner.update(step: update, key: RandomKey(seed: 9).split(update))
      learner.choose(
        states, count: 2, exploration: 0.5, key: RandomKey(seed: 1), actions: actions.pointer)
    }
    for update in 1...5 { round(update) }
    let made = AllocationTally.count(of: learner.pool) {
      for update in 6...30 { round(update) }
    }
    #expect(made == 0)
  }

  @Test("a hyper-parameter that makes no sense is named")
  func validation() {
    var configuration = DQN.Configuration()
    configuration.returnSteps = 0
    let error = #expect(throws: UserError.self) { try configuration.validate() }
    #expect(error?.description.contains("dqn.return_steps = 0") == true)
  }
}
