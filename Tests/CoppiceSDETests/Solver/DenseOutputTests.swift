import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct DenseOutputTests {
  private func paths(samples: Int, channels: Int = 1) -> [BrownianInterval<Double>] {
    let keys = SampleKeys(count: samples, key: RandomKey(seed: 90))
    return (0..<keys.panelCount).map {
      BrownianInterval(
        keys: keys.panel($0), channelCount: channels, span: 0...1,
        division: .halves(tolerance: 1.0 / 4096))
    }
  }

  private func geometric() -> ClosureFields<Double, Stratonovich> {
    ClosureFields(
      stateCount: 1, channelCount: 1, noise: .scalar, drift: { _, x, f in f[0] = 0.1 * x[0] },
      diffusion: { _, x, g in g[0] = 0.6 * x[0] })
  }

  private func ones(_ features: Int, _ samples: Int) -> Panels<Double> {
    let panels = Panels<Double>(featureCount: features, sampleCount: samples)
    panels.buffer.fill(1)
    return panels
  }

  @Test func aLineIsOfOrderOneHalfAndABridgeOfOrderOne() throws {
    let (samples, steps) = (512, [8, 16, 32, 64])
    for (scheme, order) in [(DenseOutput.line, 0.5), (.bridge, 1)] {
      let errors = try steps.map { count in
        let paths = paths(samples: samples)
        let solver = try SDESolver(
          geometric(), method: Heun(), times: [0, 1], step: 1 / Double(count),
          sampleCount: samples, paths: paths, keepsSteps: true)
        solver.solve(from: ones(1, samples))
        return try mean(
          (0..<count).map { step in
            // in the middle of every step
            let time = (Double(step) + 0.5) / Double(count)
            let state = try solver.state(at: time, by: scheme)
            let motion = paths.flatMap { $0.ask(0, time).w }
            return mean(
              (0..<samples).map {
                abs(state[sample: $0, feature: 0] - exp(0.1 * time + 0.6 * motion[$0]))
              })
          })
      }
      #expect(abs(logSlope(steps.map { 1 / Double($0) }, errors) - order) < 0.15, "\(errors)")
    }
  }

  @Test func aBridgeIsExactWhereNoiseIsAll() throws {
    let fields = ClosureFields<Double, Ito>(
      stateCount: 2, channelCount: 2, noise: .additive,
      drift: { _, _, f in
        f[0] = 0.5
        f[1] = 0
      },
      diffusion: { _, _, g in
        g[0] = 1
        g[1] = 2
        g[2] = 0
        g[3] = -0.5
      })
    let paths = paths(samples: 3, channels: 2)
    let solver = try SDESolver(
      fields, method: EulerMaruyama(), times: [0, 1], step: 0.25, sampleCount: 3, paths: paths,
      keepsSteps: true)
    solver.solve(from: ones(2, 3))
    for time in [0.0625, 0.3125, 0.75, 0.984375] {
      let (state, motion) = (try solver.state(at: time, by: .bridge), paths[0].ask(0, time).w)
      for sample in 0..<3 {
        let (w, v) = (motion[sample], motion[panelWidth + sample])
        #expect(abs(state[sample: sample, feature: 0] - (1 + 0.5 * time + w + 2 * v)) < 1e-14)
        #expect(abs(state[sample: sample, feature: 1] - (1 - 0.5 * v)) < 1e-14)
      }
    }
  }

  @Test(arguments: DenseOutput.allCases)
  func theEndOfAStepIsItsStateAndALineLiesBetween(scheme: DenseOutput) throws {
    let (fields, samples) = (smallFields(noise: .diagonal, stateCount: 3), 70)
    let solver = try SDESolver(
      fields, method: ReversibleHeun(), times: [0, 0.3, 1], step: 0.125, sampleCount: samples,
      paths: paths(samples: samples, channels: 3), adjoint: .reversible, keepsSteps: true)
    solver.solve(from: normals(3, samples, seed: 91))
    let wanted = solver.states.map { numbers($0, samples: samples) }
    // what going back does to the solver does not matter
    solver.pullBack()
    for (time, own) in zip([0, 0.3, 1], wanted) {
      #expect(numbers(try solver.state(at: time, by: scheme), samples: samples) == own)
    }
    guard scheme == .line else { return }
    let (low, high) = (try solver.state(at: 0.25), try solver.state(at: 0.3))
    let between = try solver.state(at: 0.25 + 0.4 * (0.3 - 0.25))
    for sample in 0..<samples {
      let expected =
        0.6 * low[sample: sample, feature: 1] + 0.4 * high[sample: sample, feature: 1]
      #expect(abs(between[sample: sample, feature: 1] - expected) < 1e-14)
    }
  }

  @Test func adaptiveStepsAreKeptForEachPanel() throws {
    let samples = 100
    let solver = try SDESolver(
      geometric(), method: Heun(), times: [0, 1], step: 1, sampleCount: samples,
      paths: paths(samples: samples), mostSteps: 1000, keepsSteps: true)
    try solver.solve(
      from: ones(1, samples), adapting: AdaptiveSteps(relative: 0.05, absolute: 0.05))
    #expect(solver.takenTimes(ofPanel: 0) != solver.takenTimes(ofPanel: 1))
    let times = solver.takenTimes(ofPanel: 1)
    // sample 80 is of panel 1: its state at a step's end and in the middle to the next
    let (a, b) = (
      try solver.state(at: times[3])[sample: 80, feature: 0],
      try solver.state(at: times[4])[sample: 80, feature: 0]
    )
    let middle = try solver.state(at: times[3] + (times[4] - times[3]) / 2)
    #expect(abs(middle[sample: 80, feature: 0] - (a + b) / 2) < 1e-14 && a != b)
    #expect(
      try solver.state(at: 1)[sample: 80, feature: 0] == solver.states[1][sample: 80, feature: 0])
  }

  @Test func whatCannotBeReadIsSaid() throws {
    let fields = geometric()
    func solver(_ source: BrownianMotion.Source, keepsSteps: Bool = true) throws -> SDESolver<
      ClosureFields<Double, Stratonovich>, Heun
    > {
      let grid = try StepGrid(times: [0, 1], step: 0.25)
      let motion = BrownianMotion(
        keys: SampleKeys(count: 1, key: RandomKey(seed: 1)), source: source)
      return try SDESolver(
        fields, method: Heun(), grid: grid, sampleCount: 1,
        paths: motion.paths(for: fields, times: grid.times), keepsSteps: keepsSteps)
    }
    let own = try solver(.increments)
    #expect(throws: UserError.self) { try solver(.interval, keepsSteps: false).state(at: 0.5) }
    let unsolved = #expect(throws: UserError.self) { try own.state(at: 0.5) }
    #expect(unsolved?.action == "solve first")
    own.solve(from: ones(1, 1))
    for time in [-0.1, 1.1, .nan] {
      let outside = #expect(throws: UserError.self) { try own.state(at: time) }
      #expect(outside?.expected == "a time from 0.0 to 1.0")
    }
    let bridge = #expect(throws: UserError.self) { try own.state(at: 0.5, by: .bridge) }
    #expect(bridge?.action.contains("straight line") == true)
    #expect(try own.state(at: 0.6)[sample: 0, feature: 0].isFinite)
  }
}
