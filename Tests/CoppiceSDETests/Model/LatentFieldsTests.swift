import CoppiceNetworks
import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct LatentFieldsTests {
  private let times = [0.0, 0.5, 1.25, 2]

  private func track(contexts: Int, samples: Int) -> ContextTrack<Double> {
    let panels = panelCountFor(samples: samples) * times.count * panelWidth
    return ContextTrack(
      times: times, contexts: normals(contexts, panels, seed: 70),
      gradients: Panels(featureCount: contexts, sampleCount: panels))
  }

  private func fields(
    state: Int, track: ContextTrack<Double>, hidden: [Int] = [6], driftScale: Double = 1
  ) -> LatentFields<Double> {
    let key = RandomKey(seed: 71)
    func network(_ inputs: Int, _ outputs: Int, _ activation: Activation, _ place: Int) -> MLP<
      Double
    > {
      MLP(
        sizes: [inputs] + hidden + [outputs], hiddenActivation: .lipSwish,
        outputActivation: activation, inputGradientColumns: 0..<(inputs - 1),
        key: key.split(place))
    }
    return LatentFields(
      posterior: network(state + track.contextCount + 1, state, .identity, 0),
      prior: network(state + 1, state, .identity, 1),
      diffusion: BoundedDiffusion(
        networks: (0..<state).map { network(2, 1, .tanh, 2 + $0) }, range: 0.25...1),
      driftScale: driftScale, span: 0...2, track: track)
  }

  private func solver(
    _ fields: LatentFields<Double>, _ method: some SDEMethod<Stratonovich>, adjoint: Adjoint?,
    samples: Int, step: Double = 0.1, threads: Int = 1
  ) throws -> any BatchSolver<Double> {
    let grid = try StepGrid(times: times, step: step)
    let motion = BrownianMotion(keys: SampleKeys(count: samples, key: RandomKey(seed: 72)))
    return try method.solver(
      of: fields, grid: grid, sampleCount: samples,
      paths: motion.paths(for: fields, times: grid.times), adjoint: adjoint,
      pool: WorkerPool(threadCount: threads))
  }

  @Test(arguments: MethodCatalogue.standard.methods.map(\.name))
  func gradientsAgreeWithDifferences(name: String) throws {
    let method = try MethodCatalogue.standard.method(name)
    let samples = 3
    let track = track(contexts: 2, samples: samples)
    let fields = fields(state: 2, track: track, driftScale: 1.5)
    let adjoint: Adjoint = method.adjoints.contains(.reversible) ? .reversible : .backpropagation
    let solver = try solver(fields, method, adjoint: adjoint, samples: samples)
    let initial: Panels<Double> = normals(3, samples, seed: 73)
    let weights: [Panels<Double>] = times.indices.map {
      normals(3, samples, seed: 74 + UInt64($0))
    }
    func loss() -> Double {
      solver.solve(from: initial)
      return zip(solver.states, weights).reduce(0) {
        $0
          + zip(numbers($1.0, samples: samples), numbers($1.1, samples: samples)).reduce(0) {
            $0 + $1.0 * $1.1
          }
      }
    }
    _ = loss()
    for (gradient, weight) in zip(solver.stateGradients, weights) {
      gradient.buffer.copy(from: weight.buffer)
    }
    track.gradients.buffer.zero()
    solver.pullBack()
    func check(_ number: UnsafeMutablePointer<Double>, _ found: Double) {
      let own = number.pointee
      number.pointee = own + 1e-5
      let above = loss()
      number.pointee = own - 1e-5
      let expected = (above - loss()) / 2e-5
      number.pointee = own
      #expect(abs(found - expected) < 1e-6 * max(1, abs(expected)))
    }
    for network in [fields.posterior, fields.prior] + fields.diffusion.networks {
      for layer in network.layers {
        for index in stride(from: 0, to: layer.parameters.count, by: 3) {
          check(layer.parameters.pointer + index, layer.parameterGradient[index])
        }
        check(layer.bias.pointer, layer.biasGradient[0])
      }
    }
    // the first time's context holds at no time of the equation: q(z₀) alone reads it
    #expect(track.gradients[sample: 3 * panelWidth, feature: 0] == 0)
    for index in 1..<times.count {
      for feature in 0..<2 {
        let place = track.place(of: index, panel: 0)
        check(
          track.contexts.panel(place, feature: feature) + 2,
          track.gradients.panel(place, feature: feature)[2])
        #expect(track.gradients.panel(place, feature: feature)[2] != 0)
      }
    }
    for feature in 0..<3 {
      check(
        initial.panel(0, feature: feature) + 1, solver.initialGradient[sample: 1, feature: feature])
    }
  }

  /// One number; networks of no hidden layers, whose weights and biases are set.
  private func linear(
    posterior: (slope: Double, shift: Double), prior: (slope: Double, shift: Double)
  ) -> LatentFields<Double> {
    let fields = fields(state: 1, track: track(contexts: 1, samples: 4096), hidden: [])
    func set(_ network: MLP<Double>, _ slope: Double, _ shift: Double) {
      network.layers[0].parameters.zero()
      network.layers[0].parameters[0] = slope
      network.layers[0].bias[0] = shift
      network.refresh()
    }
    set(fields.posterior, posterior.slope, posterior.shift)
    set(fields.prior, prior.slope, prior.shift)
    set(fields.diffusion.networks[0], 0, 0)
    return fields
  }

  @Test(arguments: MethodCatalogue.standard.methods.map(\.name))
  func aConstantControlCostsHalfItsSquareTimesTheTime(name: String) throws {
    // g = 0.625, f − h = 0.5: u = 0.8, and ½ u² T with T = 2
    let fields = linear(posterior: (-0.7, 0.75), prior: (-0.7, 0.25))
    let solver = try solver(
      fields, try MethodCatalogue.standard.method(name), adjoint: nil, samples: 4096)
    solver.solve(from: normals(2, 4096, seed: 75))
    let (first, last) = (solver.states[0], solver.states[3])
    for sample in [0, 1, 100, 4095] {
      let cost = last[sample: sample, feature: 1] - first[sample: sample, feature: 1]
      #expect(abs(cost - 0.64) < 1e-12)
    }
  }

  @Test func theTwoCopiesOfTheCostRaiseNoWarning() throws {
    // one step: the copies of the cost are 68 apart, those of the state less than 1
    let fields = linear(posterior: (0, 40), prior: (0, 0))
    let slope = fields.posterior.layers[0]
    slope.parameters[2] = 40
    slope.refresh()
    let grid = try StepGrid(times: [0, 0.25], step: 0.25)
    let path = StoredPath<Double>(times: [0, 0.25], sampleCount: 1, channelCount: 2)
    let solver = try SDESolver(
      fields, method: ReversibleHeun(), grid: grid, sampleCount: 1, paths: [path])
    let initial = Panels<Double>(featureCount: 2, sampleCount: 1)
    initial[sample: 0, feature: 0] = 1000
    solver.solve(from: initial)
    #expect(solver.states[1][sample: 0, feature: 1] > 100)
    #expect(solver.gap < 1 && solver.warning == nil)
  }

  @Test func equalDriftsCostNothing() throws {
    let fields = linear(posterior: (-0.7, 0.25), prior: (-0.7, 0.25))
    let solver = try solver(fields, ReversibleHeun(), adjoint: nil, samples: 64)
    solver.solve(from: Panels(featureCount: 2, sampleCount: 64))
    #expect((0..<64).allSatisfy { solver.states[3][sample: $0, feature: 1] == 0 })
    #expect((0..<64).allSatisfy { solver.states[3][sample: $0, feature: 0] != 0 })
  }

  @Test(arguments: MethodCatalogue.standard.methods.map(\.name))
  func anOrnsteinUhlenbeckPosteriorOfABrownianPriorCostsWhatItsVarianceSays(name: String) throws {
    // dZ = −θ Z dt + σ dW against dZ = σ dW: KL = θ² / (2 σ²) ∫ E Z² dt, from Z = z₀
    let (theta, sigma, start, end) = (0.8, 0.625, 1.5, 2.0)
    let fields = linear(posterior: (-theta, 0), prior: (0, 0))
    let solver = try solver(
      fields, try MethodCatalogue.standard.method(name), adjoint: nil, samples: 4096, step: 0.02)
    let initial = Panels<Double>(featureCount: 2, sampleCount: 4096)
    for sample in 0..<4096 { initial[sample: sample, feature: 0] = start }
    solver.solve(from: initial)
    let costs = (0..<4096).map { solver.states[3][sample: $0, feature: 1] }
    let decayed = (1 - exp(-2 * theta * end)) / (2 * theta)
    let stationary = sigma * sigma / (2 * theta)
    let squares = start * start * decayed + stationary * (end - decayed)
    let expected = theta * theta / (2 * sigma * sigma) * squares
    let error = (covariance(costs, costs) / 4096).squareRoot()
    // four standard errors, and what steps of 0.02 leave
    #expect(abs(mean(costs) - expected) < 4 * error + 0.01 * expected)
  }

  @Test func betweenTwoTimesTheLaterContextHolds() {
    let track = track(contexts: 1, samples: 70)
    #expect(track.place(of: 0, panel: 0) == 3 && track.place(of: 3, panel: 1) == 4)
  }
}

