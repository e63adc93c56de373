import AllocationCounting
import CoppiceNetworks
import CoppiceRandom
import CoppiceSDE
import CoppiceSparsity
import CoppiceTensors
import Testing

private var plain: ModelNetworks { ModelNetworks { MomentumSGD(network: $0) } }

struct PathModelTests {
  private let times = [0.0, 0.5, 1.25, 2]

  private func scorer(values: Bool = true) throws -> PathScorer {
    var sizes = PathScorer.Sizes()
    (sizes.state, sizes.width) = (5, 6)
    return try PathScorer(
      times: times, channelCount: 2, outputCount: 3, sampleCount: 70, sizes: sizes,
      method: ReversibleHeun(), step: 0.5, wantsValueGradients: values, networks: plain,
      name: "scorer", key: RandomKey(seed: 50), pool: WorkerPool(threadCount: 2))
  }

  private func fill(_ scorer: PathScorer) {
    var random = RandomKey(seed: 51).stream()
    for index in times.indices {
      for panel in 0..<2 {
        for element in 0..<(2 * panelWidth) {
          scorer.values(at: index, panel: panel)[element] = Float(random.nextNormal())
        }
      }
    }
  }

  @Test func gradientsOfAScoreAgreeWithDifferences() throws {
    let scorer = try scorer()
    fill(scorer)
    func loss() -> Double {
      scorer.forward()
      return (0..<3).reduce(0) {
        $0 + Double($1 + 1) * Double(scorer.scores[sample: 66, feature: $1])
      }
    }
    _ = loss()
    scorer.scoreGradients.buffer.zero()
    for feature in 0..<3 {
      scorer.scoreGradients[sample: 66, feature: feature] = Float(feature + 1)
    }
    scorer.backward()
    func difference(_ number: UnsafeMutablePointer<Float>, _ refresh: () -> Void = {}) -> Double {
      let own = number.pointee
      defer {
        number.pointee = own
        refresh()
      }
      number.pointee = own + 1e-2
      refresh()
      let above = loss()
      number.pointee = own - 1e-2
      refresh()
      return (above - loss()) / 2e-2
    }
    for index in times.indices {
      for channel in 0..<2 {
        let found = scorer.valueGradients[index][sample: 66, feature: channel]
        let expected = difference(scorer.values(at: index, panel: 1) + channel * panelWidth + 2)
        // single precision over a step of 1e-2
        #expect(abs(Double(found) - expected) < 2e-3 * max(1, abs(expected)))
      }
      #expect(scorer.valueGradients[index][sample: 3, feature: 0] == 0)
    }
    for learner in scorer.learners {
      for layer in learner.network.layers {
        let found = layer.parameterGradient[1]
        let expected = difference(layer.parameters.pointer + 1) { layer.refresh() }
        #expect(abs(Double(found) - expected) < 2e-3 * max(1, abs(expected)))
      }
    }
  }

  @Test func gradientsOfAGeneratorAgreeWithDifferences() throws {
    var sizes = PathGenerator.Sizes()
    (sizes.state, sizes.width) = (4, 6)
    let generator = try PathGenerator(
      times: times, channelCount: 2, sampleCount: 5, sizes: sizes, method: ReversibleHeun(),
      step: 0.5, networks: plain, key: RandomKey(seed: 52), pool: WorkerPool(threadCount: 1))
    generator.draw(RandomKey(seed: 53))
    func loss() -> Double {
      generator.forward()
      var sum = 0.0
      for index in times.indices {
        for lane in 0..<5 {
          sum +=
            Double(generator.values(at: index, panel: 0)[panelWidth + lane]) * Double(index + 1)
        }
      }
      return sum
    }
    _ = loss()
    for index in times.indices {
      for element in 0..<(2 * panelWidth) {
        generator.valueGradients(at: index, panel: 0)[element] =
          element >= panelWidth && element < panelWidth + 5 ? Float(index + 1) : 0
      }
    }
    generator.backward()
    for learner in generator.learners {
      for layer in learner.network.layers {
        let place = layer.parameters.pointer + 2
        let (own, found) = (place.pointee, layer.parameterGradient[2])
        place.pointee = own + 1e-2
        layer.refresh()
        let above = loss()
        place.pointee = own - 1e-2
        layer.refresh()
        let expected = (above - loss()) / 2e-2
        place.pointee = own
        layer.refresh()
        #expect(abs(Double(found) - expected) < 2e-3 * max(1, abs(expected)))
      }
    }
  }

