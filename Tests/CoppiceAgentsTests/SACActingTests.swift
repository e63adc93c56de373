import AllocationCounting
import CoppiceAgents
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

#if DEBUG
  private let isDebugBuild = true
#else
  private let isDebugBuild = false
#endif

@Suite("Acting of SAC")
struct SACActingTests {
  private func observations(_ count: Int) -> [Double] {
    var random = RandomKey(seed: 5).stream()
    return (0..<(count * 17)).map { _ in 3 * random.nextNormal() }
  }

  @Test(
    "exploring samples, acting well takes tanh of the means, and the saved policy does the same")
  func acting() throws {
    let rig = try SACRig { $0.normaliseObservations = true }
    let observations = observations(3)
    rig.agent.observe(observations, count: 3)
    for step in 1...4 { rig.update(step) }
    var (calm, again, noisy, other) = (
      [Double](repeating: 9, count: 18), [Double](repeating: 9, count: 18),
      [Double](repeating: 9, count: 18), [Double](repeating: 9, count: 18)
    )
    rig.agent.act(observations: observations, count: 3, exploring: nil, actions: &calm)
    rig.agent.act(observations: observations, count: 3, exploring: nil, actions: &again)
    rig.agent.act(
      observations: observations, count: 3, exploring: RandomKey(seed: 3), actions: &noisy)
    rig.agent.act(
      observations: observations, count: 3, exploring: RandomKey(seed: 4), actions: &other)
    #expect(calm == again)
    #expect(calm != noisy && noisy != other)
    #expect((calm + noisy).allSatisfy { abs($0) <= 1 })
    var policy = NamedTensors()
    rig.agent.savePolicy(into: &policy)
    let actor = try DeterministicActor(saved: policy)
    #expect(actor.actionCount == 6 && actor.network.outputCount == 12)
    var alone = [Double](repeating: 9, count: 6)
    actor.act(observation: observations, action: &alone)
    #expect(alone == Array(calm[0..<6]))
  }

  @Test("a saved policy with an impossible number of means is refused", arguments: [0, 13, -1])
  func badMeans(count: Int64) throws {
    let rig = try SACRig()
    var policy = NamedTensors()
    rig.agent.savePolicy(into: &policy)
    policy.set("means", [count])
    let error = #expect(throws: UserError.self) { _ = try DeterministicActor(saved: policy) }
    #expect(error?.kind == .checkpoint)
  }

  @Test("samples have the mean and the deviation that the outputs say")
  func moments() throws {
    let rig = try SACRig {
      // log σ is −1 whatever the network says
      $0.smallestLogDeviation = -1
      $0.largestLogDeviation = -1
    }
    let one = observations(1)
    var mean = [Double](repeating: 0, count: 6)
    rig.agent.act(observations: one, count: 1, exploring: nil, actions: &mean)
    let count = 4096
    let many = (0..<count).flatMap { _ in one }
    var actions = [Double](repeating: 0, count: 6 * count)
    rig.agent.act(
      observations: many, count: count, exploring: RandomKey(seed: 1), actions: &actions)
    for action in 0..<6 {
      let below = (0..<count).count { actions[$0 * 6 + action] < mean[action] }
      // tanh is monotone, so half of the samples lie below tanh μ; four standard errors
      #expect(abs(Double(below) - Double(count) / 2) < 4 * Double(count).squareRoot() / 2)
    }
  }

  @Test("one observation is acted on as many together are, to rounding", arguments: SACTests.rules)
  func actingTogether(rule: String) throws {
    let rig = try SACRig(hidden: [150, 40], rule: try TD3Tests.rule(rule)) {
      $0.normaliseObservations = true
    }
    let observations = observations(70)
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
  func allocations(rule: String) throws {
    let rig = try SACRig(rule: try TD3Tests.rule(rule))
    let observations = AlignedBuffer<Double>(count: 20 * 17)
    let actions = AlignedBuffer<Double>(count: 20 * 6)
    let act = { (count: Int, key: RandomKey?) in
      rig.agent.act(
        observations: UnsafePointer(observations.pointer), count: count, exploring: key,
        actions: actions.pointer)
    }
    for count in [1, 20] { act(count, RandomKey(seed: 1)) }
    let made = AllocationTally.count {
      for count in [1, 3, 20] {
        act(count, RandomKey(seed: 1))
        act(count, nil)
      }
    }
    #expect(made == 0)
  }
}
