import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Dynamic pruning with feedback")
struct DynamicPruningTests {
  private func rule(_ sparsity: Double, horizon: Int = 300) throws -> DynamicPruning {
    var configuration = DynamicPruning.defaults
    configuration.allocation.maskOutputLayer = true
    return try DynamicPruning(
      configuration, for: SparsityRequest(sparsity: sparsity, horizon: horizon))
  }

  @Test("weights larger than the ⌊N s⌋-th smallest are kept", arguments: [(0.3, 6), (0.0, 9)])
  func threshold(sparsity: Double, kept: Int) throws {
    let view = LayerView<Float>(
      LayerShape(outputs: 2, inputs: 5), weights: (1...10).map { Float($0) },
      mask: [UInt8](repeating: 1, count: 10))
    try rule(sparsity).revise([view], after: 300, key: RandomKey(seed: 1))
    let expected = (0..<10).map { UInt8($0 >= 10 - kept ? 1 : 0) }
    #expect(Array(view.mask.elements) == expected)
  }

  @Test("every weight learns, and one that has grown returns with its value")
  func feedback() throws {
    let network = MLP<Float>(sizes: [4, 1], key: RandomKey(seed: 1))
    for (index, value) in [0.4, 0.3, 0.2, 0.1].enumerated() {
      network.layers[0].parameters[index] = Float(value)
    }
    let learner = SparseLearner(
      network: network, role: NetworkRole("critic"), rule: try rule(0.5, horizon: 16),
      withTarget: false, sampleCount: 64, key: RandomKey(seed: 1)
    ) { MomentumSGD(network: $0, configuration: Self.plain) }
    let layer = learner.network.layers[0]
    for step in 1...16 {
      // the last weight is driven up by a slope of −1, at a rate of 0.1
      for index in 0..<4 { layer.parameterGradient[index] = index == 3 ? -1 : 0 }
      learner.begin(step: step, learningRate: 0.1, targetRate: nil)
      learner.step(part: .whole)
      learner.refresh(part: .whole)
      let change = learner.reviseTopology(after: step)
      #expect((change != nil) == (step == 16))
    }
    #expect(abs(layer.parameters[3] - 1.7) < 1e-5)
    // N − ⌊N s⌋ − 1 = 1 weight is left
    #expect(layer.topology?.mask() == [0, 0, 0, 1])
    #expect(layer.denseWeights() == [0, 0, 0, layer.parameters[3]])
    #expect(layer.parameters[0] == 0.4)
  }

  private static let plain: MomentumSGD<Float>.Configuration = {
    var configuration = MomentumSGD<Float>.Configuration()
    configuration.momentum = 0
    return configuration
  }()
}