  @Test func aConstantFieldGivesTheIncrementOfThePath() throws {
    // G = 1 for the value, 0 for the time: H(T) − H(0) = Y(T) − Y(0)
    let network = MLP<Double>(
      sizes: [2, 2], inputGradientColumns: 0..<1, key: RandomKey(seed: 1))
    network.layers[0].parameters.zero()
    network.layers[0].bias[0] = 0
    network.layers[0].bias[1] = 1
    let fields = ControlledFields(network: network, channelCount: 2)
    let path = StoredPath<Double>(times: [0, 1, 3], sampleCount: 1, channelCount: 2)
    for (index, value) in [0.5, 4, -2.25].enumerated() {
      path.value(at: index)[0] = path.times[index]
      path.value(at: index)[panelWidth] = value
    }
    let solver = try SDESolver(
      fields, method: ReversibleHeun(), times: [0, 3], step: 1, sampleCount: 1, paths: [path])
    solver.solve(from: Panels(featureCount: 1, sampleCount: 1))
    #expect(solver.states[1][sample: 0, feature: 0] == -2.75)
  }

  @Test(arguments: [WeightClipping.outputs, .inputs])
  func clippingBoundsWeightsAndLeavesBiases(clipping: WeightClipping) {
    let network = MLP<Float>(sizes: [6, 4, 3], key: RandomKey(seed: 54))
    for layer in network.layers {
      for index in 0..<layer.shape.weightCount { layer.parameters[index] *= 10 }
      layer.bias.fill(7)
    }
    clipping.apply(to: network)
    for layer in network.layers {
      let bound = 1 / Float(clipping == .outputs ? layer.shape.outputs : layer.shape.inputs)
      #expect(layer.parameters.elements.allSatisfy { abs($0) <= bound })
      #expect(layer.parameters.elements.contains { abs($0) == bound })
      #expect(layer.bias.elements.allSatisfy { $0 == 7 })
      for line in 0..<(clipping == .outputs ? layer.shape.inputs : layer.shape.outputs) {
        let sum = (0..<(clipping == .outputs ? layer.shape.outputs : layer.shape.inputs)).reduce(
          Float(0)
        ) {
          let place =
            clipping == .outputs
            ? $1 * layer.shape.inputs + line : line * layer.shape.inputs + $1
          return $0 + abs(layer.parameters[place])
        }
        #expect(sum <= 1 + 1e-6)
      }
    }
  }

  @Test func lipSwishIsNearlyAsSteepAsAllowedAndNoSteeper() {
    let count = 40_001
    let values = AlignedBuffer((0..<count).map { Double($0 - 20_000) / 1000 })
    let slopes = AlignedBuffer<Double>(count: count)
    PlainArithmetic<Double>().swish(
      count: count, scale: 0.909, values: values.pointer, slopes: slopes.pointer)
    let steepest = slopes.elements.map(abs).max() ?? 0
    #expect(abs(steepest - 0.99975) < 1e-5)
  }

  @Test func anAverageIsTheMeanOfTheIterates() {
    let network = MLP<Float>(sizes: [2, 3], key: RandomKey(seed: 55))
    let average = WeightAverage(of: network)
    for value in [1, 2, 6] as [Float] {
      network.layers[0].parameters.fill(value)
      network.layers[0].bias.fill(-value)
      average.update()
    }
    let copy = MLP<Float>(sizes: [2, 3], key: RandomKey(seed: 56))
    average.write(to: copy)
    #expect(copy.layers[0].parameters.elements.allSatisfy { abs($0 - 3) < 1e-6 })
    #expect(copy.layers[0].bias.elements.allSatisfy { abs($0 + 3) < 1e-6 })
  }

  @Test func adadeltaTakesTheStepsOfItsDefinition() {
    let network = MLP<Double>(sizes: [1, 1], key: RandomKey(seed: 57))
    let layer = network.layers[0]
    layer.parameters[0] = 2
    let optimiser = Adadelta(network: network)
    var (w, v, u) = (2.0, 0.0, 0.0)
    for gradient in [0.5, -1, 0.25] {
      layer.parameterGradient[0] = gradient
      optimiser.advance(learningRate: 0.1)
      optimiser.step(part: .whole, averaging: nil, rate: 0)
      v = 0.9 * v + 0.1 * gradient * gradient
      let step = ((u + 1e-6) / (v + 1e-6)).squareRoot() * gradient
      u = 0.9 * u + 0.1 * step * step
      w -= 0.1 * step
      #expect(abs(layer.parameters[0] - w) < 1e-12)
    }
  }
}

