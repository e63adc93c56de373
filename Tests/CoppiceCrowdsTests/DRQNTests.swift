import AllocationCounting
import CoppiceCrowds
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Recurrent DQN")
struct DRQNTests {
  /// What agents see: one of two cues at first, then nothing, then a question.
  private enum Sight: Int {
    case left, right, nothing, question
  }

  private static var shape: DuelingShape {
    var shape = DuelingShape(
      view: ImageShape(height: 1, width: 1, channels: 4, order: .channelsFirst), featureCount: 0,
      actionCount: 2)
    shape.viewUnits = 16
    return shape
  }

  private func panels(_ sights: [Sight]) -> Panels<Float> {
    let panels = Panels<Float>(featureCount: 4, sampleCount: sights.count)
    for (sample, sight) in sights.enumerated() {
      panels[sample: sample, feature: sight.rawValue] = 1
    }
    return panels
  }

  /// A cue, three steps without anything, and a question: the action that names the cue earns 1.
  private static let episode: [Sight] = [.left, .nothing, .nothing, .nothing, .question]

  /// Notes lives of agents that did anything.
  private func fill(_ history: AgentHistory, lives: Int) {
    var random = RandomKey(seed: 6).stream()
    for life in 0..<lives {
      let cue: Sight = life % 2 == 0 ? .left : .right
      var rows: [Int] = []
      for sight in [cue] + Self.episode.dropFirst() {
        let row = history.open(panels([sight]), sample: 0)
        let action = random.nextIndex(below: 2)
        if let last = rows.last { history.link(last, to: row, action: action, reward: 0) }
        rows.append(row)
      }
      let action = random.nextIndex(below: 2)
      history.end(rows[4], action: action, reward: action == cue.rawValue ? 1 : 0)
    }
  }

