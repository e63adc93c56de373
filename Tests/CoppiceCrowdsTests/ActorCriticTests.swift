import CoppiceCrowds
import CoppiceGridWorld
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Actor-critic")
struct ActorCriticTests {
  private static var shape: DuelingShape {
    var shape = DuelingShape(
      view: ImageShape(height: 1, width: 1, channels: 2, order: .channelsFirst), featureCount: 0,
      actionCount: 2)
    shape.viewUnits = 24
    return shape
  }

  private func panels(_ states: [Int]) -> Panels<Float> {
    let panels = Panels<Float>(featureCount: 2, sampleCount: states.count)
    for (sample, state) in states.enumerated() { panels[sample: sample, feature: state] = 1 }
    return panels
  }

  private func learner(
    _ body: (inout ActorCritic.Configuration) -> Void, sparsity: String = "dense", threads: Int = 1
  ) throws -> ActorCritic {
    var configuration = ActorCritic.Configuration()
    (configuration.discount, configuration.learningRate) = (0.5, 1e-2)
    body(&configuration)
    let learner = try ActorCritic(
      configuration, shape: Self.shape,
      rule: try SparsityCatalogue.standard.choice(
        for: SparsityExpression(sparsity), horizon: 100
      ).rule, key: RandomKey(seed: 2), pool: WorkerPool(threadCount: threads), evaluationSize: 64)
    learner.reserve(rows: 100)
    return learner
  }

  /// A life that ends, 0 → 2 → 4, and one that is cut, 1 → 3 → 5 with 5 only valued.
  private func fill(_ learner: ActorCritic) {
    let history = learner.history
    for row in 0..<6 { _ = history.open(panels([row % 2]), sample: 0) }
    history.link(0, to: 2, action: 1, reward: 1)
    history.link(2, to: 4, action: 0, reward: 2)
    history.end(4, action: 1, reward: 4)
    history.link(1, to: 3, action: 0, reward: 8)
    history.link(3, to: 5, action: 1, reward: 16)
  }

  /// The scores and the value of both states.
  private func outputs(_ learner: ActorCritic) -> [[Double]] {
    let actions = AlignedBuffer<Int16>(count: 2)
    learner.choose(panels([0, 1]), count: 2, key: RandomKey(seed: 1), actions: actions.pointer)
    return (0..<2).map { state in
      (0..<3).map { Double(learner.output($0, sample: state)) }
    }
  }

  /// The loss written out: what happened in which state, with returns by hand.
  private func loss(
    _ outputs: [[Double]], _ rows: [(state: Int, action: Int, goal: Double, advantage: Double)],
    _ configuration: ActorCritic.Configuration
  ) -> Double {
    func logarithm(_ x: Double) -> Double {
      // log by Newton's method, so that nothing but arithmetic is used
      var y = 0.0
      for _ in 0..<100 { y += 2 * (x - exponential(y)) / (x + exponential(y)) }
      return y
    }
    func exponential(_ x: Double) -> Double {
      var (sum, term) = (1.0, 1.0)
      for index in 1..<60 {
        term *= x / Double(index)
        sum += term
      }
      return sum
    }
    var sum = 0.0
    for row in rows {
      let scores = outputs[row.state][..<2].map(exponential)
      let policy = scores.map { $0 / scores.reduce(0, +) }
      let entropy = -policy.reduce(0) { $0 + $1 * logarithm($1) }
      let error = row.goal - outputs[row.state][2]
      sum +=
        -row.advantage * logarithm(policy[row.action])
        + configuration.valueWeight * error * error - configuration.entropyWeight * entropy
    }
    return sum / Double(rows.count)
  }

  @Test("returns end with a life, and are bootstrapped where the rollout is cut, by hand")
  func returns() throws {
    let learner = try learner { $0.learningRate = 1e-9 }
    fill(learner)
    let before = outputs(learner)
    let (v0, v1) = (before[0][2], before[1][2])
    learner.learn(from: 0..<5)
    #expect(learner.updates == 1)
    // γ is a half; nobody has a value after death, and the cut life has that of its last row
    let last = 16 + v1 / 2
    let goals = [
      (0, 1, 1 + 0.5 * (2 + 0.5 * 4)), (0, 0, 2 + 0.5 * 4), (0, 1, 4),
      (1, 0, 8 + last / 2), (1, 1, last),
    ]
    let rows = goals.map { state, action, goal in
      (state: state, action: action, goal: goal, advantage: goal - (state == 0 ? v0 : v1))
    }
    #expect(abs(learner.loss - loss(before, rows, learner.configuration)) < 1e-4)
  }

  @Test("advantages decay as they are told to, by hand")
  func decay() throws {
    let learner = try learner {
      ($0.learningRate, $0.traceDecay, $0.valueWeight, $0.entropyWeight) = (1e-9, 0, 0, 0)
    }
    fill(learner)
    let before = outputs(learner)
    let (v0, v1) = (before[0][2], before[1][2])
    learner.learn(from: 0..<5)
    let advantages = [
      (0, 1, 1 + v0 / 2 - v0), (0, 0, 2 + v0 / 2 - v0), (0, 1, 4 - v0), (1, 0, 8 + v1 / 2 - v1),
      (1, 1, 16 + v1 / 2 - v1),
    ]
    let rows = advantages.map { (state: $0, action: $1, goal: 0.0, advantage: $2) }
    #expect(abs(learner.loss - loss(before, rows, learner.configuration)) < 1e-4)
  }

