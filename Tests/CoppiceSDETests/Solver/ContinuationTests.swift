import CoppiceNetworks
import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

struct ContinuationTests {
  private let samples = 70

  private func keys() -> SampleKeys { SampleKeys(count: samples, key: RandomKey(seed: 80)) }

  /// One solution from 0 to 2 and the same in parts, 0 to 0.5, to 1.1 and to 2.
  private func solve<Method: SDEMethod>(
    _ method: Method, noise: NoiseStructure, source: BrownianMotion.Source
  ) throws -> (whole: [Double], parts: [Double]) {
    let fields = smallFields(Double.self, Method.Calculus.self, noise: noise, stateCount: 3)
    return try solve(fields, method, source: source)
  }

  private func solve<Fields: VectorFields, Method: SDEMethod>(
    _ fields: Fields, _ method: Method, source: BrownianMotion.Source
  ) throws -> (whole: [Double], parts: [Double])
  where Fields.Scalar == Double, Fields.Calculus == Method.Calculus {
    // times that no regular step meets, so that a part of its own would have other bits
    let grid = try StepGrid(times: [0, 0.5, 1.1, 2], step: 0.07)
    let initial: Panels<Double> = normals(fields.stateCount, samples, seed: 81)
    func solver(_ grid: StepGrid, _ paths: [any DrivingPath<Double>]) throws
      -> SDESolver<Fields, Method>
    {
      try SDESolver(fields, method: method, grid: grid, sampleCount: samples, paths: paths)
    }
    func paths() -> [any DrivingPath<Double>] {
      let paths = BrownianMotion(keys: keys(), source: source).paths(
        for: fields, times: grid.times, hasArea: method.needsArea)
      for path in paths { path.expect(times: grid.times) }
      return paths
    }
    let whole = try solver(grid, paths())
    whole.solve(from: initial)
    let shared = paths()
    let first = try solver(grid.part(outputs: 0...1), shared)
    let second = try solver(grid.part(outputs: 1...2), shared)
    let third = try solver(grid.part(outputs: 2...3), shared)
    first.solve(from: initial)
    try second.solve(continuing: first)
    try third.solve(continuing: second)
    return (
      whole.states.flatMap { numbers($0, samples: samples) },
      (first.states + second.states.dropFirst() + third.states.dropFirst()).flatMap {
        numbers($0, samples: samples)
      }
    )
  }

  private func check<Method: SDEMethod>(
    _ method: Method, noise: NoiseStructure, source: BrownianMotion.Source = .interval
  ) throws {
    let (whole, parts) = try solve(method, noise: noise, source: source)
    #expect(whole == parts, "\(method.name) \(noise) \(source)")
    #expect(Set(whole).count == whole.count)
  }

  @Test(arguments: MethodCatalogue.standard.methods.map(\.name))
  func aContinuedSolutionIsTheLongOneToTheBit(name: String) throws {
    let method = try MethodCatalogue.standard.method(name)
    for noise in [NoiseStructure.diagonal, .scalar, .general]
    where method.strongOrder(for: noise) != nil {
      try check(method, noise: noise)
    }
    for source in [BrownianMotion.Source.halves, .increments] {
      try check(method, noise: .diagonal, source: source)
    }
  }

  @Test func theSameHoldsForMethodsOfItosCalculus() throws {
    for method in [
      EulerMaruyama(), ItoMilstein(), DiagonalRungeKutta(),
    ] as [any SDEMethod<Ito>] {
      try check(method, noise: .diagonal)
    }
    let fields = ClosureFields<Double, Ito>(
      stateCount: 2, channelCount: 1, noise: .additive,
      drift: { t, x, f in
        f[0] = x[1] - t * x[0]
        f[1] = -x[0]
      },
      diffusion: { t, _, g in
        g[0] = 1 + t
        g[1] = 0.5
      })
    let (whole, parts) = try solve(fields, AdditiveRungeKutta(), source: .interval)
    #expect(whole == parts)
  }

