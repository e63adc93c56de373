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

/// Whole updates of an agent whose masks change every few steps.
@Suite("Updates with changing topologies")
struct TopologyUpdateTests {
  static let rules = ["set@80%", "ds", "rigl@90%", "gmp@90%", "oneshot@80%", "dpf@90%", "dcil@80%"]

  private func rule(_ text: String) throws -> (any TopologyRule)? {
    try SparsityCatalogue.standard.choice(
      for: SparsityExpression(text), horizon: 40, options: ShortIntervals(interval: 4)
    ).rule
  }

  @Test("one and several threads give the same bits", arguments: rules, [2, 3, 4])
  func threads(text: String, threads: Int) throws {
    let rigs = try [1, threads].map { try Rig(rule: try rule(text), threads: $0) }
    for rig in rigs {
      for step in 1...40 { rig.update(step, drawing: false) }
    }
    let (one, other) = (rigs[0].state, rigs[1].state)
    #expect(one.names == other.names)
    for name in one.names { #expect(one[name] == other[name], "\(name)") }
  }

  @Test(
    "an update allocates nothing, but where a layer is stored by another plan from then on",
    .serialized, .enabled(if: AllocationTally.isPossible && !isDebugBuild),
    arguments: ["set@80%", "ds", "rigl@90%"], [1, 2])
  func allocations(text: String, threads: Int) throws {
    let rig = try Rig(rule: try rule(text), threads: threads)
    for step in 1...12 { rig.update(step, drawing: false) }
    let made = AllocationTally.count(of: rig.pool) {
      for step in 13...30 { rig.update(step, drawing: false) }
    }
    #expect(made == 0)
  }

  @Test("a layer that thins out is stored by the plan that serves it best")
  func plans() throws {
    let rig = try Rig(hidden: [128, 128], rule: try rule("gmp@95%"))
    let layer = rig.agent.critics[0].network.layers[1]
    let first = layer.topology?.plan
    for step in 1...40 { rig.update(step, drawing: false) }
    let topology = try #require(layer.topology)
    #expect(topology.plan != first)
    let best = layer.arithmetic.plan(
      for: SparseWork(shape: layer.shape, keptCount: topology.keptCount))
    #expect(topology.plan == best)
    #expect(rig.agent.critics[0].target?.layers[1].topology === topology)
    #expect(layer.topology?.keptCount == layer.denseWeights().count { $0 != 0 })
  }
}
