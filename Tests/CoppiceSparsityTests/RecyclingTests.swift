import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Recycling dormant units")
struct RecyclingTests {
  @Test(
    "incoming weights are drawn anew, outgoing ones and all moments become zero, the rest stays",
    arguments: ["dense", "2:4", "static@60%", "dpf@50%"])
  func recycles(text: String) throws {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(text), horizon: 4
    ).rule
    let learner = SparseLearner(
      network: MLP<Float>(
        sizes: [12, 8, 8, 3], inputGradientColumns: 0..<1, key: RandomKey(seed: 1)),
      role: NetworkRole("critic"), rule: rule, withTarget: true, sampleCount: 64,
      key: RandomKey(seed: 2)
    ) { Adam(network: $0) }
    for step in 1...20 {
      for layer in learner.network.layers {
        for index in 0..<layer.parameterCount {
          let isHole = layer.storage == .kept && layer.topology?.place(of: index) == nil
          layer.parameterGradient[index] = isHole ? 0 : Float(step + index % 3)
        }
        for index in 0..<layer.bias.count { layer.biasGradient[index] = 1 }
      }
      learner.begin(step: step, learningRate: 0.01, targetRate: 0.1)
      learner.step(part: .whole)
      learner.refresh(part: .whole)
      _ = learner.reviseTopology(after: step)
    }
    let network = learner.network
    let before = network.layers.map { $0.denseWeights() }
    let masks = network.layers.map { $0.topology?.mask() }
    let target = learner.target?.layers.map { $0.denseWeights() }
    let units = (0..<8).map { $0 == 2 || $0 == 5 }
    learner.recycle(units, ofLayer: 1, key: RandomKey(seed: 3))
    let after = network.layers.map { $0.denseWeights() }
    #expect(after[0] == before[0])
    for unit in 0..<8 {
      for input in 0..<8 {
        let weight = unit * 8 + input
        let isKept = masks[1]?[weight] != 0
        if units[unit], isKept {
          #expect(after[1][weight] != before[1][weight])
          #expect(abs(after[1][weight]) <= 1 / Float(8).squareRoot())
        } else {
          #expect(after[1][weight] == before[1][weight])
        }
      }
      for output in 0..<3 {
        #expect(after[2][output * 8 + unit] == (units[unit] ? 0 : before[2][output * 8 + unit]))
      }
      #expect((network.layers[1].bias[unit] == 0) == units[unit])
      for slot in learner.optimiser.biasSlots(ofLayer: 1) {
        #expect((slot.values[unit] == 0) == units[unit])
      }
    }
    for slot in learner.optimiser.slots(ofLayer: 1) {
      for position in 0..<network.layers[1].parameterCount {
        let weight =
          network.layers[1].storage == .kept
          ? network.layers[1].topology.map { Int($0.denseIndex[position]) } ?? position : position
        guard weight >= 0, masks[1]?[weight] != 0 else { continue }
        #expect((slot.values[position] == 0) == units[weight / 8])
      }
    }
    #expect(learner.target?.layers.map { $0.denseWeights() } == target)
  }

  @Test("the new weights do not depend on how the layer is stored")
  func storage() throws {
    let weights = try ["dpf@50%", "2:4", "4:4"].map { text in
      let rule = try SparsityCatalogue.standard.choice(for: SparsityExpression(text)).rule
      let learner = SparseLearner(
        network: MLP<Float>(sizes: [8, 8, 2], key: RandomKey(seed: 1)),
        role: NetworkRole("critic"), rule: rule, withTarget: false, sampleCount: 64,
        key: RandomKey(seed: 2)
      ) { Adam(network: $0) }
      learner.recycle([Bool](repeating: true, count: 8), ofLayer: 0, key: RandomKey(seed: 3))
      return learner.network.layers[0].denseWeights()
    }
    for other in weights.dropFirst() {
      for (a, b) in zip(weights[0], other) where a != 0 && b != 0 { #expect(a == b) }
    }
  }

  @Test("a second path begins anew as well, in what is its own")
  func paths() throws {
    let rule = try SparsityCatalogue.standard.choice(for: SparsityExpression("dcil@50%")).rule
    let learner = SparseLearner(
      network: MLP<Float>(
        sizes: [12, 8, 6, 3], inputGradientColumns: 0..<1, key: RandomKey(seed: 1)),
      role: NetworkRole("critic"), rule: rule, withTarget: false, sampleCount: 64,
      key: RandomKey(seed: 2)
    ) { Adam(network: $0) }
    for path in learner.paths {
      for layer in path.layers {
        for index in 0..<layer.bias.count { layer.bias[index] = 1 }
      }
    }
    let units = (0..<6).map { $0 == 1 || $0 == 4 }
    let before = learner.paths[1].layers[2].denseWeights()
    #expect(learner.paths[1].layers[2].storage == .dense)
    learner.recycle(units, ofLayer: 1, key: RandomKey(seed: 3))
    for path in learner.paths {
      let outgoing = path.layers[2].denseWeights()
      for unit in 0..<6 {
        #expect((path.layers[1].bias[unit] == 0) == units[unit])
        for output in 0..<3 {
          let weight = output * 6 + unit
          #expect(outgoing[weight] == (units[unit] ? 0 : before[weight]))
        }
      }
      // what lies before is as it was
      #expect(path.layers[0].bias.elements.allSatisfy { $0 == 1 })
    }
    // the latent weights are one and the same, and were drawn once
    #expect(learner.paths[1].layers[1].parameters === learner.network.layers[1].parameters)
  }
}