  @Test func goingBackBetweenDoesNotChangeIt() throws {
    let fields = smallFields(noise: .general, stateCount: 3)
    let grid = try StepGrid(times: [0, 1, 2], step: 0.1)
    let motion = BrownianMotion(keys: keys(), source: .increments)
    let initial: Panels<Double> = normals(3, samples, seed: 82)
    func ends(goingBack: Bool) throws -> [Double] {
      let solvers = try [0...1, 1...2].map { part in
        try SDESolver(
          fields, method: ReversibleHeun(), grid: grid.part(outputs: part), sampleCount: samples,
          paths: motion.paths(for: fields, times: grid.times), adjoint: .reversible)
      }
      solvers[0].solve(from: initial)
      if goingBack { solvers[0].pullBack() }
      try solvers[1].solve(continuing: solvers[0])
      return numbers(solvers[1].states[1], samples: samples)
    }
    #expect(try ends(goingBack: true) == ends(goingBack: false))
  }

  @Test func gradientsEndWhereASolutionWasContinued() throws {
    let fields = smallFields(noise: .general, stateCount: 3)
    let grid = try StepGrid(times: [0, 0.5, 1], step: 0.1)
    let motion = BrownianMotion(keys: keys(), source: .increments)
    let initial: Panels<Double> = normals(3, samples, seed: 83)
    let ones = Panels<Double>(featureCount: 3, sampleCount: samples)
    for sample in 0..<samples {
      for feature in 0..<3 { ones[sample: sample, feature: feature] = 1 }
    }
    func solver(_ grid: StepGrid, from other: StepGrid) throws -> SDESolver<
      NeuralFields<Double, Stratonovich>, Midpoint
    > {
      try SDESolver(
        fields, method: Midpoint(), grid: grid, sampleCount: samples,
        paths: motion.paths(for: fields, times: other.times), adjoint: .backpropagation)
    }
    let whole = try solver(grid, from: grid)
    whole.solve(from: initial)
    whole.stateGradients[2].buffer.copy(from: ones.buffer)
    whole.pullBack()
    let expected = fields.gradients + numbers(whole.initialGradient, samples: samples)
    // by the chain rule: back through the second part, and on through the first
    let (first, second) = (
      try solver(grid.part(outputs: 0...1), from: grid),
      try solver(grid.part(outputs: 1...2), from: grid)
    )
    first.solve(from: initial)
    try second.solve(continuing: first)
    second.stateGradients[1].buffer.copy(from: ones.buffer)
    second.pullBack()
    let late = fields.gradients
    first.stateGradients[1].buffer.copy(from: second.initialGradient.buffer)
    first.pullBack()
    let parameters = zip(fields.gradients, late).map { $0 + $1 }
    let found = parameters + numbers(first.initialGradient, samples: samples)
    #expect(relativeError(found, expected) <= 1e-13)
    #expect(late.contains { abs($0) > 1e-3 })
  }

  @Test func whatDoesNotFitIsSaid() throws {
    let fields = smallFields(noise: .diagonal, stateCount: 3)
    let grid = try StepGrid(times: [0, 1, 2, 3], step: 0.5)
    func solver(_ part: ClosedRange<Int>, samples: Int = 4) throws -> SDESolver<
      NeuralFields<Double, Stratonovich>, Heun
    > {
      let motion = BrownianMotion(keys: SampleKeys(count: samples, key: RandomKey(seed: 84)))
      return try SDESolver(
        fields, method: Heun(), grid: grid.part(outputs: part), sampleCount: samples,
        paths: motion.paths(for: fields, times: grid.times))
    }
    let (first, second) = (try solver(0...1), try solver(1...3))
    let unsolved = #expect(throws: UserError.self) { try second.solve(continuing: first) }
    #expect(unsolved?.action == "solve with it first")
    first.solve(from: Panels(featureCount: 3, sampleCount: 4))
    let gap = #expect(throws: UserError.self) { try solver(2...3).solve(continuing: first) }
    #expect(gap?.found.contains("ended at time 1.0") == true)
    let other = #expect(throws: UserError.self) {
      try solver(1...3, samples: 5).solve(continuing: first)
    }
    #expect(other?.found.contains("4 samples") == true)
    #expect(grid.part(outputs: 1...3) == StepGrid(times: [1, 1.5, 2, 2.5, 3], outputs: [0, 2, 4]))
  }
}