  private func learner(
    _ sparsity: String = "dense", threads: Int = 1, steps: Int = 1, updates: Int = 400
  ) throws -> DRQN {
    var configuration = DRQN.Configuration()
    (configuration.sequences, configuration.sequenceLength) = (70, 5)
    (configuration.recurrentUnits, configuration.historyCapacity) = (16, 1000)
    (configuration.discount, configuration.returnSteps) = (0.9, steps)
    (configuration.learningRate, configuration.targetUpdateRate) = (1e-2, 0.05)
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(sparsity), horizon: updates
    ).rule
    let learner = try DRQN(
      configuration, shape: Self.shape, rule: rule, key: RandomKey(seed: 2),
      pool: WorkerPool(threadCount: threads), evaluationSize: 64)
    fill(learner.history, lives: 200)
    return learner
  }

  private func train(_ learner: DRQN, _ updates: ClosedRange<Int>) {
    for update in updates { learner.update(step: update, key: RandomKey(seed: 9).split(update)) }
  }

  private func saved(_ learner: DRQN) -> NamedTensors {
    var tensors = NamedTensors()
    learner.save(into: &tensors)
    return tensors
  }

  /// What two agents, who saw one cue each, do when they are asked.
  private func answers(_ learner: DRQN) -> [Int16] {
    let (states, actions) = (AgentStates(unitCount: 16), AlignedBuffer<Int16>(count: 2))
    states.reserve(8)
    let numbers = AlignedBuffer<Int32>([3, 7])
    for step in 0..<5 {
      let seen = step == 0 ? [.left, .right] : [Self.episode[step], Self.episode[step]]
      learner.choose(
        panels(seen), numbers: UnsafeBufferPointer(numbers.elements), states: states,
        exploration: 0, key: RandomKey(seed: 1), actions: actions.pointer)
    }
    return Array(actions.elements)
  }

  @Test(
    "an agent that remembers a cue earns what the cue is worth, dense and sparse",
    arguments: ["dense", "static@50%"])
  func memory(sparsity: String) throws {
    let learner = try learner(sparsity)
    train(learner, 1...400)
    #expect(answers(learner) == [0, 1])
    // with a cue that is remembered the right answer is worth 1 and the wrong one nothing
    for (sample, action, value) in [(0, 0, 1.0), (0, 1, 0), (1, 0, 0), (1, 1, 1)] {
      let found = Double(learner.value(ofAction: action, sample: sample))
      #expect(abs(found - value) < 0.1, "agent \(sample), action \(action): \(found)")
    }
  }

  @Test("an agent that remembers nothing cannot know the answer")
  func withoutMemory() throws {
    var configuration = DQN.Configuration()
    (configuration.batchSize, configuration.historyCapacity) = (350, 1000)
    (configuration.discount, configuration.learningRate) = (0.9, 1e-2)
    configuration.targetUpdateRate = 0.05
    let learner = try DQN(
      configuration, shape: Self.shape, key: RandomKey(seed: 2), evaluationSize: 64)
    fill(learner.history, lives: 200)
    for update in 1...400 {
      learner.update(step: update, key: RandomKey(seed: 9).split(update))
    }
    let actions = AlignedBuffer<Int16>(count: 2)
    learner.choose(
      panels([.question, .question]), count: 2, exploration: 0, key: RandomKey(seed: 1),
      actions: actions.pointer)
    // both answers are right in half of the lives
    #expect(actions[0] == actions[1])
    for action in 0..<2 {
      #expect(abs(learner.value(ofAction: action, sample: 0) - 0.5) < 0.25)
    }
  }

  @Test("a sequence that begins behind the cue knows no more than a network without memory")
  func zeroState() throws {
    let learner = try learner()
    train(learner, 1...400)
    let (states, actions) = (AgentStates(unitCount: 16), AlignedBuffer<Int16>(count: 1))
    states.reserve(1)
    let numbers = AlignedBuffer<Int32>([0])
    learner.choose(
      panels([.question]), numbers: UnsafeBufferPointer(numbers.elements), states: states,
      exploration: 0, key: RandomKey(seed: 1), actions: actions.pointer)
    #expect(abs(learner.value(ofAction: 0, sample: 0) - 0.5) < 0.25)
    // states are forgotten on request, and belong to numbers
    let before = answers(learner)
    #expect(answers(learner) == before)
  }

  @Test(
    "any number of threads, and saving in between, give the same bits",
    arguments: ["dense", "rigl@90%", "2:4x4", "dcil@50%"])
  func bits(sparsity: String) throws {
    let straight = try learner(sparsity, steps: 3, updates: 40)
    train(straight, 1...40)
    let first = try learner(sparsity, threads: 2, steps: 3, updates: 40)
    train(first, 1...17)
    let second = try learner(sparsity, threads: 3, steps: 3, updates: 40)
    try second.restore(from: saved(first))
    train(second, 18...40)
    #expect(saved(second) == saved(straight))
  }

  @Test("targets of several steps stay within their sequence, by hand")
  func targets() throws {
    // nothing is learned: the network's own values are read, and the loss is compared with them
    var configuration = DRQN.Configuration()
    (configuration.sequences, configuration.sequenceLength) = (1, 3)
    (configuration.recurrentUnits, configuration.historyCapacity) = (6, 20)
    (configuration.discount, configuration.returnSteps) = (0.5, 2)
    (configuration.huberThreshold, configuration.learningRate) = (0, 1e-12)
    let learner = try DRQN(configuration, shape: Self.shape, key: RandomKey(seed: 3))
    // one life of two steps that is cut, so that only its first row and its second can be drawn
    let history = learner.history
    let rows = [Sight.left, .nothing, .question].map { history.open(panels([$0]), sample: 0) }
    history.link(rows[0], to: rows[1], action: 1, reward: 3)
    history.link(rows[1], to: rows[2], action: 0, reward: 5)
    func values(from first: Int) -> [[Double]] {
      let (states, actions) = (AgentStates(unitCount: 6), AlignedBuffer<Int16>(count: 1))
      states.reserve(1)
      let numbers = AlignedBuffer<Int32>([0])
      return [Sight.left, .nothing, .question][first...].map { sight in
        learner.choose(
          panels([sight]), numbers: UnsafeBufferPointer(numbers.elements), states: states,
          exploration: 0, key: RandomKey(seed: 1), actions: actions.pointer)
        return (0..<2).map { Double(learner.value(ofAction: $0, sample: 0)) }
      }
    }
    let (whole, rest) = (values(from: 0), values(from: 1))
    func half(_ difference: Double) -> Double { difference * difference / 2 }
    let long =
      (half(whole[0][1] - (3 + 0.5 * 5 + 0.25 * whole[2].max()!))
        + half(whole[1][0] - (5 + 0.5 * whole[2].max()!))) / 2
    let short = half(rest[0][0] - (5 + 0.5 * rest[1].max()!))
    var found = Set<Int>()
    for update in 1...20 {
      learner.update(step: update, key: RandomKey(seed: 4).split(update))
      let isLong = abs(learner.loss - long) < abs(learner.loss - short)
      found.insert(isLong ? 0 : 1)
      #expect(abs(learner.loss - (isLong ? long : short)) < 1e-4)
    }
    #expect(found == [0, 1])
  }

  @Test(
    "updates and choices allocate nothing once they are under way", .serialized,
    .enabled(if: AllocationTally.isPossible), arguments: [1, 2])
  func allocations(threads: Int) throws {
    let learner = try learner(threads: threads)
    let (states, actions) = (AgentStates(unitCount: 16), AlignedBuffer<Int16>(count: 2))
    states.reserve(2)
    let numbers = AlignedBuffer<Int32>([0, 1])
    let seen = panels([.left, .question])
    func round(_ update: Int) {
      learner.update(step: update, key: RandomKey(seed: 9).split(update))
      learner.choose(
        seen, numbers: UnsafeBufferPointer(numbers.elements), states: states, exploration: 0.5,
        key: RandomKey(seed: 1), actions: actions.pointer)
    }
    for update in 1...5 { round(update) }
    let made = AllocationTally.count(of: learner.pool) {
      for update in 6...30 { round(update) }
    }
    #expect(made == 0)
  }

  @Test("a hyper-parameter that makes no sense is named")
  func validation() {
    var configuration = DRQN.Configuration()
    configuration.sequenceLength = 0
    let error = #expect(throws: UserError.self) { try configuration.validate() }
    #expect(error?.description.contains("drqn.sequence_length = 0") == true)
    configuration.sequenceLength = 8
    configuration.historyCapacity = 255
    #expect(throws: UserError.self) { try configuration.validate() }
  }
}