struct PathGANTests {
  private func configuration(_ optimiser: GameOptimiser = .adadelta) -> PathGAN.Configuration {
    var configuration = PathGAN.Configuration()
    configuration.batch = 70
    configuration.averagesAfter = 3
    configuration.optimiser = optimiser
    return configuration
  }

  private func data() throws -> PathSet {
    var process = OrnsteinUhlenbeck(.constant)
    process.times = (0...8).map(Double.init)
    return try process.paths(count: 64, key: RandomKey(seed: 60))
  }

  private func saved(_ gan: PathGAN) -> NamedTensors {
    var tensors = NamedTensors()
    gan.save(into: &tensors)
    return tensors
  }

  @Test(arguments: GameOptimiser.allCases)
  func threadsAndResumingDoNotChangeABit(optimiser: GameOptimiser) throws {
    let data = try data()
    func make(_ threads: Int) throws -> PathGAN {
      try PathGAN(
        data: data, configuration: configuration(optimiser), key: RandomKey(seed: 61),
        pool: WorkerPool(threadCount: threads))
    }
    let (one, two, resumed) = (try make(1), try make(2), try make(1))
    for _ in 0..<6 { one.update() }
    for _ in 0..<4 { two.update() }
    try resumed.restore(from: saved(two))
    for _ in 0..<2 {
      two.update()
      resumed.update()
    }
    let (a, b, c) = (saved(one), saved(two), saved(resumed))
    #expect(a.names == b.names && a.names.count > 20)
    #expect(a == b && b == c)
  }

  @Test func theFirstStepOfAdamIsAsLongAsTheLearningRate() throws {
    var configuration = configuration(.adam)
    (configuration.weightDecay, configuration.generatorLearningRate) = (0, 1e-3)
    let gan = try PathGAN(data: try data(), configuration: configuration, key: RandomKey(seed: 61))
    let layers = gan.generator.learners.flatMap(\.network.layers)
    let before = layers.map { [Float]($0.bias.elements) }
    gan.update()
    for (layer, before) in zip(layers, before) {
      for (after, before) in zip(layer.bias.elements, before) {
        #expect(abs(abs(after - before) - 1e-3) < 1e-5)
      }
    }
  }

  @Test func learningRatesFallByTheirShareAtEveryUpdate() throws {
    let data = try data()
    func weights(decay: Double, updates: Int) throws -> [Float] {
      var configuration = configuration()
      (configuration.learningRateDecay, configuration.weightDecay) = (decay, 0)
      let gan = try PathGAN(data: data, configuration: configuration, key: RandomKey(seed: 61))
      for _ in 0..<updates { gan.update() }
      return gan.generator.learners.flatMap {
        $0.network.layers.flatMap { [Float]($0.parameters.elements) }
      }
    }
    let first = try weights(decay: 1, updates: 1)
    // the first update is not shortened, and the second hardly happens
    #expect(try weights(decay: 1e-30, updates: 1) == first)
    #expect(try weights(decay: 1e-30, updates: 2) == first)
    #expect(try weights(decay: 1, updates: 2) != first)
    for decay in [0, 1.5, .nan] {
      #expect(throws: UserError.self) { _ = try weights(decay: decay, updates: 0) }
    }
  }

  @Test func aSparseModelKeepsItsMasks() throws {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression("2:4", methods: SparsityCatalogue.standard.methods)
    ).rule
    let gan = try PathGAN(
      data: try data(), configuration: configuration(), rule: rule, key: RandomKey(seed: 62))
    for _ in 0..<4 { gan.update() }
    let network = gan.generator.learners[2].network
    #expect(network.keptWeightCount <= network.denseWeightCount / 2 + network.denseWeightCount / 8)
    #expect(network.isFinite)
  }

  @Test func rulesThatRankByGradientsAreRefused() throws {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression("rigl@90%", methods: SparsityCatalogue.standard.methods)
    ).rule
    #expect(throws: UserError.self) {
      try PathGAN(
        data: try data(), configuration: configuration(), rule: rule, key: RandomKey(seed: 62))
    }
  }

  @Test(.enabled(if: AllocationTally.isPossible), arguments: GameOptimiser.allCases)
  func stepsAllocateNothingOnceWarm(optimiser: GameOptimiser) throws {
    let gan = try PathGAN(
      data: try data(), configuration: configuration(optimiser), key: RandomKey(seed: 63))
    for _ in 0..<5 { gan.update() }
    let made = AllocationTally.count {
      gan.update()
    }
    #expect(made == 0)
  }
}
