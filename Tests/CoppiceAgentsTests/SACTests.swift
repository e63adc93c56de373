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

@Suite("SAC")
struct SACTests {
  static let rules = ["dense", "2:4", "static@75%", "75%x4", "ste", "rigl@75%", "dcil@75%"]

  @Test(
    "updates agree with the algorithm written out plainly",
    arguments: [1, 2, 6], [(true, 1), (false, 1), (true, 3), (false, 3)])
  func reference(
    steps: Int, variant: (learnsTemperature: Bool, targetInterval: Int)
  ) throws {
    let (learnsTemperature, targetInterval) = variant
    let rig = try SACRig(observations: 5, actions: 2, hidden: [12, 9]) {
      $0.batchSize = 70
      $0.learnsTemperature = learnsTemperature
      $0.temperature = 0.2
      $0.targetUpdateInterval = targetInterval
      $0.targetUpdateRate = targetInterval == 1 ? 0.01 : 1
    }
    var plain = PlainSAC(rig.agent)
    for step in 1...steps {
      let key = RandomKey(seed: 6).split(step)
      rig.replay.sample(into: rig.batch, key: RandomKey(seed: 5).split(step), pool: rig.pool)
      plain.update(from: rig.batch, step: step, key: key)
      rig.agent.update(from: rig.batch, step: step, learningRateScale: 1, key: key)
    }
    for (learner, online) in zip([rig.agent.actor] + rig.agent.critics, plain.networks) {
      #expect(online.largestDifference(to: learner.network) < 2e-5)
    }
    for (learner, target) in zip(rig.agent.critics, plain.targets) {
      #expect(target.largestDifference(to: try #require(learner.target)) < 2e-5)
    }
    #expect(abs(rig.agent.temperature - plain.temperature) < 1e-6)
    #expect((rig.agent.temperature != 0.2) == learnsTemperature)
  }

  @Test("the actor's gradient through both critics agrees with finite differences")
  func actorGradient() throws {
    let rig = try SACRig(observations: 5, actions: 2, hidden: [12, 9]) { $0.batchSize = 70 }
    var plain = PlainSAC(rig.agent)
    let key = RandomKey(seed: 7)
    rig.replay.sample(into: rig.batch, key: key, pool: rig.pool)
    // apart from 0, where nothing but the critics' biases would tell them apart
    plain.networks[2].biases[2][0] += 1e-3
    let states = (0..<70).map { sample in
      (0..<5).map { Double(rig.batch.inputs[sample: sample, feature: $0]) }
    }
    let noise = plain.noise(rig.batch, draw: 1, key: key)
    let gradient = plain.actorGradient(states: states, noise: noise).gradient
    let step = 1e-6
    var (worst, largest) = (0.0, 0.0)
    for layer in 0..<3 {
      for row in gradient.weights[layer].indices {
        for column in gradient.weights[layer][row].indices {
          var (above, below) = (plain.networks[0], plain.networks[0])
          above.weights[layer][row][column] += step
          below.weights[layer][row][column] -= step
          let slope =
            (plain.actorLoss(above, states: states, noise: noise)
              - plain.actorLoss(below, states: states, noise: noise)) / (2 * step)
          let written = gradient.weights[layer][row][column]
          (worst, largest) = (max(worst, abs(slope - written)), max(largest, abs(written)))
        }
      }
    }
    #expect(largest > 0)
    // kinks of the rectifiers lie within a step now and then
    #expect(worst / largest < 1e-4)
  }

  @Test("a learnt temperature falls while the entropy is above its goal, and rises below it")
  func temperature() throws {
    for (goal, rises) in [(-100.0, false), (100.0, true)] {
      let rig = try SACRig { $0.targetEntropyPerAction = goal }
      var last = rig.agent.temperature
      #expect(last == 1)
      for step in 1...5 {
        rig.update(step)
        #expect((rig.agent.temperature > last) == rises)
        last = rig.agent.temperature
      }
      // Adam moves log α by its learning rate while the gradient hardly changes
      #expect(abs(abs(last - 1) - 5 * 3e-4) < 1e-5)
    }
  }

