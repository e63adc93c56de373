import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct DerivativeMilsteinTests {
  private func end<Calculus: StochasticCalculus>(
    _ fields: ClosureFields<Double, Calculus>, _ method: some SDEMethod<Calculus>, steps: Int,
    samples: Int
  ) throws -> (end: [Double], increments: [[Double]]) {
    let keys = SampleKeys(count: samples, key: RandomKey(seed: 95))
    let paths = (0..<keys.panelCount).map {
      BrownianInterval<Double>(
        keys: keys.panel($0), channelCount: fields.channelCount, span: 0...1,
        division: .halves(tolerance: 1.0 / 1024))
    }
    let solver = try SDESolver(
      fields, method: method, times: [0, 1], step: 1 / Double(steps), sampleCount: samples,
      paths: paths)
    let initial = Panels<Double>(featureCount: fields.stateCount, sampleCount: samples)
    initial.buffer.fill(0.7)
    solver.solve(from: initial)
    let increments = zip(solver.grid.times, solver.grid.times.dropFirst()).map { (from, to) in
      paths[0].ask(from, to).w
    }
    return (numbers(solver.states[1], samples: samples), increments)
  }

  private func geometric<Calculus: StochasticCalculus>(
    _: Calculus.Type
  ) -> ClosureFields<Double, Calculus> {
    ClosureFields(
      stateCount: 1, channelCount: 1, noise: .diagonal, drift: { _, x, f in f[0] = 0.1 * x[0] },
      diffusion: { _, x, g in g[0] = 0.6 * x[0] },
      slopes: ({ _, _, f in f[0] = 0.1 }, { _, _, g in g[0] = 0.6 }))
  }

  /// dX = (…) dt + cos(X) dW for each of two numbers.
  private func cosines<Calculus: StochasticCalculus>(
    _: Calculus.Type
  ) -> ClosureFields<Double, Calculus> {
    ClosureFields(
      stateCount: 2, channelCount: 2, noise: .diagonal,
      drift: { _, x, f in
        f[0] = 0.4 * x[1] - 0.2 * x[0]
        f[1] = -0.3 * x[0]
      },
      diffusion: { _, x, g in
        g[0] = cos(x[0])
        g[1] = cos(x[1])
      },
      slopes: (
        { _, _, f in (f[0], f[1], f[2], f[3]) = (-0.2, 0.4, -0.3, 0) },
        { _, x, g in (g[0], g[1], g[2], g[3]) = (-sin(x[0]), 0, 0, -sin(x[1])) }
      ))
  }

  @Test func stepsOfGeometricBrownianMotionHaveTheirClosedForm() throws {
    func check<Calculus: StochasticCalculus>(_: Calculus.Type, less: Double) throws {
      let steps = 16
      let (end, increments) = try end(
        geometric(Calculus.self), DerivativeMilstein<Calculus>(), steps: steps, samples: 20)
      let h = 1 / Double(steps)
      for sample in 0..<20 {
        let expected = increments.reduce(0.7) { y, all in
          let w = all[sample]
          return y * (1 + 0.1 * h + 0.6 * w + 0.18 * (w * w - less * h))
        }
        #expect(abs(end[sample] - expected) < 1e-14 * abs(expected))
      }
    }
    try check(Ito.self, less: 1)
    try check(Stratonovich.self, less: 0)
  }

  @Test func itsStrongOrderIsOne() throws {
    func check<Calculus: StochasticCalculus>(_: Calculus.Type) throws {
      let (method, counts) = (DerivativeMilstein<Calculus>(), [8, 16, 32, 64])
      func solve(_ steps: Int) throws -> [Double] {
        try end(cosines(Calculus.self), method, steps: steps, samples: 512).end
      }
      let fine = try solve(1024)
      let errors = try counts.map { mean(zip(try solve($0), fine).map { abs($0 - $1) }) }
      #expect(abs(logSlope(counts.map { 1 / Double($0) }, errors) - 1) < 0.1, "\(errors)")
    }
    try check(Ito.self)
    try check(Stratonovich.self)
  }

  @Test func networksHaveTheSameStepsByDifferences() throws {
    // one number, of which a network is diagonal; both are apart by what the difference leaves out
    let fields = smallFields(Double.self, Ito.self, noise: .diagonal, stateCount: 1)
    let keys = SampleKeys(count: 70, key: RandomKey(seed: 96))
    func end<Method: SDEMethod>(_ method: Method) throws -> [Double]
    where Method.Calculus == Ito {
      let grid = try StepGrid(times: [0, 1], step: 1.0 / 256)
      let solver = try SDESolver(
        fields, method: method, grid: grid, sampleCount: 70,
        paths: BrownianMotion(keys: keys, source: .increments).paths(
          for: fields, times: grid.times))
      solver.solve(from: normals(1, 70, seed: 97))
      return numbers(solver.states[1], samples: 70)
    }
    let (derivative, differences) = (try end(DerivativeMilstein<Ito>()), try end(ItoMilstein()))
    let euler = try end(EulerMaruyama())
    let apart = relativeError(derivative, differences)
    #expect(relativeError(derivative, euler) > 5 * apart, "\(apart)")
    #expect(apart > 0)
  }

  @Test func whatItForbidsIsSaid() throws {
    func error(_ noise: NoiseStructure, hasSlopes: Bool, adjoint: Adjoint?) -> UserError? {
      let fields = ClosureFields<Double, Ito>(
        stateCount: 1, channelCount: 1, noise: noise, drift: { _, _, _ in },
        diffusion: { _, _, _ in }, slopes: hasSlopes ? ({ _, _, _ in }, { _, _, _ in }) : nil)
      let motion = BrownianMotion(keys: SampleKeys(count: 1, key: RandomKey(seed: 1)))
      return #expect(throws: UserError.self) {
        try SDESolver(
          fields, method: DerivativeMilstein<Ito>(), times: [0, 1], step: 0.5, sampleCount: 1,
          paths: motion.paths(for: fields, times: [0, 1]), adjoint: adjoint)
      }
    }
    #expect(error(.scalar, hasSlopes: true, adjoint: nil)?.expected == "diagonal noise")
    #expect(
      error(.diagonal, hasSlopes: false, adjoint: nil)?.found.contains("without derivatives")
        == true)
    #expect(
      error(.diagonal, hasSlopes: true, adjoint: .backpropagation)?.expected
        == "none, for it offers no gradients")
  }
}
