import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("N:M sparsity")
struct NOfMTests {
  typealias Learner = SparseLearner<MLP<Float>>

  private func learner(
    sizes: [Int], keep: Int, of group: Int, seed: UInt64 = 1,
    _ change: (inout NOfM.Configuration) -> Void = { _ in }
  ) throws -> Learner {
    var configuration = NOfM.Configuration()
    change(&configuration)
    let rule = try NOfM(keep: keep, of: group, configuration)
    return SparseLearner(
      network: MLP(sizes: sizes, inputGradientColumns: 0..<1, key: RandomKey(seed: seed)),
      role: NetworkRole("critic"), rule: rule, withTarget: true, sampleCount: 64,
      key: RandomKey(seed: seed)
    ) { Adam(network: $0) }
  }

  /// Random gradients and a step, with the target following.
  private func step(_ learner: Learner, _ step: Int, rate: Float = 0.005) -> TopologyChange? {
    var random = RandomKey(seed: 77).split(step).stream()
    for layer in learner.network.layers {
      for index in 0..<layer.parameterCount {
        let slope = Float(random.nextNormal())
        // a position that holds no kept weight has no gradient
        let isHole = layer.storage == .kept && layer.topology?.place(of: index) == nil
        layer.parameterGradient[index] = isHole ? 0 : slope
      }
    }
    learner.begin(step: step, learningRate: 0.01, targetRate: rate)
    learner.step(part: .whole)
    learner.refresh(part: .whole)
    return learner.reviseTopology(after: step)
  }

  private func followsPattern(_ layer: Linear<Float>, keep: Int, of group: Int) -> Bool {
    guard let mask = layer.topology?.mask() else { return false }
    let inputs = layer.shape.inputs
    for row in 0..<layer.shape.outputs {
      for first in stride(from: 0, to: inputs, by: group) {
        let members = min(group, inputs - first)
        let kept = (0..<members).count { mask[row * inputs + first + $0] == 1 }
        if kept != min(keep, members) { return false }
      }
    }
    return true
  }

  @Test(
    "rows that share a choice keep the inputs with the largest sums of magnitudes",
    arguments: [(2, 4, 4), (1, 8, 8), (3, 7, 3), (5, 32, 4)])
  func sharedRows(keep: Int, group: Int, rows: Int) throws {
    // 150 inputs are more than are summed at once
    let network = MLP<Float>(
      sizes: [150, 41, 33, 3], inputGradientColumns: 0..<1, key: RandomKey(seed: 1))
    let weights = network.layers.map { $0.denseWeights() }
    let rule = try NOfM(keep: keep, of: group, sharedBy: rows)
    let learner = Learner(
      network: network, role: NetworkRole("critic"), rule: rule, withTarget: false,
      sampleCount: 64, key: RandomKey(seed: 1)
    ) { Adam(network: $0) }
    for (layer, weights) in zip(learner.network.layers, weights) {
      let (outputs, inputs) = (layer.shape.outputs, layer.shape.inputs)
      var expected = [UInt8](repeating: 0, count: weights.count)
      for first in stride(from: 0, to: outputs, by: rows) {
        let members = first..<min(outputs, first + rows)
        for start in stride(from: 0, to: inputs, by: group) {
          let sums = (start..<min(inputs, start + group)).map { column in
            (column, members.reduce(Float(0)) { $0 + abs(weights[$1 * inputs + column]) })
          }
          for (column, _) in sums.sorted(by: { $0.1 > $1.1 }).prefix(keep) {
            for row in members { expected[row * inputs + column] = 1 }
          }
        }
      }
      #expect(try #require(layer.topology).mask() == expected)
    }
  }

  @Test(
    "every group keeps exactly N, ragged ones min(N, k), before and after revisions",
    arguments: [(2, 4), (1, 4), (1, 8), (3, 7), (5, 32)])
  func pattern(keep: Int, group: Int) throws {
    let learner = try learner(sizes: [17, 40, 33, 3], keep: keep, of: group) {
      $0.maskUpdateInterval = 3
    }
    for number in 1...9 {
      let change = step(learner, number)
      #expect((change != nil) == number.isMultiple(of: 3))
      for network in [learner.network, learner.target] {
        for layer in network?.layers ?? [] {
          #expect(followsPattern(layer, keep: keep, of: group))
        }
      }
    }
  }

