import AllocationCounting
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

#if DEBUG
  private let isDebugBuild = true
#else
  private let isDebugBuild = false
#endif

/// How often fields were asked.
final class Count {
  var value = 0
}

struct AdaptiveStepsTests {
  /// Geometric Brownian motion of Stratonovich's calculus: X₀ exp(0.1 t + 0.8 W).
  private func geometric() -> ClosureFields<Double, Stratonovich> {
    ClosureFields(
      stateCount: 1, channelCount: 1, noise: .scalar, drift: { _, x, f in f[0] = 0.1 * x[0] },
      diffusion: { _, x, g in g[0] = 0.8 * x[0] })
  }

  /// Paths that depend on the seed alone.
  private func halves(
    samples: Int, channels: Int = 1, seed: UInt64 = 60, exponent: Int = -16
  ) -> [BrownianInterval<Double>] {
    let keys = SampleKeys(count: samples, key: RandomKey(seed: seed))
    let tolerance = Double(sign: .plus, exponent: exponent, significand: 1)
    return (0..<keys.panelCount).map {
      BrownianInterval(
        keys: keys.panel($0), channelCount: channels, span: 0...1,
        division: .halves(tolerance: tolerance))
    }
  }

  /// ∂ loss / ∂ states of the samples that there are.
  private func fill<Fields, Method>(_ solver: SDESolver<Fields, Method>) {
    for sample in 0..<solver.sampleCount {
      for feature in 0..<solver.fields.stateCount {
        solver.stateGradients[1][sample: sample, feature: feature] = 1
      }
    }
  }

  private func filled(_ value: Double, features: Int, samples: Int) -> Panels<Double> {
    let panels = Panels<Double>(featureCount: features, sampleCount: samples)
    panels.buffer.fill(value)
    return panels
  }

  @Test func theGlobalErrorFallsWithTheTolerance() throws {
    func check<Method: SDEMethod>(
      _ method: Method, _ tolerances: [Double] = [1e-1, 1e-2, 1e-3]
    ) throws where Method.Calculus == Stratonovich {
      let (fields, samples) = (geometric(), 128)
      let keys = SampleKeys(count: samples, key: RandomKey(seed: 60))
      // what is asked first is kept to, however the whole is divided later
      let paths = (0..<2).map {
        BrownianInterval<Double>(keys: keys.panel($0), channelCount: 1, span: 0...1)
      }
      let ends = paths.flatMap { $0.ask(0, 1).w }
      let solver = try SDESolver(
        fields, method: method, times: [0, 1], step: 1, sampleCount: samples, paths: paths,
        mostSteps: 20_000)
      var (errors, steps) = ([Double](), [Int]())
      for tolerance in tolerances {
        try solver.solve(
          from: filled(0.7, features: 1, samples: samples),
          adapting: AdaptiveSteps(relative: tolerance, absolute: 0))
        errors.append(
          mean(
            (0..<samples).map {
              abs(log(solver.states[1][sample: $0, feature: 0] / 0.7) - 0.1 - 0.8 * ends[$0])
            }))
        steps.append(solver.takenTimes(ofPanel: 0).count - 1)
      }
      // an estimate of order 1, and a method of order 1: a tenth of the tolerance has ten times the steps
      for index in 1..<tolerances.count {
        #expect(errors[index] < errors[index - 1] / 3, "\(method.name) \(errors)")
        #expect(steps[index] > 3 * steps[index - 1], "\(method.name) \(steps)")
      }
    }
    try check(ReversibleHeun(), [1e-1, 1e-2])
    try check(Heun())
    try check(Midpoint())
    try check(EulerHeun())
  }

