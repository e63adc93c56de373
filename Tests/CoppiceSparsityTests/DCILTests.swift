import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("DCIL")
struct DCILTests {
  private func learner<Scalar: NetworkScalar>(
    _ scalar: Scalar.Type, sparsity: Double, collaboration: Double = 0, seed: UInt64 = 1
  ) throws -> SparseLearner<MLP<Scalar>> {
    var configuration = DCIL.defaults
    configuration.growth.interval = 1
    configuration.growth.end = 0
    configuration.collaboration = collaboration
    configuration.collaborationStart = 0
    let rule = try DCIL(configuration, for: SparsityRequest(sparsity: sparsity, horizon: 100))
    return SparseLearner(
      network: MLP(sizes: [5, 7, 6, 2], inputGradientColumns: 0..<1, key: RandomKey(seed: seed)),
      role: NetworkRole("critic"), rule: rule, withTarget: false, sampleCount: 70,
      key: RandomKey(seed: 2)
    ) {
      var plain = MomentumSGD<Scalar>.Configuration()
      plain.momentum = 0
      return MomentumSGD(network: $0, configuration: plain)
    }
  }

  private struct Batch<Scalar: NetworkScalar> {
    let input: Panels<Scalar>
    let goal: Panels<Scalar>

    init() {
      var random = RandomKey(seed: 4).stream()
      input = Panels(featureCount: 5, sampleCount: 70)
      goal = Panels(featureCount: 2, sampleCount: 70)
      for index in 0..<input.buffer.count { input.buffer[index] = Scalar(random.nextNormal()) }
      for index in 0..<goal.buffer.count { goal.buffer[index] = Scalar(random.nextNormal()) }
    }
  }

  /// The squared error of one path, weighted, and its gradients in `trace`.
  @discardableResult
  private func pass<Scalar: NetworkScalar>(
    _ path: MLP<Scalar>, _ trace: MLPTrace<Scalar>, _ batch: Batch<Scalar>, weight: Scalar = 1
  ) -> Double {
    let panels = 0..<batch.input.panelCount
    path.forward(panels: panels, input: batch.input.run, trace: trace)
    let loss = MeanSquaredError<Scalar>(sampleCount: 70)
    var sum = 0.0
    for panel in panels {
      sum += loss.loss(
        panel: panel, prediction: trace.output, goal: batch.goal, gradient: trace.outputGradient)
    }
    for index in 0..<trace.outputGradient.buffer.count {
      trace.outputGradient.buffer[index] *= weight
    }
    return sum * Double(weight)
  }

  /// The gradient that the optimiser gets, of a step whose learning rate is so small that it leaves
  /// the weights alone.
  private func refined<Scalar: NetworkScalar>(
    _ learner: SparseLearner<MLP<Scalar>>, _ batch: Batch<Scalar>, weights: [Scalar] = [1, 1]
  ) -> [[Scalar]] {
    let panels = 0..<batch.input.panelCount
    let traces = learner.paths.map { MLPTrace(for: $0, sampleCount: 70) }
    learner.begin(step: 1, learningRate: 0, targetRate: nil)
    for index in 0..<2 { pass(learner.paths[index], traces[index], batch, weight: weights[index]) }
    learner.collaborate(panels: panels, traces: traces, sampleCount: 70)
    for (path, trace) in zip(learner.paths, traces) { path.backward(panels: panels, trace: trace) }
    learner.prepareGradients(panels: panels, input: batch.input.run, traces: traces)
    learner.sumGradients(part: .whole, input: batch.input.run, traces: traces)
    learner.step(part: .whole)
    return learner.network.layers.map { Array($0.parameterGradient.elements) }
  }

  /// Prunes to the sparsity of the rule.
  private func prune<Scalar: NetworkScalar>(_ learner: SparseLearner<MLP<Scalar>>) {
    _ = learner.reviseTopology(after: 1)
  }

  @Test("the refined gradient is that of finite differences in the path where the weight is judged")
  func finiteDifferences() throws {
    let learner = try learner(Double.self, sparsity: 0.6)
    prune(learner)
    let batch = Batch<Double>()
    let gradient = refined(learner, batch)
    let traces = learner.paths.map { MLPTrace(for: $0, sampleCount: 70) }
    var (kept, missing) = (0, 0)
    for index in 0..<2 {
      let layer = learner.network.layers[index]
      let mask = try #require(layer.topology).mask()
      for weight in mask.indices {
        let path = mask[weight] != 0 ? 0 : 1
        let value = layer.parameters[weight]
        let losses = [1e-5, -1e-5].map { change in
          layer.parameters[weight] = value + change
          learner.network.refresh()
          return pass(learner.paths[path], traces[path], batch)
        }
        layer.parameters[weight] = value
        learner.network.refresh()
        let slope = (losses[0] - losses[1]) / 2e-5
        #expect(abs(slope - gradient[index][weight]) < 1e-6 * max(1, abs(slope)))
        if path == 0 { kept += 1 } else { missing += 1 }
      }
    }
    #expect(kept > 10 && missing > 10)
  }