  @Test("the gradient that is used is the clipped one")
  func clip() throws {
    func change(limit: Double) throws -> (norm: Double, moved: [Float]) {
      let learner = try learner {
        $0.gradientNormLimit = limit
        // Adam's first step is about g / (|g| + ε) long: with a large ε it is in proportion to g
        ($0.adam.epsilon, $0.learningRate) = (1, 1)
      }
      fill(learner)
      func weights() -> [Float] {
        learner.learner.network.layers.flatMap {
          Array($0.parameters.elements) + Array($0.bias.elements)
        }
      }
      let before = weights()
      learner.learn(from: 0..<5)
      let after = weights()
      return (learner.gradientNorm, zip(after, before).map { $0 - $1 })
    }
    let free = try change(limit: 1e6)
    #expect(free.norm > 1)
    let clipped = try change(limit: 1e-3)
    #expect(abs(clipped.norm - free.norm) < 1e-5 * free.norm)
    // far below ε the step is the gradient: its length is the limit
    let length = clipped.moved.reduce(0) { $0 + Double($1 * $1) }.squareRoot()
    #expect(abs(length - 1e-3) < 2e-5)
    #expect(free.moved.reduce(0) { $0 + Double($1 * $1) }.squareRoot() > 0.1)
  }

  @Test(
    "a rollout with more rows than a batch is learned from in several updates, all rows once",
    arguments: [1, 2])
  func batches(threads: Int) throws {
    let learner = try learner({ $0.batchSize = 2 }, threads: threads)
    fill(learner)
    learner.learn(from: 0..<5)
    #expect(learner.updates == 3)
  }

  /// In state 0 action 1 leads to state 1, where action 0 earns 1 and life ends; nothing else earns
  /// anything, and life ends as well.
  private func play(_ learner: ActorCritic, round: Int) {
    let agents = 64
    let key = RandomKey(seed: 5).split(round)
    learner.reserve(rows: 3 * agents)
    let actions = AlignedBuffer<Int16>(count: agents)
    let first = learner.history.openedCount
    let states = panels([Int](repeating: 0, count: agents))
    learner.choose(states, count: agents, key: key.split(0), actions: actions.pointer)
    var there: [(row: Int, agent: Int)] = []
    for agent in 0..<agents {
      let row = learner.history.open(states, sample: agent)
      if actions[agent] == 1 {
        there.append((row, agent))
      } else {
        learner.history.end(row, action: 0, reward: 0)
      }
    }
    if !there.isEmpty {
      let next = panels([Int](repeating: 1, count: there.count))
      learner.choose(next, count: there.count, key: key.split(1), actions: actions.pointer)
      for (index, past) in there.enumerated() {
        let row = learner.history.open(next, sample: index)
        learner.history.link(past.row, to: row, action: 1, reward: 0)
        learner.history.end(
          row, action: Int(actions[index]), reward: actions[index] == 0 ? 1 : 0)
      }
    }
    learner.learn(from: first..<learner.history.openedCount)
  }

  @Test(
    "a reward two steps away is found, dense and sparse",
    arguments: ["dense", "static@50%"])
  func learns(sparsity: String) throws {
    let learner = try learner(
      { ($0.learningRate, $0.entropyWeight, $0.discount) = (1e-2, 0.01, 0.9) }, sparsity: sparsity)
    for round in 0..<200 { play(learner, round: round) }
    let found = outputs(learner)
    // the odds of the right actions are above 9 to 1
    #expect(found[0][1] - found[0][0] > 2.2)
    #expect(found[1][0] - found[1][1] > 2.2)
    #expect(abs(found[1][2] - 1) < 0.15)
  }

  @Test(
    "every step of every agent is learned from once, whatever it came to", arguments: [false, true])
  func everyStep(lasting: Bool) throws {
    let description = EveryLearnerTests.battle(lasting: lasting)
    let world = try GridWorld(description, key: RandomKey(seed: 1))
    var setup = CrowdLearnerSetup(
      AgentShape(of: 0, in: world), key: RandomKey(seed: 3), pool: WorkerPool(threadCount: 1))
    setup.encoder.channels = []
    (setup.encoder.viewUnits, setup.encoder.featureUnits) = (4, 4)
    var configuration = ActorCriticLearner.defaults
    let agents = world.groups.reduce(0) { $0 + $1.count }
    // an update for each row
    (configuration.actorCritic.batchSize, configuration.actorCritic.rolloutSteps) = (1, 3)
    let learner = try ActorCriticLearner(configuration, setup: setup)
    let training = try CrowdTraining(
      description, stepLimit: 11, learners: [learner],
      roles: [CrowdRole(learner: 0), CrowdRole(learner: 0)], key: RandomKey(seed: 4),
      pool: setup.pool)
    for game in 1...3 {
      try training.playGame()
      #expect(learner.updates == learner.agentSteps)
      if lasting { #expect(learner.agentSteps == game * 11 * agents) }
    }
  }

  @Test("a hyper-parameter that makes no sense is named")
  func validation() {
    var configuration = ActorCritic.Configuration()
    configuration.traceDecay = 1.5
    let error = #expect(throws: UserError.self) { try configuration.validate() }
    #expect(error?.description.contains("a2c.trace_decay = 1.5") == true)
  }
}
