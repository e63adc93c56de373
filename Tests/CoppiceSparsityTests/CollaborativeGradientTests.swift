import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing
import _CoppiceTestSupport

/// Keeps about a fraction of the weights of hidden layers, drawn once, at least one of each.
private struct Drawn: TopologyRule {
  var density: Double
  var gradientPolicy = GradientPolicy.collaborative(Collaboration(weight: 0))
  var inactiveWeights: InactiveWeights { .remembered }

  func covers(_ sites: [LayerSite]) -> [Bool] { sites.map { $0.index < sites.count - 1 } }
  func isDue(after step: Int, role: NetworkRole) -> Bool { false }
  func start<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    for layer in layers {
      let mask = randomMask(layer.shape, density: density, key: key.split(layer.site.index))
      layer.mask.copy(from: AlignedBuffer(mask))
    }
  }
  func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {}
}

/// A small classifier in double precision whose passes the tests call one by one.
private final class Rig {
  static let sizes = [7, 9, 8, 3]
  let learner: SparseLearner<MLP<Double>>
  let traces: [MLPTrace<Double>]
  let inputs: Panels<Double>
  let goals: Panels<Double>
  let loss: SoftmaxCrossEntropy<Double>

  init(
    _ rule: any TopologyRule, sizes: [Int] = Rig.sizes, count: Int = 70, weightDecay: Double = 0
  ) {
    let key = RandomKey(seed: 8)
    var configuration = MomentumSGD<Double>.Configuration()
    configuration.momentum = 0
    configuration.weightDecay = weightDecay
    learner = SparseLearner(
      network: MLP(sizes: sizes, key: key.split("network")), role: NetworkRole("network"),
      rule: rule, withTarget: false, sampleCount: count, key: key.split("topology")
    ) { MomentumSGD(network: $0, configuration: configuration) }
    traces = learner.paths.map { MLPTrace(for: $0, sampleCount: count) }
    inputs = normalPanels(featureCount: sizes[0], sampleCount: count, key: key.split("inputs"))
    goals = Panels(featureCount: 1, sampleCount: count)
    for sample in 0..<count { goals[sample: sample, feature: 0] = Double(sample % 3) }
    loss = SoftmaxCrossEntropy(sampleCount: count)
    // paths that began alike part ways in what is their own
    if learner.paths.count > 1 {
      for layer in learner.paths[1].layers {
        layer.bias.elements.indices.forEach { layer.bias[$0] += 0.1 }
      }
    }
  }

  var sparseLayers: [Int] { Array(learner.network.layers.indices.dropLast()) }

