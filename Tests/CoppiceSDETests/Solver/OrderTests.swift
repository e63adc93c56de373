import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An equation whose strong order is measured.
struct Problem<Calculus: StochasticCalculus>: Sendable {
  let noise: NoiseStructure
  let make: @Sendable () -> ClosureFields<Double, Calculus>

  /// Two numbers and two channels that do not commute.
  static var general: Problem {
    Problem(noise: .general) {
      ClosureFields(
        stateCount: 2, channelCount: 2, noise: .general,
        drift: { t, x, f in
          f[0] = -0.5 * x[0] + 0.3 * sin(x[1])
          f[1] = 0.2 * cos(x[0] + t)
        },
        diffusion: { _, x, g in
          g[0] = 0.6 * cos(x[1])
          g[1] = 0.5 + 0.3 * sin(x[0])
          g[2] = 0.4 * x[0]
          g[3] = 0.5 * sin(x[0] - x[1])
        })
    }
  }

  /// Two numbers with a channel each.
  static var diagonal: Problem {
    Problem(noise: .diagonal) {
      ClosureFields(
        stateCount: 2, channelCount: 2, noise: .diagonal,
        drift: { _, x, f in
          f[0] = 0.4 * x[1] - 0.2 * x[0]
          f[1] = -0.3 * x[0]
        },
        diffusion: { _, x, g in
          g[0] = cos(x[0])
          g[1] = cos(x[1])
        })
    }
  }

  /// One channel for two numbers, with noise that does not depend on the state but on time.
  static var additive: Problem {
    Problem(noise: .additive) {
      ClosureFields(
        stateCount: 2, channelCount: 1, noise: .additive,
        drift: { _, x, f in
          f[0] = sin(x[1]) - 0.5 * x[0]
          f[1] = cos(x[0])
        },
        diffusion: { t, _, g in
          g[0] = 0.5 + 0.4 * t
          g[1] = 0.7
        })
    }
  }

  /// Geometric Brownian motion: one channel, an exact solution.
  static var scalar: Problem {
    Problem(noise: .scalar) {
      ClosureFields(
        stateCount: 1, channelCount: 1, noise: .scalar,
        drift: { _, x, f in f[0] = 0.1 * x[0] }, diffusion: { _, x, g in g[0] = 0.6 * x[0] })
    }
  }
}

struct OrderTests {
  private let samples = 512
  private let steps = [8, 16, 32, 64]

  /// The slope of the mean error at the end over the step, against a solution of 1,024 steps.
  private func order<Calculus, Method: SDEMethod>(
    _ problem: Problem<Calculus>, _ method: Method
  ) throws -> Double where Method.Calculus == Calculus {
    let fine = try end(problem, method, steps: 1024)
    let errors = try steps.map { count in
      let coarse = try end(problem, method, steps: count)
      return zip(coarse, fine).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(fine.count)
    }
    return logSlope(steps.map { 1 / Double($0) }, errors)
  }

  private func end<Calculus, Method: SDEMethod>(
    _ problem: Problem<Calculus>, _ method: Method, steps: Int
  ) throws -> [Double] where Method.Calculus == Calculus {
    let fields = problem.make()
    let keys = SampleKeys(count: samples, key: RandomKey(seed: 40))
    // halves: the same path whatever the steps are
    let paths = (0..<keys.panelCount).map {
      BrownianInterval<Double>(
        keys: keys.panel($0), channelCount: fields.channelCount, span: 0...1,
        hasArea: method.needsArea, division: .halves(tolerance: 1.0 / 1024))
    }
    let solver = try SDESolver(
      fields, method: method, times: [0, 1], step: 1 / Double(steps), sampleCount: samples,
      paths: paths)
    let initial = Panels<Double>(featureCount: fields.stateCount, sampleCount: samples)
    initial.buffer.fill(0.7)
    solver.solve(from: initial)
    return numbers(solver.states[1], samples: samples)
  }

  @Test func reversibleHeunHasItsOrders() throws {
    #expect(abs(try order(Problem<Stratonovich>.general, ReversibleHeun()) - 0.5) < 0.15)
    #expect(abs(try order(Problem<Stratonovich>.diagonal, ReversibleHeun()) - 1) < 0.1)
    #expect(abs(try order(Problem<Stratonovich>.additive, ReversibleHeun()) - 1) < 0.1)
    #expect(abs(try order(Problem<Stratonovich>.scalar, ReversibleHeun()) - 1) < 0.1)
  }

  @Test func heunMidpointAndEulerHeunHaveTheirOrders() throws {
    func check<Method: SDEMethod>(_ method: Method) throws where Method.Calculus == Stratonovich {
      #expect(abs(try order(.general, method) - 0.5) < 0.15)
      #expect(abs(try order(.diagonal, method) - 1) < 0.15)
      #expect(try order(.additive, method) > 0.9)
      #expect(abs(try order(.scalar, method) - 1) < 0.1)
    }
    try check(Heun())
    try check(Midpoint())
    try check(EulerHeun())
  }

