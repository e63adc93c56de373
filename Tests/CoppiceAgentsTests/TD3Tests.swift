import AllocationCounting
import CoppiceAgents
import CoppiceNetworks
import CoppiceRandom
import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors
import Testing

#if DEBUG
  private let isDebugBuild = true
#else
  private let isDebugBuild = false
#endif

/// An agent with a replay of random transitions, ready to learn.
final class Rig {
  let agent: TD3
  let replay: ReplayBuffer
  let pool: WorkerPool
  let batch: TransitionBatch
  private let key: RandomKey

  init(
    observations: Int = 17, actions: Int = 6, hidden: [Int] = [64, 48],
    rule: (any TopologyRule)? = nil, threads: Int = 1, seed: UInt64 = 1,
    arithmetic: KernelArithmetic = .fastest,
    _ change: (inout TD3.Configuration) -> Void = { _ in }
  ) throws {
    var configuration = TD3.defaults
    change(&configuration)
    key = RandomKey(seed: seed)
    pool = WorkerPool(threadCount: threads)
    agent = try TD3(
      configuration,
      setup: AgentSetup(
        observationCount: observations, actionCount: actions, hidden: hidden, rule: rule,
        arithmetic: arithmetic, pool: pool),
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

@Suite("TD3")
struct TD3Tests {
  static let rules: [String] = [
    "dense", "2:4", "1:8", "static@75%", "75%x4", "ste", "rigl@75%", "set@75%", "dcil@75%",
  ]

  /// Those that keep as many weights throughout: others are stored anew now and then.
  static let steadyRules = rules.filter { $0 != "dcil@75%" }

  static func rule(_ name: String) throws -> (any TopologyRule)? {
    var configuration = NOfM.Configuration()
    configuration.maskUpdateInterval = 7
    switch name {
    case "2:4": return try NOfM(keep: 2, of: 4, configuration)
    case "2:4x4": return try NOfM(keep: 2, of: 4, sharedBy: 4, configuration)
    case "1:8": return try NOfM(keep: 1, of: 8, configuration)
    case "75%x4": return try Static(sparsity: 0.75, sharedBy: 4)
    case "rigl@75%", "set@75%", "dcil@75%":
      return try SparsityCatalogue.standard.choice(
        for: try SparsityExpression(name), horizon: 200, options: ShortIntervals()
      ).rule
    case let name where name.hasSuffix("%"):
      let percent = try #require(Double(name.drop { !$0.isNumber }.dropLast()))
      return try Static(sparsity: percent / 100)
    case "ste":
      configuration.gradientMode = .straightThrough
      return try NOfM(keep: 2, of: 4, configuration)
    default: return nil
    }
  }

  @Test("updates agree with the algorithm written out plainly", arguments: [false, true])
  func reference(withDecay: Bool) throws {
    let rig = try Rig(observations: 5, actions: 2, hidden: [12, 9]) {
      $0.batchSize = 70
      $0.targetNoise = 0
      $0.adam.weightDecay = withDecay ? 0.01 : 0
    }
    var plain = PlainTD3(rig.agent)
    for step in 1...6 {
      rig.replay.sample(into: rig.batch, key: RandomKey(seed: 5).split(step), pool: rig.pool)
      plain.update(from: rig.batch, step: step)
      rig.agent.update(
        from: rig.batch, step: step, learningRateScale: 1, key: RandomKey(seed: 6).split(step))
    }
    for (learner, (online, target)) in zip(
      [rig.agent.actor] + rig.agent.critics, plain.networks)
    {
      #expect(online.largestDifference(to: learner.network) < 2e-5)
      #expect(target.largestDifference(to: try #require(learner.target)) < 2e-5)
    }
    #expect(plain.networks[0].online.largestDifference(to: plain.networks[0].target) > 1e-4)
  }

  @Test(
    "any number of threads gives the same bits, whatever they have to share", arguments: rules,
    [70, 200, 256, 320])
  func threads(rule: String, batchSize: Int) throws {
    let rigs = try [1, 2, 3, 4].map {
      try Rig(rule: try Self.rule(rule), threads: $0) {
        $0.batchSize = batchSize
        $0.normaliseObservations = true
      }
    }
    for step in 1...20 { for rig in rigs { rig.update(step) } }
    for rig in rigs.dropFirst() { #expect(rig.state == rigs[0].state) }
  }

  @Test("a promised batch teaches the same as a drawn one", arguments: [1, 2])
  func promises(threads: Int) throws {
    let (drawn, promised) = (try Rig(), try Rig(threads: threads))
    for step in 1...6 {
      drawn.update(step)
      promised.update(step, drawing: false)
    }
    #expect(drawn.state == promised.state)
  }

  @Test(
    "critics that are stored in different ways learn with one thread as with two",
    arguments: ["rows", "masked"], ["rows", "masked"])
  func criticsOfDifferentPlans(first: String, second: String) throws {
    var arithmetic = KernelArithmetic.fastest
    arithmetic.tuning = try SparseTuning(
      plans: ["64x23-736-g6": first, "64x23-736-g0": second])
    let rigs = try [1, 2].map {
      try Rig(rule: try Static(sparsity: 0.5), threads: $0, arithmetic: arithmetic)
    }
    let plans = rigs[0].agent.critics.map { $0.network.layers[0].topology?.plan.name }
    #expect(plans == [first, second])
    for step in 1...6 { for rig in rigs { rig.update(step) } }
    #expect(rigs[0].state == rigs[1].state)
  }

  @Test("other seeds give other agents, the same seed the same one")
  func seeds() throws {
    let rigs = try [1, 1, 2].map { try Rig(seed: $0) }
    for step in 1...3 { for rig in rigs { rig.update(step) } }
    #expect(rigs[0].state == rigs[1].state)
    #expect(rigs[0].state != rigs[2].state)
  }

  @Test("a restored agent learns on with the same bits", arguments: rules)
  func resume(rule: String) throws {
    let normalise: (inout TD3.Configuration) -> Void = { $0.normaliseObservations = true }
    let straight = try Rig(rule: try Self.rule(rule), normalise)
    let first = try Rig(rule: try Self.rule(rule), normalise)
    for step in 1...30 { straight.update(step) }
    for step in 1...17 { first.update(step) }
    let second = try Rig(rule: try Self.rule(rule), normalise)
    try second.agent.restore(from: first.state)
    for step in 18...30 { second.update(step) }
    #expect(straight.state == second.state)
  }

  @Test("the pattern holds in all six networks after every step")
  func pattern() throws {
    let rig = try Rig(rule: try Self.rule("2:4"))
    for step in 1...30 {
      rig.update(step)
      for learner in [rig.agent.actor] + rig.agent.critics {
        for network in [learner.network, try #require(learner.target)] {
          for layer in network.layers {
            let weights = layer.denseWeights()
            let inputs = layer.shape.inputs
            for row in 0..<layer.shape.outputs {
              for first in stride(from: 0, to: inputs, by: 4) {
                let group = weights[
                  (row * inputs + first)..<(row * inputs + min(first + 4, inputs))]
                #expect(group.count { $0 != 0 } <= 2)
              }
            }
          }
        }
      }
    }
  }

  @Test(
    "a steady update allocates nothing", .serialized,
    .enabled(if: AllocationTally.isPossible && !isDebugBuild),
    arguments: steadyRules + ["2:4x4", "static@5%", "static@50%", "static@95%", "static@99%"],
    [1, 2, 3, 4])
  func allocations(rule: String, threads: Int) throws {
    let rig = try Rig(rule: try Self.rule(rule), threads: threads)
    for step in 1...8 { rig.update(step, drawing: false) }
    let made = AllocationTally.count(of: rig.pool) {
      for step in 9...30 { rig.update(step, drawing: false) }
    }
    #expect(made == 0)
  }

  @Test("exploring adds noise, acting well does not, and both stay in range")
  func acting() throws {
    let rig = try Rig()
    var random = RandomKey(seed: 1).stream()
    let observations = (0..<(3 * 17)).map { _ in random.nextNormal() }
    var (calm, again, noisy) = (
      [Double](repeating: 9, count: 18), [Double](repeating: 9, count: 18),
      [Double](repeating: 9, count: 18)
    )
    rig.agent.act(observations: observations, count: 3, exploring: nil, actions: &calm)
    rig.agent.act(observations: observations, count: 3, exploring: nil, actions: &again)
    rig.agent.act(
      observations: observations, count: 3, exploring: RandomKey(seed: 3), actions: &noisy)
    #expect(calm == again)
    #expect(calm != noisy)
    #expect((calm + noisy).allSatisfy { abs($0) <= 1 })
    var policy = NamedTensors()
    rig.agent.savePolicy(into: &policy)
    let actor = try DeterministicActor(saved: policy)
    var alone = [Double](repeating: 9, count: 6)
    actor.act(observation: observations, action: &alone)
    #expect(alone == Array(calm[0..<6]))
  }

  @Test("one observation is acted on as many together are, to rounding", arguments: rules)
  func actingTogether(rule: String) throws {
    let rig = try Rig(hidden: [150, 40], rule: try Self.rule(rule)) {
      $0.normaliseObservations = true
    }
    var random = RandomKey(seed: 5).stream()
    let observations = (0..<(70 * 17)).map { _ in 3 * random.nextNormal() }
    rig.agent.observe(observations, count: 70)
    for step in 1...4 { rig.update(step) }
    var together = [Double](repeating: 9, count: 70 * 6)
    rig.agent.act(observations: observations, count: 70, exploring: nil, actions: &together)
    var few = [Double](repeating: 9, count: 15 * 6)
    rig.agent.act(observations: observations, count: 15, exploring: nil, actions: &few)
    for row in 0..<70 {
      var alone = [Double](repeating: 9, count: 6)
      rig.agent.act(
        observations: Array(observations[(row * 17)...]), count: 1, exploring: nil,
        actions: &alone)
      for (a, b) in zip(alone, together[(row * 6)...]) { #expect(abs(a - b) < 1e-5) }
      if row < 15 { #expect(alone == Array(few[(row * 6)..<(row * 6 + 6)])) }
    }
  }

  @Test(
    "acting allocates nothing", .serialized,
    .enabled(if: AllocationTally.isPossible && !isDebugBuild), arguments: ["dense", "2:4"])
  func actingAllocations(rule: String) throws {
    let rig = try Rig(rule: try Self.rule(rule))
    let observations = AlignedBuffer<Double>(count: 20 * 17)
    let actions = AlignedBuffer<Double>(count: 20 * 6)
    let act = { (count: Int) in
      rig.agent.act(
        observations: UnsafePointer(observations.pointer), count: count,
        exploring: RandomKey(seed: 1), actions: actions.pointer)
    }
    for count in [1, 20] { act(count) }
    let made = AllocationTally.count {
      for count in [1, 3, 20] { act(count) }
    }
    #expect(made == 0)
  }

  @Test("bad hyper-parameters are refused")
  func validation() {
    #expect(throws: UserError.self) { try Rig { $0.batchSize = 0 } }
    #expect(throws: UserError.self) { try Rig { $0.discount = 1.5 } }
    #expect(throws: UserError.self) { try Rig { $0.criticLearningRate = .nan } }
  }
}