  func mask(_ layer: Int) throws -> [UInt8] {
    Array(try #require(learner.network.layers[layer].topology).keptMask.elements)
  }

  /// g, as the optimiser saw it.
  func gradient(_ layer: Int) -> [Double] {
    Array(learner.network.layers[layer].parameterGradient.elements)
  }

  func update(
    _ step: Int = 1, learningRate: Double = 0, lossScales: [Double] = [1, 1],
    beforeSums: () -> Void = {}
  ) {
    let panels = 0..<inputs.panelCount
    learner.begin(step: step, learningRate: learningRate, targetRate: nil)
    for (index, path) in learner.paths.enumerated() {
      let trace = traces[index]
      path.forward(panels: panels, input: inputs.run, trace: trace)
      for panel in panels {
        _ = loss.loss(
          panel: panel, prediction: trace.output, goal: goals, gradient: trace.outputGradient)
      }
      let slopes = trace.outputGradient.buffer
      for element in 0..<slopes.count { slopes[element] *= lossScales[index] }
      path.backward(panels: panels, trace: trace)
    }
    beforeSums()
    learner.prepareGradients(panels: panels, input: inputs.run, traces: traces)
    learner.sumGradients(part: .whole, input: inputs.run, traces: traces)
    learner.step(part: .whole)
    learner.refresh(part: .whole)
  }

  /// A dense network that computes what a path computes: W, or m W with its zeros.
  func writtenOut(path: Int) -> MLP<Double> {
    let network = MLP<Double>(sizes: Self.sizes, key: RandomKey(seed: 0))
    for (layer, source) in zip(network.layers, learner.paths[path].layers) {
      layer.parameters.copy(from: AlignedBuffer(source.denseWeights()))
      layer.bias.copy(from: source.bias)
    }
    return network
  }

  func loss(of network: MLP<Double>, _ trace: MLPTrace<Double>) -> Double {
    network.forward(panels: 0..<inputs.panelCount, input: inputs.run, trace: trace)
    return (0..<inputs.panelCount).reduce(0.0) {
      $0
        + loss.loss(
          panel: $1, prediction: trace.output, goal: goals, gradient: trace.outputGradient)
    }
  }

  /// ∂ loss / ∂ every weight of a dense network, layer by layer.
  func gradients(of network: MLP<Double>) -> [[Double]] {
    let trace = MLPTrace(for: network, sampleCount: loss.sampleCount)
    _ = loss(of: network, trace)
    network.backward(panels: 0..<inputs.panelCount, trace: trace)
    network.prepareWeightGradients(
      panels: 0..<inputs.panelCount, input: inputs.run, trace: trace)
    network.backwardWeights(part: .whole, input: inputs.run, trace: trace)
    return network.layers.map { Array($0.parameterGradient.elements) }
  }
}

private func largestDifference(_ first: [Double], _ second: [Double]) -> Double {
  zip(first, second).map { abs($0 - $1) }.max() ?? .infinity
}

@Suite("Gradients of two paths")
struct CollaborativeGradientTests {
  @Test(
    "each weight has the gradient of the path that it is judged in", arguments: [0.1, 0.5, 0.9])
  func twoBackwardPasses(density: Double) throws {
    let rig = Rig(Drawn(density: density))
    let sparse = rig.gradients(of: rig.writtenOut(path: 0))
    let full = rig.gradients(of: rig.writtenOut(path: 1))
    rig.update()
    for layer in rig.sparseLayers {
      let expected = try rig.mask(layer).indices.map {
        try rig.mask(layer)[$0] != 0 ? sparse[layer][$0] : full[layer][$0]
      }
      #expect(largestDifference(rig.gradient(layer), expected) < 1e-13)
      #expect(largestDifference(sparse[layer], full[layer]) > 1e-4)
    }
    // what the paths do not share has the plain gradient of its own path
    for (path, gradients) in [sparse, full].enumerated() {
      let last = rig.learner.paths[path].layers[2]
      #expect(largestDifference(Array(last.parameterGradient.elements), gradients[2]) < 1e-13)
    }
  }

  @Test("where everything is kept the sparse path teaches all, where nothing is the full one")
  func extremes() throws {
    let all = Rig(Drawn(density: 1))
    let sparse = all.gradients(of: all.writtenOut(path: 0))
    all.update()
    for layer in all.sparseLayers {
      #expect(largestDifference(all.gradient(layer), sparse[layer]) < 1e-13)
    }
    // one weight of each layer has to be kept
    let none = Rig(Drawn(density: 0))
    let full = none.gradients(of: none.writtenOut(path: 1))
    none.update()
    for layer in none.sparseLayers {
      #expect(try none.mask(layer).count { $0 != 0 } == 1)
      #expect(
        largestDifference(
          Array(none.gradient(layer).dropFirst()), Array(full[layer].dropFirst())) < 1e-13)
    }
  }