  @Test("the larger weights of the spec's example are kept")
  func example() throws {
    let network = MLP<Float>(sizes: [5, 1], key: RandomKey(seed: 1))
    for (index, value) in [0.1, -0.5, 0.3, -0.2, 0.9].enumerated() {
      network.layers[0].parameters[index] = Float(value)
    }
    let learner = SparseLearner(
      network: network, role: NetworkRole("critic"), rule: try NOfM(keep: 2, of: 4),
      withTarget: false, sampleCount: 64, key: RandomKey(seed: 1)
    ) { Adam(network: $0) }
    #expect(learner.network.layers[0].topology?.mask() == [0, 1, 1, 0, 1])
  }

  @Test("kept weights per environment equal the published accounting")
  func accounting() throws {
    // actor and two critics; observation and action sizes of the v5 environments
    let table: [(observations: Int, actions: Int, kept: [Int])] = [
      (17, 6, [107_776, 54_016, 27_136]), (11, 3, [104_576, 52_288, 26_272]),
      (105, 8, [142_336, 71_552, 36_160]), (348, 17, [238_976, 119_744, 60_000]),
    ]
    for row in table {
      for ((keep, group), expected) in zip([(2, 4), (1, 4), (1, 8)], row.kept) {
        let actor = try learner(
          sizes: [row.observations, 256, 256, row.actions], keep: keep, of: group)
        let critic = try learner(
          sizes: [row.observations + row.actions, 256, 256, 1], keep: keep, of: group)
        #expect(actor.network.keptWeightCount + 2 * critic.network.keptWeightCount == expected)
      }
    }
  }

  @Test("a weight that is not kept rests at its last value, bit for bit, and can return")
  func resting() throws {
    let learner = try learner(sizes: [8, 8], keep: 1, of: 4) { $0.maskUpdateInterval = 5 }
    let initial = MLP<Float>(sizes: [8, 8], key: RandomKey(seed: 1)).layers[0].parameters
    let layer = learner.network.layers[0]
    var known = Array(initial.elements)
    var returned = 0
    for number in 1...60 {
      let before = layer.topology?.mask() ?? []
      _ = step(learner, number)
      let after = layer.topology?.mask() ?? []
      let weights = layer.denseWeights()
      for index in after.indices {
        if before[index] == 0, after[index] == 1 {
          #expect(weights[index] == known[index])
          returned += 1
        }
        if after[index] == 1 { known[index] = weights[index] }
        // what leaves rests at the value it had in this step
        if before[index] == 1, after[index] == 0 { known[index] = .nan }
      }
      if !number.isMultiple(of: 5) { continue }
      var saved = NamedTensors()
      learner.save(into: &saved)
      let rest: [Float] = try saved.get("topology.layer-1.resting")
      for index in known.indices where known[index].isNaN { known[index] = rest[index] }
    }
    #expect(returned > 10)
  }

  @Test("the closed form of the target's average equals averaging at every step")
  func closedForm() throws {
    let shared = try learner(sizes: [8, 16], keep: 2, of: 4) { $0.maskUpdateInterval = 10 }
    // a dense shadow of online and target, moved by the same kept updates
    let start = MLP<Float>(sizes: [8, 16], key: RandomKey(seed: 1)).layers[0].parameters
    var online = start.elements.map(Double.init)
    var target = online
    let layer = shared.network.layers[0]
    for number in 1...40 {
      let before = layer.topology?.mask() ?? []
      _ = step(shared, number, rate: 0.05)
      let revised = number.isMultiple(of: 10)
      // kept weights moved; read them where the mask did not change, or from the resting store
      var saved = NamedTensors()
      shared.save(into: &saved)
      let rest: [Float] = try saved.get("topology.layer-1.resting")
      let now = layer.denseWeights()
      for index in before.indices where before[index] == 1 {
        online[index] = Double(revised ? rest[index] : now[index])
      }
      for index in target.indices { target[index] += 0.05 * (online[index] - target[index]) }
      if revised {
        let follower = shared.target?.layers[0].denseWeights() ?? []
        let mask = layer.topology?.mask() ?? []
        for index in mask.indices where mask[index] == 1 {
          #expect(abs(Double(follower[index]) - target[index]) < 1e-5)
        }
      }
    }
  }