  @Test("kept weights learn from the sparse path alone, bit for bit, the others from the full one")
  func separation() throws {
    let batch = Batch<Float>()
    let gradients = try ([[1, 1], [1, 0], [0, 1]] as [[Float]]).map { weights in
      let learner = try learner(Float.self, sparsity: 0.6)
      prune(learner)
      return (refined(learner, batch, weights: weights), learner)
    }
    for index in 0..<2 {
      let mask = try #require(gradients[0].1.network.layers[index].topology).mask()
      for weight in mask.indices {
        let judged = gradients[mask[weight] != 0 ? 1 : 2].0[index][weight]
        #expect(gradients[0].0[index][weight] == judged)
        #expect(gradients[mask[weight] != 0 ? 2 : 1].0[index][weight] == 0)
      }
    }
  }

  @Test("with every weight kept the second path contributes nothing to the weights")
  func extremes() throws {
    let batch = Batch<Double>()
    // before the first revision every weight is kept
    let all = try learner(Double.self, sparsity: 0.6)
    let expected = refined(all, batch, weights: [1, 0])
    let again = try learner(Double.self, sparsity: 0.6)
    #expect(Array(refined(again, batch)[0..<2]) == Array(expected[0..<2]))
    // biases and the dense output layer belong to each path
    #expect(all.paths[1].layers[0].bias !== all.paths[0].layers[0].bias)
    #expect(all.paths[1].layers[0].parameters === all.paths[0].layers[0].parameters)
    #expect(all.paths[1].layers[2].parameters !== all.paths[0].layers[2].parameters)
  }

  @Test("the paths are drawn together, each by the other one as a constant")
  func collaboration() throws {
    let batch = Batch<Double>()
    let learner = try learner(Double.self, sparsity: 0.6, collaboration: 0.5)
    prune(learner)
    let panels = 0..<batch.input.panelCount
    let traces = learner.paths.map { MLPTrace(for: $0, sampleCount: 70) }
    learner.begin(step: 1, learningRate: 0, targetRate: nil)
    for index in 0..<2 { pass(learner.paths[index], traces[index], batch, weight: 0) }
    learner.collaborate(panels: panels, traces: traces, sampleCount: 70)
    for sample in [0, 33, 69] {
      for feature in 0..<2 {
        let difference =
          traces[0].output[sample: sample, feature: feature]
          - traces[1].output[sample: sample, feature: feature]
        let slope = traces[0].outputGradient[sample: sample, feature: feature]
        #expect(abs(slope - difference / 70) < 1e-12)
        #expect(traces[1].outputGradient[sample: sample, feature: feature] == -slope)
        #expect(difference != 0)
      }
    }
    // unused lanes get nothing
    #expect(traces[0].outputGradient[sample: 71, feature: 0] == 0)
  }

  @Test("a pruned weight that its path has grown is kept again, with its value")
  func revival() throws {
    let learner = try learner(Float.self, sparsity: 0.6)
    prune(learner)
    let layer = learner.network.layers[0]
    let mask = try #require(layer.topology).mask()
    let weight = try #require(mask.firstIndex(of: 0))
    layer.parameters[weight] = 9
    prune(learner)
    #expect(layer.topology?.mask()[weight] == 1)
    #expect(layer.denseWeights()[weight] == 9)
  }

  @Test("the cubic growth, and the threshold that loses one weight more", arguments: [0.9, 0.95])
  func growth(sparsity: Double) throws {
    let expected: [Double: [(Int, Double)]] = [
      0.9: [
        (0, 0), (50, 0.4765), (75, 0.6333), (100, 0.7457), (150, 0.8667), (200, 0.8988), (225, 0.9),
      ],
      0.95: [(100, 0.7871), (150, 0.9148), (155, 0.9214), (200, 0.9487), (300, 0.95)],
    ]
    var configuration = DCIL.defaults
    configuration.growth.interval = 1
    let rule = try DCIL(configuration, for: SparsityRequest(sparsity: sparsity, horizon: 300))
    for (step, reached) in expected[sparsity] ?? [] {
      let count = 100_000
      let view = LayerView<Float>(
        LayerShape(outputs: 1, inputs: count), weights: (0..<count).map { Float($0 + 1) },
        mask: [UInt8](repeating: 1, count: count))
      rule.revise([view], after: step, key: RandomKey(seed: 1))
      let zeros = Double(count - view.keptCount)
      #expect(abs(zeros / Double(count) - reached) < 1e-4)
    }
  }
}