  @Test("a path that loses nothing changes no bit of the other one's gradients")
  func independence() throws {
    let (both, withoutFull, withoutSparse) = (
      Rig(Drawn(density: 0.4)), Rig(Drawn(density: 0.4)), Rig(Drawn(density: 0.4))
    )
    both.update()
    withoutFull.update(lossScales: [1, 0])
    withoutSparse.update(lossScales: [0, 1])
    for layer in both.sparseLayers {
      let mask = try both.mask(layer)
      for weight in mask.indices {
        let kept = mask[weight] != 0
        let (same, none) = kept ? (withoutFull, withoutSparse) : (withoutSparse, withoutFull)
        #expect(
          same.gradient(layer)[weight].bitPattern == both.gradient(layer)[weight].bitPattern)
        #expect(none.gradient(layer)[weight] == 0)
      }
    }
  }

  @Test("gradients agree with finite differences in the path of the weight", arguments: [0, 1])
  func finiteDifferences(path: Int) throws {
    let rig = Rig(Drawn(density: 0.5))
    let network = rig.writtenOut(path: path)
    let other = rig.gradients(of: network)
    let trace = MLPTrace(for: network, sampleCount: rig.loss.sampleCount)
    rig.update()
    for layer in rig.sparseLayers {
      let mask = try rig.mask(layer)
      let written = rig.gradient(layer)
      // weights that the other path teaches are not asked here
      let gradient = mask.indices.map {
        (mask[$0] != 0) == (path == 0) ? written[$0] : other[layer][$0]
      }
      #expect(
        finiteDifferenceError(
          parameters: network.layers[layer].parameters, count: gradient.count, gradient: gradient
        ) { rig.loss(of: network, trace) } < 1e-6)
    }
  }

  @Test("the straight-through step is w − α (G + λ w) for all weights, kept or not")
  func straightThrough() {
    let rig = Rig(
      Drawn(density: 0.3, gradientPolicy: .straightThrough(decay: 0)), weightDecay: 0.01)
    let gradients = rig.gradients(of: rig.writtenOut(path: 0))
    let before = rig.learner.network.layers.map { Array($0.parameters.elements) }
    rig.update(learningRate: 0.2)
    for layer in rig.learner.network.layers.indices {
      let expected = zip(before[layer], gradients[layer]).map { $0 - 0.2 * ($1 + 0.01 * $0) }
      let after = Array(rig.learner.network.layers[layer].parameters.elements)
      #expect(largestDifference(after, expected) < 1e-13)
    }
  }

  @Test(
    "a pruned weight that the full path lets grow is kept again, with the value it has grown to")
  func revival() throws {
    var configuration = DCIL.defaults
    configuration.growth = RevisionSchedule(interval: 1, end: 0.5)
    let rule = try DCIL(configuration, for: SparsityRequest(sparsity: 0.5, horizon: 2))
    let rig = Rig(rule, sizes: [4, 6, 3])
    rig.update(1)
    _ = rig.learner.reviseTopology(after: 1)
    // ⌊24 · 0.5⌋ + 1 zeros
    #expect(try rig.mask(0).count { $0 == 0 } == 13)
    let pruned = try #require(try rig.mask(0).firstIndex(of: 0))
    let (output, input) = pruned.quotientAndRemainder(dividingBy: 4)
    let layer = rig.learner.network.layers[0]
    let old = layer.parameters[pruned]
    // a batch in which the full path alone wants that weight alone to be larger by 5
    rig.inputs.buffer.fill(0)
    rig.inputs[sample: 0, feature: input] = 1
    rig.update(2, learningRate: 1, lossScales: [0, 0]) {
      rig.traces[1].gradients[0][sample: 0, feature: output] = -5
    }
    #expect(layer.parameters[pruned] == old + 5)
    #expect(try rig.mask(0)[pruned] == 0)
    _ = rig.learner.reviseTopology(after: 2)
    #expect(try rig.mask(0)[pruned] == 1)
    #expect(layer.denseWeights()[pruned] == old + 5)
    #expect(try rig.mask(0).count { $0 == 0 } == 13)
  }

  @Test(
    "the sparsity is reached on schedule, to one weight", arguments: ["dpf", "dcil"], [0.9, 0.95])
  func achieved(method: String, sparsity: Double) throws {
    let horizon = 128
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression("\(method)@\(Int(100 * sparsity))%"), horizon: horizon
    ).rule
    let learner = SupervisedLearner<Float>(
      sizes: [12, 40, 30, 4], loss: SoftmaxCrossEntropy(sampleCount: 64), rule: rule,
      key: RandomKey(seed: 2)
    ) { MomentumSGD(network: $0) }
    let data = try clouds(count: 300, seed: 1)
    for step in 1...horizon {
      try learner.update(from: data, learningRate: 0.02)
      guard step >= 96 else { continue }
      let layers = learner.network.layers[0..<2]
      let all = layers.reduce(0) { $0 + $1.shape.weightCount }
      let zeros = all - layers.reduce(0) { $0 + $1.keptCount }
      #expect(zeros >= Int((sparsity * Double(all)).rounded(.down)))
      #expect(Double(zeros) <= sparsity * Double(all) + 1)
    }
  }

  @Test("paths of a classifier learn from each other from the step on that the settings say")
  func distillation() throws {
    let learners = try [0.0, 1.0].map { weight in
      var configuration = DCIL.defaults
      configuration.collaboration = weight
      configuration.collaborationStart = 0.25
      let rule = try DCIL(configuration, for: SparsityRequest(sparsity: 0.5, horizon: 40))
      return SupervisedLearner<Float>(
        sizes: [12, 20, 4], loss: SoftmaxCrossEntropy(sampleCount: 64), rule: rule,
        key: RandomKey(seed: 2)
      ) { MomentumSGD(network: $0) }
    }
    let data = try clouds(count: 300, seed: 1)
    for step in 1...40 {
      for learner in learners { try learner.update(from: data, learningRate: 0.05) }
      let weights = learners.map { $0.network.layers[0].denseWeights() }
      #expect((weights[0] == weights[1]) == (step < 10))
    }
  }
}