  @Test(
    "targets that are replaced stay between two replacements and are the networks after one",
    arguments: ["dense", "2:4"])
  func hardTargets(rule: String) throws {
    let rig = try SACRig(rule: try TD3Tests.rule(rule)) {
      $0.targetUpdateRate = 1
      $0.targetUpdateInterval = 5
    }
    let numbers = { (network: MLP<Float>) in
      network.layers.flatMap { $0.denseWeights() + Array($0.bias.elements) }
    }
    let targets = { rig.agent.critics.compactMap { $0.target.map(numbers) } }
    let first = targets()
    for step in 1...4 { rig.update(step) }
    #expect(targets() == first)
    // masks change after step 7
    for step in 5...10 {
      rig.update(step)
      guard step.isMultiple(of: 5) else { continue }
      for (critic, target) in zip(rig.agent.critics, targets()) {
        // w′ + 1 (w − w′) is w to rounding
        for (a, b) in zip(numbers(critic.network), target) { #expect(abs(a - b) < 1e-7) }
      }
    }
    #expect(targets() != first)
  }

  @Test(
    "any number of threads gives the same bits, whatever they have to share", arguments: rules,
    [70, 256, 320])
  func threads(rule: String, batchSize: Int) throws {
    let rigs = try [1, 2, 3, 4].map {
      try SACRig(rule: try TD3Tests.rule(rule), threads: $0) {
        $0.batchSize = batchSize
        $0.normaliseObservations = true
      }
    }
    for step in 1...20 { for rig in rigs { rig.update(step) } }
    for rig in rigs.dropFirst() { #expect(rig.state == rigs[0].state) }
  }

  @Test("a promised batch teaches the same as a drawn one", arguments: [1, 2])
  func promises(threads: Int) throws {
    let (drawn, promised) = (try SACRig(), try SACRig(threads: threads))
    for step in 1...6 {
      drawn.update(step)
      promised.update(step, drawing: false)
    }
    #expect(drawn.state == promised.state)
  }

  @Test("a restored agent learns on with the same bits", arguments: rules, [true, false])
  func resume(rule: String, learnsTemperature: Bool) throws {
    let change: (inout SAC.Configuration) -> Void = {
      $0.normaliseObservations = true
      $0.learnsTemperature = learnsTemperature
      $0.targetUpdateInterval = 4
    }
    let straight = try SACRig(rule: try TD3Tests.rule(rule), change)
    let first = try SACRig(rule: try TD3Tests.rule(rule), change)
    for step in 1...30 { straight.update(step) }
    for step in 1...17 { first.update(step) }
    let second = try SACRig(rule: try TD3Tests.rule(rule), change)
    try second.agent.restore(from: first.state)
    #expect(second.agent.temperature == first.agent.temperature)
    for step in 18...30 { second.update(step) }
    #expect(straight.state == second.state)
    #expect(straight.agent.drainMeasurements() == second.agent.drainMeasurements())
  }

  @Test(
    "a steady update allocates nothing", .serialized,
    .enabled(if: AllocationTally.isPossible && !isDebugBuild),
    arguments: rules.filter { $0 != "dcil@75%" }, [1, 2, 4])
  func allocations(rule: String, threads: Int) throws {
    let rig = try SACRig(rule: try TD3Tests.rule(rule), threads: threads)
    for step in 1...8 { rig.update(step, drawing: false) }
    let made = AllocationTally.count(of: rig.pool) {
      for step in 9...30 { rig.update(step, drawing: false) }
    }
    #expect(made == 0)
  }

  @Test("what is measured has the names of metrics, and entropy is that of the samples")
  func measurements() throws {
    let rig = try SACRig(rule: try TD3Tests.rule("2:4"))
    for step in 1...7 { rig.update(step) }
    let found = rig.agent.drainMeasurements()
    #expect(
      found.map(\.name) == [
        "train/critic-loss", "train/value", "train/entropy", "train/temperature",
        "sparsity/divergence-actor", "sparsity/divergence-critic-1",
        "sparsity/divergence-critic-2",
      ])
    // six uniform actions have 6 log 2 nats, which a wide Gaussian squashed comes near to
    #expect((0..<5).contains(found[2].value))
    #expect((0.99...1).contains(found[3].value))
    #expect(rig.agent.drainMeasurements().isEmpty)
  }

  @Test("bad hyper-parameters are refused")
  func validation() {
    #expect(throws: UserError.self) { try SACRig { $0.batchSize = 0 } }
    #expect(throws: UserError.self) { try SACRig { $0.temperature = 0 } }
    #expect(throws: UserError.self) { try SACRig { $0.targetUpdateInterval = 0 } }
    #expect(throws: UserError.self) {
      try SACRig {
        $0.smallestLogDeviation = 1
        $0.largestLogDeviation = 0
      }
    }
  }
}
