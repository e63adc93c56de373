import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("One-shot pruning")
struct OneShotPruningTests {
  private func rule(
    _ change: (inout OneShotPruning.Configuration) -> Void = { _ in }
  ) throws -> OneShotPruning {
    var configuration = OneShotPruning.defaults
    configuration.allocation.kind = .uniform
    change(&configuration)
    return try OneShotPruning(configuration, for: SparsityRequest(sparsity: 0.5, horizon: 1000))
  }

  @Test("weights leave once, when every network learns next")
  func once() throws {
    let rule = try rule()
    #expect((1...1000).filter { rule.isDue(after: $0, role: NetworkRole("critic")) } == [500])
    let actor = NetworkRole("actor", delay: 3)
    #expect((1...1000).filter { rule.isDue(after: $0, role: actor) } == [501])
    let view = LayerView<Float>(
      LayerShape(outputs: 2, inputs: 2), weights: [1, -4, 3, 2], mask: [1, 1, 1, 1])
    rule.revise([view], after: 500, key: RandomKey(seed: 1))
    #expect(Array(view.mask.elements) == [0, 1, 1, 0])
  }

  @Test(
    "where the training ends before a network learns next, its weights leave when it learns last")
  func atEnd() throws {
    let rule = try rule { $0.at = 1 }
    #expect((1...1000).filter { rule.isDue(after: $0, role: NetworkRole("critic")) } == [1000])
    let actor = NetworkRole("actor", delay: 3)
    #expect((1...1000).filter { rule.isDue(after: $0, role: actor) } == [999])
  }

  @Test("a step beyond the training is refused")
  func beyond() {
    let error = #expect(throws: UserError.self) { try rule { $0.atStep = 1001 } }
    #expect(error?.description.contains("at_step = 1001 in a training of 1000") == true)
  }

  @Test("before the first step the largest initial weights are kept for good")
  func atStart() throws {
    let rule = try rule { $0.at = 0 }
    #expect(!(1...1000).contains { rule.isDue(after: $0, role: NetworkRole("critic")) })
    let network = MLP<Float>(sizes: [6, 5], key: RandomKey(seed: 1))
    let weights = network.layers[0].denseWeights()
    let learner = SparseLearner(
      network: network, role: NetworkRole("critic"), rule: rule, withTarget: true,
      sampleCount: 64, key: RandomKey(seed: 1)
    ) { Adam(network: $0) }
    let cut = weights.map(abs).sorted()[15]
    #expect(learner.network.layers[0].topology?.mask() == weights.map { abs($0) >= cut ? 1 : 0 })
    #expect(learner.network.layers[0].denseWeights() == weights.map { abs($0) >= cut ? $0 : 0 })
  }

  @Test("a score that needs a gradient is refused before there is one")
  func needsGradient() {
    #expect(throws: UserError.self) {
      try rule {
        $0.at = 0
        $0.score = .saliency
      }
    }
  }
}