  @Test func additiveNoiseHasItsErrorsAsWellAlsoAfterIto() throws {
    // dX = cos(6 t) X dt + (1 + t) dW, of which the steps of 1/4096 know the solution
    func fields<Calculus: StochasticCalculus>(_: Calculus.Type) -> ClosureFields<Double, Calculus> {
      ClosureFields(
        stateCount: 1, channelCount: 1, noise: .additive,
        drift: { t, x, f in f[0] = 3 * cos(6 * t) * x[0] }, diffusion: { t, _, g in g[0] = 1 + t })
    }
    func check<Method: SDEMethod>(_ method: Method) throws {
      let samples = 64
      func end(_ tolerance: Double?) throws -> [Double] {
        let solver = try SDESolver(
          fields(Method.Calculus.self), method: method, times: [0, 1], step: 1.0 / 4096,
          sampleCount: samples, paths: halves(samples: samples), mostSteps: 20_000)
        let initial = filled(0.7, features: 1, samples: samples)
        if let tolerance {
          try solver.solve(
            from: initial, adapting: AdaptiveSteps(relative: 0, absolute: tolerance))
        } else {
          solver.solve(from: initial)
        }
        return numbers(solver.states[1], samples: samples)
      }
      let fine = try end(nil)
      let errors = try [1e-2, 1e-3, 1e-4].map { tolerance in
        mean(zip(try end(tolerance), fine).map { abs($0 - $1) })
      }
      // the method is of order 1 and its estimate of order 1½: by 10^(2/3) = 4.6 each
      #expect(
        errors[1] < errors[0] / 2.5 && errors[2] < errors[1] / 2.5, "\(method.name) \(errors)")
    }
    try check(EulerMaruyama())
    try check(ReversibleHeun())
    try check(Midpoint())
  }

  @Test func aStiffMomentCostsFewerEvaluationsThanFixedSteps() throws {
    // additive noise and a drift that is a hundred times as strong for a hundredth of the time
    let count = Count()
    func rate(_ t: Double) -> Double { -1 - 150 * exp(-pow((t - 0.5) / 0.01, 2)) }
    let fields = ClosureFields<Double, Stratonovich>(
      stateCount: 1, channelCount: 1, noise: .additive,
      drift: { t, x, f in
        count.value += 1
        f[0] = rate(t) * (x[0] - 1)
      }, diffusion: { _, _, g in g[0] = 0.05 })
    let samples = 4
    let initial = filled(3, features: 1, samples: samples)
    func solve(step: Double, adapting steps: AdaptiveSteps?) throws -> (
      end: [Double], evaluations: Int
    ) {
      let solver = try SDESolver(
        fields, method: Heun(), times: [0, 0.52], step: step, sampleCount: samples,
        paths: halves(samples: samples, seed: 61), mostSteps: 20_000)
      count.value = 0
      if let steps {
        try solver.solve(from: initial, adapting: steps)
      } else {
        solver.solve(from: initial)
      }
      return (numbers(solver.states[1], samples: samples), count.value)
    }
    let fine = try solve(step: 0.52 / 16384, adapting: nil).end
    func error(_ end: [Double]) -> Double { mean(zip(end, fine).map { abs($0 - $1) }) }
    let adaptive = try solve(step: 1, adapting: AdaptiveSteps(relative: 1e-3, absolute: 1e-3))
    let own = error(adaptive.end)
    // the coarsest fixed steps that are as accurate, and no finer ones
    var fixed = try solve(step: 0.52 / 16, adapting: nil)
    for halving in 5...12 where error(fixed.end) > own {
      fixed = try solve(step: 0.52 / Double(1 << halving), adapting: nil)
    }
    #expect(error(fixed.end) <= own)
    #expect(own < 1e-2)
    #expect(
      adaptive.evaluations < fixed.evaluations / 2, "\(adaptive.evaluations) \(fixed.evaluations)")
  }

  @Test(arguments: [NoiseStructure.diagonal, .scalar, .general])
  func theReversibleAdjointMeetsTheAcceptedStepsExactly(noise: NoiseStructure) throws {
    let (fields, samples, times) = (smallFields(noise: noise), 100, [0, 0.3, 1.0])
    func solve(_ adjoint: Adjoint, threads: Int = 1) throws -> (
      gradients: [Double], states: [Double], times: [[Double]], rejected: Int
    ) {
      let motion = BrownianMotion(keys: SampleKeys(count: samples, key: RandomKey(seed: 62)))
      let solver = try SDESolver(
        fields, method: ReversibleHeun(), times: times, step: 1, sampleCount: samples,
        paths: motion.paths(for: fields, times: [0, 1]), adjoint: adjoint, mostSteps: 5000,
        pool: WorkerPool(threadCount: threads))
      var steps = AdaptiveSteps(relative: 1e-2, absolute: 1e-2)
      steps.first = 0.3
      try solver.solve(from: normals(fields.stateCount, samples, seed: 63), adapting: steps)
      let states = solver.states.flatMap { numbers($0, samples: samples) }
      for (index, gradient) in solver.stateGradients.enumerated() {
        gradient.buffer.copy(
          from: normals(fields.stateCount, samples, seed: 64 + UInt64(index)).buffer)
      }
      solver.pullBack()
      return (
        fields.gradients + numbers(solver.initialGradient, samples: samples), states,
        (0..<2).map { solver.takenTimes(ofPanel: $0) }, solver.rejectedStepCount
      )
    }
    let exact = try solve(.backpropagation)
    let reversed = try solve(.reversible)
    #expect(relativeError(exact.gradients, reversed.gradients) <= 1e-12)
    #expect(exact.states == reversed.states && exact.times == reversed.times)
    #expect(exact.gradients.contains { abs($0) > 1e-3 })
    // both panels decide for themselves, and some steps were too long
    #expect(exact.times[0] != exact.times[1] && exact.rejected > 0)
    let threads = try solve(.reversible, threads: 3)
    #expect(threads.gradients == reversed.gradients && threads.states == reversed.states)
    for own in exact.times {
      #expect(own.first == 0 && own.last == 1 && own.contains(0.3))
      #expect(zip(own, own.dropFirst()).allSatisfy { $1 - $0 > 1e-6 })
    }
  }

  @Test func gradientsAreThoseOfTheStepsThatWereAccepted() throws {
    func check<Method: SDEMethod>(_ method: Method, _ adjoint: Adjoint) throws
    where Method.Calculus == Stratonovich {
      let (fields, samples) = (smallFields(noise: .diagonal, stateCount: 3), 3)
      let initial: Panels<Double> = normals(3, samples, seed: 65)
      let path = halves(samples: samples, channels: 3, seed: 66)
      func loss(_ states: Panels<Double>) -> Double {
        numbers(states, samples: samples).reduce(0, +)
      }
      let solver = try SDESolver(
        fields, method: method, times: [0, 1], step: 1, sampleCount: samples, paths: path,
        adjoint: adjoint, mostSteps: 2000)
      try solver.solve(from: initial, adapting: AdaptiveSteps(relative: 1e-2, absolute: 1e-2))
      let found = loss(solver.states[1])
      fill(solver)
      solver.pullBack()
      let (parameters, own) = (fields.gradients, numbers(solver.initialGradient, samples: samples))
      // the same times as a grid, from which differences are taken
      let times = solver.takenTimes(ofPanel: 0)
      let held = try SDESolver(
        fields, method: method, grid: StepGrid(times: times, outputs: [0, times.count - 1]),
        sampleCount: samples, paths: path)
      func again() -> Double {
        held.solve(from: initial)
        return loss(held.states[1])
      }
      #expect(again() == found)
      func difference(_ number: UnsafeMutablePointer<Double>) -> Double {
        let value = number.pointee
        defer { number.pointee = value }
        number.pointee = value + 1e-5
        let above = again()
        number.pointee = value - 1e-5
        return (above - again()) / 2e-5
      }
      var index = 0
      for layer in fields.drift.layers + fields.diffusion.layers {
        for buffer in [layer.parameters, layer.bias] {
          for element in stride(from: 0, to: buffer.count, by: 7) {
            let expected = difference(buffer.pointer + element)
            #expect(abs(parameters[index + element] - expected) < 1e-6 * max(1, abs(expected)))
          }
          index += buffer.count
        }
      }
      for feature in 0..<3 {
        let expected = difference(initial.panel(0, feature: feature) + 1)
        #expect(abs(own[3 + feature] - expected) < 1e-6 * max(1, abs(expected)))
      }
    }
    try check(ReversibleHeun(), .reversible)
    try check(ReversibleHeun(), .backpropagation)
    try check(Heun(), .backpropagation)
    try check(Midpoint(), .backpropagation)
  }

  @Test func theContinuousAdjointGoesBackThroughTheSameTimes() throws {
    let (fields, samples) = (smallFields(noise: .general), 8)
    func both(_ tolerance: Double) throws -> Double {
      let found = try [Adjoint.continuous, .backpropagation].map { adjoint in
        let solver = try SDESolver(
          fields, method: Heun(), times: [0, 1], step: 1, sampleCount: samples,
          paths: halves(samples: samples, channels: 3), adjoint: adjoint, mostSteps: 20_000)
        try solver.solve(
          from: normals(5, samples, seed: 67),
          adapting: AdaptiveSteps(relative: tolerance, absolute: tolerance))
        fill(solver)
        solver.pullBack()
        return numbers(solver.initialGradient, samples: samples)
      }
      return relativeError(found[0], found[1])
    }
    let errors = try [both(1e-1), both(3e-3)]
    #expect(errors[0] > 1e-4 && errors[1] < errors[0] / 3, "\(errors)")
  }

  @Test func noiseThatWasLookedAtIsNotSkipped() throws {
    // every end of a rejected step is stopped at: asked once more, the path has no times but these
    let asked = AskedPath(halves(samples: 64, seed: 68)[0])
    let solver = try SDESolver(
      geometric(), method: Heun(), times: [0, 0.5, 1], step: 1, sampleCount: 64, paths: [asked],
      mostSteps: 5000)
    try solver.solve(
      from: filled(1, features: 1, samples: 64),
      adapting: AdaptiveSteps(relative: 1e-2, absolute: 1e-2))
    #expect(solver.rejectedStepCount > 0)
    #expect(asked.ends.isSubset(of: Set(solver.takenTimes(ofPanel: 0))))
    #expect(asked.count == solver.takenTimes(ofPanel: 0).count - 1 + solver.rejectedStepCount)
  }

  @Test func toldLengthsAreKeptTo() throws {
    var steps = AdaptiveSteps(relative: 1e6, absolute: 1e6)
    (steps.first, steps.largest) = (0.01, 0.07)
    let solver = try SDESolver(
      geometric(), method: Heun(), times: [0, 0.5, 1], step: 1, sampleCount: 2,
      paths: halves(samples: 2), mostSteps: 100)
    try solver.solve(from: filled(1, features: 1, samples: 2), adapting: steps)
    let times = solver.takenTimes(ofPanel: 0)
    let lengths = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect(times[1] == 0.01 && abs(lengths[1] - 0.05) < 1e-15)
    #expect(lengths.allSatisfy { $0 <= 0.07 + 1e-15 && $0 > 0.0099 })
    #expect(lengths.filter { abs($0 - 0.07) < 1e-15 }.count > 8)
    #expect(times.contains(0.5) && times.last == 1)
  }

  @Test func whatCannotBeIsSaid() throws {
    func error<Method: SDEMethod>(
      _ method: Method, noise: NoiseStructure = .scalar, mostSteps: Int = 10,
      wantsIncrementGradients: Bool = false, source: BrownianMotion.Source = .interval,
      steps: AdaptiveSteps = AdaptiveSteps()
    ) throws -> UserError? {
      let fields = ClosureFields<Double, Method.Calculus>(
        stateCount: 1, channelCount: 1, noise: noise, drift: { _, x, f in f[0] = x[0] },
        diffusion: { _, x, g in g[0] = x[0] }, slopes: ({ _, _, _ in }, { _, _, _ in }))
      let motion = BrownianMotion(
        keys: SampleKeys(count: 1, key: RandomKey(seed: 1)), source: source)
      let solver = try SDESolver(
        fields, method: method, times: [0, 1], step: 1, sampleCount: 1,
        paths: motion.paths(for: fields, times: [0, 1], hasArea: method.needsArea),
        wantsIncrementGradients: wantsIncrementGradients, mostSteps: mostSteps)
      return #expect(throws: UserError.self) {
        try solver.solve(from: filled(1, features: 1, samples: 1), adapting: steps)
      }
    }
    #expect(try error(EulerMaruyama())?.expected.contains("another equation") == true)
    for method in [ItoMilstein(), DiagonalRungeKutta()] as [any SDEMethod<Ito>] {
      #expect(try error(method)?.expected.contains("second result") == true)
    }
    #expect(try error(Heun(), source: .increments)?.action == "take a BrownianInterval")
    #expect(try error(Heun(), mostSteps: 0)?.action == "make it with mostSteps")
    #expect(try error(Heun(), wantsIncrementGradients: true)?.found.contains("increments") == true)
    #expect(
      try error(Heun(), steps: AdaptiveSteps(relative: 0, absolute: 0))?.found.contains(
        "tolerances") == true)
    var steps = AdaptiveSteps()
    (steps.smallest, steps.largest) = (2, 1)
    #expect(try error(Heun(), steps: steps)?.expected.contains("smallest") == true)
    steps = AdaptiveSteps(relative: 1e-9, absolute: 1e-9)
    steps.smallest = 1e-2
    let tooShort = try error(Heun(), mostSteps: 1000, steps: steps)
    #expect(tooShort?.kind == .divergence && tooShort?.found.contains("time 0.0 with") == true)
  }

  @Test func tooManyStepsLeaveTheSolverUsable() throws {
    let (fields, samples) = (smallFields(noise: .diagonal, stateCount: 3), 70)
    let initial: Panels<Double> = normals(3, samples, seed: 69)
    func solver() throws -> SDESolver<NeuralFields<Double, Stratonovich>, ReversibleHeun> {
      try SDESolver(
        fields, method: ReversibleHeun(), times: [0, 1], step: 0.1, sampleCount: samples,
        paths: halves(samples: samples, channels: 3), adjoint: .reversible, mostSteps: 40)
    }
    func gradient(_ solver: SDESolver<NeuralFields<Double, Stratonovich>, ReversibleHeun>)
      -> [Double]
    {
      fill(solver)
      solver.pullBack()
      return fields.gradients + numbers(solver.initialGradient, samples: samples)
    }
    let (tried, fresh) = (try solver(), try solver())
    let error = #expect(throws: UserError.self) {
      try tried.solve(from: initial, adapting: AdaptiveSteps(relative: 1e-6, absolute: 1e-6))
    }
    #expect(error?.kind == .divergence && error?.found.contains("40 steps tried") == true)
    let rough = AdaptiveSteps(relative: 0.3, absolute: 0.3)
    for solver in [tried, fresh] { try solver.solve(from: initial, adapting: rough) }
    #expect(tried.states[1].buffer.elements.elementsEqual(fresh.states[1].buffer.elements))
    #expect(gradient(tried) == gradient(fresh))
    // and by the steps of its grid
    for solver in [tried, fresh] { solver.solve(from: initial) }
    #expect(tried.takenTimes(ofPanel: 0) == tried.grid.times)
    #expect(gradient(tried) == gradient(fresh))
  }

  @Test(
    .enabled(if: AllocationTally.isPossible && !isDebugBuild))
  func theSteadyStateAllocatesNothing() throws {
    let (fields, samples) = (smallFields(Float.self, noise: .diagonal, stateCount: 4), 100)
    let motion = BrownianMotion(keys: SampleKeys(count: samples, key: RandomKey(seed: 70)))
    let drivers: [any DrivingPath<Float>] = motion.paths(for: fields, times: [0, 1])
    let solver = try SDESolver(
      fields, method: ReversibleHeun(), times: [0, 0.5, 1], step: 1, sampleCount: samples,
      paths: drivers, adjoint: .reversible, mostSteps: 1000)
    let initial: Panels<Float> = normals(4, samples, seed: 71)
    let steps = AdaptiveSteps(relative: 1e-2, absolute: 1e-2)
    func round(_ batch: Int) throws {
      motion.redraw(
        RandomKey(seed: 72), from: batch * samples, paths: drivers, forgettingDivisions: true)
      try solver.solve(from: initial, adapting: steps)
      solver.pullBack()
    }
    // paths and their trees have found their size after a few batches
    for batch in 0..<4 { try round(batch) }
    let made = try AllocationTally.count { for batch in 0..<4 { try round(batch) } }
    #expect(made == 0)
    #expect(solver.takenTimes(ofPanel: 0).count > 10)
  }

  @Test func aBatchDoesNotDependOnThoseBeforeItWhereDivisionsAreForgotten() throws {
    let (fields, samples) = (smallFields(noise: .diagonal, stateCount: 3), 64)
    func ends(after earlier: [Int]) throws -> [Double] {
      let motion = BrownianMotion(keys: SampleKeys(count: samples, key: RandomKey(seed: 73)))
      let drivers: [any DrivingPath<Double>] = motion.paths(for: fields, times: [0, 1])
      let solver = try SDESolver(
        fields, method: Heun(), times: [0, 1], step: 1, sampleCount: samples, paths: drivers,
        mostSteps: 1000)
      for batch in earlier + [9] {
        motion.redraw(
          RandomKey(seed: 74), from: batch * samples, paths: drivers, forgettingDivisions: true)
        try solver.solve(
          from: normals(3, samples, seed: 75), adapting: AdaptiveSteps(relative: 0.1, absolute: 0.1)
        )
      }
      return numbers(solver.states[1], samples: samples)
    }
    #expect(try ends(after: []) == ends(after: [1, 2]))
  }
}

/// A path that remembers what it was asked.
private final class AskedPath: DrivingPath {
  private let path: BrownianInterval<Double>
  var ends: Set<Double> = []
  var count = 0

  init(_ path: BrownianInterval<Double>) { self.path = path }

  var panelCount: Int { path.panelCount }
  var channelCount: Int { path.channelCount }
  var span: ClosedRange<Double> { path.span }
  var hasArea: Bool { path.hasArea }

  func query(
    from start: Double, to end: Double, increment: UnsafeMutablePointer<Double>,
    area: UnsafeMutablePointer<Double>?
  ) {
    count += 1
    ends.insert(end)
    path.query(from: start, to: end, increment: increment, area: area)
  }
}