  @Test func itoMethodsHaveTheirOrders() throws {
    #expect(abs(try order(Problem<Ito>.general, EulerMaruyama()) - 0.5) < 0.15)
    #expect(abs(try order(Problem<Ito>.diagonal, EulerMaruyama()) - 0.5) < 0.15)
    #expect(abs(try order(Problem<Ito>.additive, EulerMaruyama()) - 1) < 0.1)
    #expect(abs(try order(Problem<Ito>.diagonal, ItoMilstein()) - 1) < 0.1)
    #expect(abs(try order(Problem<Ito>.scalar, ItoMilstein()) - 1) < 0.1)
    #expect(abs(try order(Problem<Stratonovich>.diagonal, StratonovichMilstein()) - 1) < 0.1)
    // of order 1.5, which so few steps show roughly: well above 1
    #expect(try order(Problem<Ito>.additive, AdditiveRungeKutta()) > 1.3)
    #expect(try order(Problem<Ito>.diagonal, DiagonalRungeKutta()) > 1.3)
    #expect(try order(Problem<Ito>.scalar, DiagonalRungeKutta()) > 1.3)
  }

  @Test func geometricBrownianMotionHasItsExactSolution() throws {
    let keys = SampleKeys(count: samples, key: RandomKey(seed: 40))
    var increments: [Double] = []
    for panel in 0..<keys.panelCount {
      let path = BrownianInterval<Double>(
        keys: keys.panel(panel), channelCount: 1, span: 0...1,
        division: .halves(tolerance: 1.0 / 1024))
      increments += path.ask(0, 1).w
    }
    let stratonovich = try end(Problem<Stratonovich>.scalar, ReversibleHeun(), steps: 1024)
    let ito = try end(Problem<Ito>.scalar, ItoMilstein(), steps: 1024)
    for (index, w) in increments.prefix(samples).enumerated() {
      let exact = 0.7 * exp(0.1 + 0.6 * w)
      #expect(abs(stratonovich[index] - exact) < 0.01 * exact)
      #expect(abs(ito[index] - exact * exp(-0.18)) < 0.01 * exact)
    }
  }

  @Test func withoutNoiseReversibleHeunIsOfSecondOrder() throws {
    var errors: [Double] = []
    for steps in self.steps {
      let fields = ClosureFields<Double, Stratonovich>(
        stateCount: 1, channelCount: 1, noise: .additive, drift: { _, x, f in f[0] = -x[0] },
        diffusion: { _, _, g in g[0] = 0 })
      let keys = SampleKeys(count: 1, key: RandomKey(seed: 1))
      let solver = try SDESolver(
        fields, method: ReversibleHeun(), times: [0, 1], step: 1 / Double(steps), sampleCount: 1,
        paths: BrownianMotion(keys: keys).paths(for: fields, times: [0, 1]))
      let initial = Panels<Double>(featureCount: 1, sampleCount: 1)
      initial[sample: 0, feature: 0] = 1
      solver.solve(from: initial)
      errors.append(abs(solver.states[1][sample: 0, feature: 0] - exp(-1)))
    }
    #expect(abs(logSlope(steps.map { 1 / Double($0) }, errors) - 2) < 0.1)
    // derived: 2.4e-4 at 16 steps
    #expect(abs(errors[1] - 2.4e-4) < 0.2e-4)
  }

  @Test func theSpuriousModeGrowsAsDerivedAndIsReported() throws {
    func solve(_ lambda: Double, steps: Int) throws -> (error: Double, warning: String?) {
      let fields = ClosureFields<Double, Stratonovich>(
        stateCount: 1, channelCount: 1, noise: .additive,
        drift: { _, x, f in f[0] = lambda * x[0] }, diffusion: { _, _, g in g[0] = 0 })
      let keys = SampleKeys(count: 1, key: RandomKey(seed: 1))
      let solver = try SDESolver(
        fields, method: ReversibleHeun(), times: [0, 1], step: 1 / Double(steps), sampleCount: 1,
        paths: BrownianMotion(keys: keys).paths(for: fields, times: [0, 1]))
      let initial = Panels<Double>(featureCount: 1, sampleCount: 1)
      initial[sample: 0, feature: 0] = 1
      solver.solve(from: initial)
      return (solver.states[1][sample: 0, feature: 0] - exp(lambda), solver.warning)
    }
    let wild = try solve(-10, steps: 16)
    #expect(abs(wild.error + 85.9) < 0.1)
    #expect(wild.warning?.contains("contracts too strongly") == true)
    #expect(abs(try solve(-10, steps: 64).error + 0.77) < 0.01)
    #expect(abs(try solve(-10, steps: 256).error + 3.2e-3) < 1e-4)
    let mild = try solve(-1, steps: 64)
    #expect(abs(mild.error) < 2e-5 && mild.warning == nil)
  }
}