  @Test("newly kept weights start without momentum, or with what is left of it")
  func moments() throws {
    for treatment in NOfM.MomentTreatment.allCases {
      let learner = try learner(sizes: [4, 8], keep: 2, of: 4) {
        $0.maskUpdateInterval = 4
        $0.moments = treatment
      }
      let layer = learner.network.layers[0]
      var entered = 0
      for number in 1...200 {
        let before = layer.topology?.mask() ?? []
        _ = step(learner, number)
        let after = layer.topology?.mask() ?? []
        let first = learner.optimiser.slots(ofLayer: 0)[0].values
        for index in after.indices where before[index] == 0 && after[index] == 1 {
          let topology = try #require(layer.topology)
          let positions = topology.denseIndex.elements.prefix(topology.positionCount)
          let position = try #require(positions.firstIndex(of: Int32(index)))
          if treatment == .reset { #expect(first[position] == 0) }
          if treatment == .keep, first[position] != 0 { entered += 1 }
          if treatment == .reset { entered += 1 }
        }
      }
      #expect(entered > 3)
    }
  }

  @Test("hard projection never changes a mask")
  func hard() throws {
    let learner = try learner(sizes: [8, 8], keep: 2, of: 4) {
      $0.gradientMode = .hard
      $0.maskUpdateInterval = 1
    }
    let mask = learner.network.layers[0].topology?.mask()
    for number in 1...20 { #expect(step(learner, number) == nil) }
    #expect(learner.network.layers[0].topology?.mask() == mask)
  }

  @Test("straight-through trains every weight; its refinement adds λ w to those not kept")
  func straightThrough() throws {
    for (mode, decay) in [(NOfM.GradientMode.straightThrough, 0.0), (.refinedStraightThrough, 0.5)]
    {
      let learner = try learner(sizes: [4, 2], keep: 2, of: 4) {
        $0.gradientMode = mode
        $0.inactiveDecay = 0.5
      }
      let layer = learner.network.layers[0]
      #expect(layer.storage == .latent)
      let weights = Array(layer.parameters.elements)
      let mask = layer.topology?.mask() ?? []
      for index in 0..<8 { layer.parameterGradient[index] = 1 }
      learner.begin(step: 1, learningRate: 0.01, targetRate: nil)
      learner.step(part: .whole)
      for index in 0..<8 {
        let expected = mask[index] == 1 ? 1 : 1 + Float(decay) * weights[index]
        #expect(abs(layer.parameterGradient[index] - expected) < 1e-6)
        #expect(layer.parameters[index] != weights[index])
      }
    }
  }

  @Test("a target with its own projection keeps N:M by its own averaged weights")
  func ownProjection() throws {
    let learner = try learner(sizes: [8, 16], keep: 2, of: 4) {
      $0.targetMask = .ownProjection
      $0.maskUpdateInterval = 5
    }
    var differed = false
    for number in 1...50 {
      _ = step(learner, number)
      let target = try #require(learner.target)
      #expect(followsPattern(target.layers[0], keep: 2, of: 4))
      if target.layers[0].topology?.mask() != learner.network.layers[0].topology?.mask() {
        differed = true
      }
    }
    #expect(differed)
  }

  @Test("one swap counts two, and the divergence is per maskable weight")
  func divergence() throws {
    let network = MLP<Float>(sizes: [4, 1], key: RandomKey(seed: 1))
    for (index, value) in [0.4, 0.3, 0.2, 0.1].enumerated() {
      network.layers[0].parameters[index] = Float(value)
    }
    var configuration = NOfM.Configuration()
    configuration.maskUpdateInterval = 1
    let learner = SparseLearner(
      network: network, role: NetworkRole("critic"),
      rule: try NOfM(keep: 2, of: 4, configuration), withTarget: false, sampleCount: 64,
      key: RandomKey(seed: 1)
    ) { Adam(network: $0) }
    #expect(learner.reviseTopology(after: 1)?.changedEntries == [0])
    network.layers[0].values[1] = 0.05
    let change = learner.reviseTopology(after: 2)
    #expect(change?.changedEntries == [2])
    #expect(change?.divergence == 0.5)
  }

  @Test(
    "saving and restoring gives the same future, bit for bit", arguments: NOfM.TargetMask.allCases,
    NOfM.GradientMode.allCases)
  func resume(target: NOfM.TargetMask, mode: NOfM.GradientMode) throws {
    let make = {
      try learner(sizes: [9, 24, 7], keep: 2, of: 4) {
        $0.maskUpdateInterval = 4
        $0.targetMask = target
        $0.gradientMode = mode
        $0.moments = .keep
      }
    }
    let (straight, first, second) = (try make(), try make(), try make())
    for number in 1...30 { _ = step(straight, number) }
    for number in 1...18 { _ = step(first, number) }
    var saved = NamedTensors()
    first.save(into: &saved)
    try second.restore(from: saved)
    for number in 19...30 { _ = step(second, number) }
    var (one, other) = (NamedTensors(), NamedTensors())
    straight.save(into: &one)
    second.save(into: &other)
    #expect(one == other)
  }

  @Test("impossible patterns are refused", arguments: [(3, 2), (0, 4), (2, 33), (-1, 4)])
  func impossible(keep: Int, group: Int) {
    #expect(throws: UserError.self) { try NOfM(keep: keep, of: group) }
  }
}
