import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Gradual magnitude pruning")
struct GradualPruningTests {
  private func rule(
    _ sparsity: Double, horizon: Int = 2_500_000,
    _ change: (inout GradualPruning.Configuration) -> Void = { _ in }
  ) throws -> GradualPruning {
    var configuration = GradualPruning.defaults
    configuration.allocation.kind = .uniform
    change(&configuration)
    return try GradualPruning(
      configuration, for: SparsityRequest(sparsity: sparsity, horizon: horizon))
  }

  @Test(
    "the cubic schedule from 20 % to 80 % of 2.5 million steps",
    arguments: [
      (499_000, 0.0), (501_000, 0.0019), (750_000, 0.4002), (1_000_000, 0.6685),
      (1_250_000, 0.8313), (1_500_000, 0.9148), (1_750_000, 0.9456), (2_000_000, 0.95),
      (2_400_000, 0.95),
    ])
  func schedule(step: Int, sparsity: Double) throws {
    let share = try rule(0.95).share(at: step, role: NetworkRole("critic"))
    #expect(abs(share * 0.95 - sparsity) < 5.1e-5)
  }

  @Test("masks change every thousand steps between start and end, and at the end itself")
  func due() throws {
    let rule = try rule(0.9, horizon: 10_300)
    let role = NetworkRole("critic")
    let due = (1...10_300).filter { rule.isDue(after: $0, role: role) }
    // 20 % is 2,060, 80 % is 8,240
    #expect(due == [3000, 4000, 5000, 6000, 7000, 8000, 8240])
    let actor = NetworkRole("actor", delay: 7)
    let late = (1...10_300).filter { rule.isDue(after: $0, role: actor) }
    #expect(late.last == 8_246)
    #expect(late.allSatisfy { $0.isMultiple(of: 7) })
  }

  @Test(
    "the end of the schedule comes for every network, also where the training ends before",
    arguments: [
      // start, end, when it comes for the critic and for the actor, which learns every third step
      (0.2, 1.0, 1000, 999), (0.5, 0.5, 500, 501), (0, 0, 1, 3), (1, 1, 1000, 999),
    ])
  func closes(start: Double, end: Double, critic: Int, actor: Int) throws {
    let rule = try rule(0.9, horizon: 1000) {
      $0.schedule = RevisionSchedule(interval: 70, start: start, end: end)
    }
    for (role, step) in [
      (NetworkRole("critic"), critic), (NetworkRole("actor", delay: 3), actor),
    ] {
      let due = (1...1000).filter { rule.isDue(after: $0, role: role) }
      #expect(due.last == step)
      #expect(rule.share(at: step, role: role) == 1)
      #expect(due.dropLast().allSatisfy { rule.share(at: $0, role: role) < 1 })
    }
  }

  @Test(
    "the weakest leave, of equal ones the later; zeros first",
    arguments: [
      // at the end: keeps 2 of 8
      (0.75, [0.5, -0.9, 0.1, 0.9, 0, 0, 0.3, -0.2], [0, 1, 0, 1, 0, 0, 0, 0]),
      // ties at 0.5: the lower places stay
      (0.5, [0.5, 0.5, -0.5, 0.5, 0.5, 0.1, 0.5, 0], [1, 1, 1, 1, 0, 0, 0, 0]),
      // rounds to whole weights, at least one is kept
      (0.99, [0, 0, 0, 0, 0, 0, 0, 0.1], [0, 0, 0, 0, 0, 0, 0, 1]),
    ] as [(Double, [Float], [UInt8])])
  func table(sparsity: Double, weights: [Float], expected: [UInt8]) throws {
    let view = LayerView<Float>(
      LayerShape(outputs: 2, inputs: 4), weights: weights, mask: [UInt8](repeating: 1, count: 8))
    try rule(sparsity).revise([view], after: 2_000_000, key: RandomKey(seed: 1))
    #expect(Array(view.mask.elements) == expected)
  }

  @Test("a weight that left does not return")
  func monotone() throws {
    let rule = try rule(0.9, horizon: 10_000)
    var random = RandomKey(seed: 3).stream()
    let view = LayerView<Float>(
      LayerShape(outputs: 20, inputs: 30),
      weights: (0..<600).map { _ in Float(random.nextNormal()) },
      mask: [UInt8](repeating: 1, count: 600))
    var before = Array(view.mask.elements)
    for step in stride(from: 2000, through: 8000, by: 1000) {
      for index in 0..<600 {
        view.weights[index] =
          before[index] == 0 ? 0 : view.weights[index] + Float(random.nextNormal())
      }
      rule.revise([view], after: step, key: RandomKey(seed: 1))
      let now = Array(view.mask.elements)
      #expect(zip(before, now).allSatisfy { $0 >= $1 })
      let wanted = (600 * (1 - 0.9 * rule.share(at: step, role: view.site.role))).rounded()
      #expect(now.count { $0 != 0 } == Int(wanted))
      before = now
    }
    #expect(before.count { $0 != 0 } == 60)
  }

  @Test("a global ranking deals out the zeros by itself")
  func global() throws {
    let rule = try rule(0.5) { $0.scope = .global }
    let large = LayerView<Float>(
      LayerShape(outputs: 1, inputs: 4), weights: [5, 6, 7, 8], mask: [1, 1, 1, 1])
    let small = LayerView<Float>(
      LayerShape(outputs: 1, inputs: 4), weights: [1, 2, 3, 9], mask: [1, 1, 1, 1])
    rule.revise([large, small], after: 2_000_000, key: RandomKey(seed: 1))
    #expect(Array(large.mask.elements) == [0, 1, 1, 1])
    #expect(Array(small.mask.elements) == [0, 0, 0, 1])
  }

  @Test("a fraction for the network counts for a global ranking as well")
  func network() throws {
    let view = LayerView<Float>(
      LayerShape(outputs: 1, inputs: 8), weights: [1, 2, 3, 4, 5, 6, 7, 8],
      mask: [UInt8](repeating: 1, count: 8))
    try rule(0.5) {
      $0.scope = .global
      $0.allocation.networks = ["layer": 0.75]
    }.revise([view], after: 2_000_000, key: RandomKey(seed: 1))
    #expect(Array(view.mask.elements) == [0, 0, 0, 0, 0, 0, 1, 1])
    var configuration = DynamicPruning.defaults
    configuration.allocation.networks = ["layer": 0.75]
    try DynamicPruning(configuration, for: SparsityRequest(sparsity: 0.5, horizon: 100))
      .revise([view], after: 100, key: RandomKey(seed: 1))
    // N − ⌊N s⌋ − 1
    #expect(Array(view.mask.elements) == [0, 0, 0, 0, 0, 0, 0, 1])
  }

  @Test("saliency ranks by weight times slope")
  func saliency() throws {
    let view = LayerView<Float>(
      LayerShape(outputs: 1, inputs: 4), weights: [1, 2, -3, 4], mask: [1, 1, 1, 1],
      gradient: [10, 1, -4, 0.1])
    try rule(0.5) { $0.score = .saliency }.revise([view], after: 2_000_000, key: RandomKey(seed: 1))
    #expect(Array(view.mask.elements) == [1, 0, 1, 0])
  }
}
