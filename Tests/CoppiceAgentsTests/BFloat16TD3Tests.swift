import AllocationCounting
import CoppiceAgents
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

/// What holds of an agent whatever its precision, with products of bf16 numbers.
@Suite(
  "TD3 with products of bf16 numbers",
  .enabled(if: InstructionSet.fastest.precisions.contains(.bfloat16)))
struct BFloat16TD3Tests {
  static let rules = ["dense", "2:4x4", "static@50%", "ste"]

  static func rig(_ rule: String, threads: Int = 1, precision: Precision = .bfloat16) throws -> Rig
  {
    var configuration = NOfM.Configuration()
    configuration.maskUpdateInterval = 7
    let rule: (any TopologyRule)? =
      rule == "2:4x4"
      ? try NOfM(keep: 2, of: 4, sharedBy: 4, configuration)
      : rule == "static@50%" ? try Static(sparsity: 0.5) : try TD3Tests.rule(rule)
    return try Rig(
      hidden: [126, 97], rule: rule, threads: threads,
      arithmetic: try KernelArithmetic(.fastest, precision: precision))
  }

  @Test("layers are rounded where it is worth it", arguments: rules)
  func plans(rule: String) throws {
    let critic = try Self.rig(rule).agent.critics[0].network
    let plan: SparsePlan = rule == "2:4x4" ? .sharedRowsBFloat16 : .denseBFloat16
    #expect(critic.layers[1].topology?.plan == plan)
    // a layer of one output reads every rounded input once
    #expect(critic.layers[2].topology?.plan.precision ?? .float32 == .float32)
  }

  @Test("any number of threads gives the same bits", arguments: rules)
  func threads(rule: String) throws {
    let rigs = try [1, 2, 3].map { try Self.rig(rule, threads: $0) }
    for step in 1...20 { for rig in rigs { rig.update(step) } }
    for rig in rigs.dropFirst() { #expect(rig.state == rigs[0].state) }
  }

  @Test("a restored agent learns on with the same bits", arguments: rules)
  func resume(rule: String) throws {
    let (straight, first, second) = (
      try Self.rig(rule), try Self.rig(rule), try Self.rig(rule)
    )
    for step in 1...30 { straight.update(step) }
    for step in 1...17 { first.update(step) }
    try second.agent.restore(from: first.state)
    for step in 18...30 { second.update(step) }
    #expect(straight.state == second.state)
  }

  @Test("a checkpoint has the same tensors in every precision", arguments: rules)
  func checkpoints(rule: String) throws {
    let (rounded, exact) = (try Self.rig(rule), try Self.rig(rule, precision: .float32))
    #expect(rounded.state == exact.state)
    for step in 1...3 { for rig in [rounded, exact] { rig.update(step) } }
    #expect(rounded.state != exact.state)
    #expect(Set(rounded.state.names) == Set(exact.state.names))
    try exact.agent.restore(from: rounded.state)
    #expect(rounded.state == exact.state)
  }

  @Test("targets multiply what they hold, after updates and revisions", arguments: rules)
  func targets(rule: String) throws {
    let rig = try Self.rig(rule)
    for step in 1...14 { rig.update(step) }
    let inputs = Panels<Float>(featureCount: 23, sampleCount: 64)
    var random = RandomKey(seed: 3).stream()
    for index in 0..<inputs.buffer.count { inputs.buffer[index] = Float(random.nextUniform(-1, 1)) }
    for learner in rig.agent.critics {
      for network in [learner.network, try #require(learner.target)] {
        let trace = MLPTrace(for: network, sampleCount: 64, withGradients: false)
        network.forward(panels: 0..<1, input: inputs.run, trace: trace)
        let held = trace.output.buffer.elements.map { $0 }
        network.refresh()
        network.forward(panels: 0..<1, input: inputs.run, trace: trace)
        #expect(held == trace.output.buffer.elements.map { $0 })
      }
    }
  }

  @Test(
    "a steady update allocates nothing", .serialized,
    .enabled(if: AllocationTally.isPossible), arguments: rules, [1, 2])
  func allocations(rule: String, threads: Int) throws {
    let rig = try Self.rig(rule, threads: threads)
    for step in 1...14 { rig.update(step, drawing: false) }
    let made = AllocationTally.count(of: rig.pool) {
      // up to the next revision, in which shared rows sum their magnitudes in memory of their own
      for step in 15...20 { rig.update(step, drawing: false) }
    }
    #expect(made == 0)
  }
}