struct NeuralOrdinaryEquationTests {
  /// dH = a H dt, which time alone drives.
  private func end(step: Double, slope: Double) throws -> (value: Double, gradient: Double) {
    let network = MLP<Double>(
      sizes: [2, 1], inputGradientColumns: 0..<1, key: RandomKey(seed: 1))
    network.layers[0].parameters.zero()
    network.layers[0].parameters[0] = slope
    network.layers[0].bias[0] = 0
    network.refresh()
    let path = StoredPath<Double>(times: [0, 1], sampleCount: 1, channelCount: 1)
    path.value(at: 1)[0] = 1
    let solver = try SDESolver(
      ControlledFields(network: network, channelCount: 1), method: ReversibleHeun(),
      times: [0, 1], step: step, sampleCount: 1, paths: [path], adjoint: .reversible)
    let initial = Panels<Double>(featureCount: 1, sampleCount: 1)
    initial[sample: 0, feature: 0] = 2
    solver.solve(from: initial)
    solver.stateGradients[1][sample: 0, feature: 0] = 1
    solver.pullBack()
    return (solver.states[1][sample: 0, feature: 0], network.layers[0].parameterGradient[0])
  }

  @Test func aFieldThatTimeDrivesIsANeuralOrdinaryEquationOfSecondOrder() throws {
    // H(1) = 2 exp a, and the same is its derivative by a
    let exact = 2 * exp(0.5)
    var errors: [Double] = []
    for step in [0.1, 0.05, 0.025] {
      let found = try end(step: step, slope: 0.5)
      errors.append(abs(found.value - exact))
      let difference =
        (try end(step: step, slope: 0.5 + 1e-5).value - end(step: step, slope: 0.5 - 1e-5).value)
        / 2e-5
      #expect(abs(found.gradient - difference) < 1e-8)
    }
    #expect(abs(logSlope([0.1, 0.05, 0.025], errors) - 2) < 0.1)
  }
}
