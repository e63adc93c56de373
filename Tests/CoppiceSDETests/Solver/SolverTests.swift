import CoppiceNetworks
import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

/// Neural fields as in the gradient experiment of the paper on reversible Heun, smaller.
func smallFields<Scalar: NetworkScalar, Calculus: StochasticCalculus>(
  _: Scalar.Type = Double.self, _: Calculus.Type = Stratonovich.self,
  noise: NoiseStructure, stateCount: Int = 5
) -> NeuralFields<Scalar, Calculus> {
  NeuralFields(
    stateCount: stateCount,
    channelCount: noise == .diagonal ? stateCount : noise == .scalar ? 1 : 3, noise: noise,
    width: 6, key: RandomKey(seed: 21))
}

func normals<Scalar: NetworkScalar>(
  _ features: Int, _ samples: Int, seed: UInt64
) -> Panels<Scalar> {
  let panels = Panels<Scalar>(featureCount: features, sampleCount: samples)
  var random = RandomKey(seed: seed).stream()
  for sample in 0..<samples {
    for feature in 0..<features {
      panels[sample: sample, feature: feature] = Scalar(random.nextNormal())
    }
  }
  return panels
}

func numbers<Scalar: NetworkScalar>(_ panels: Panels<Scalar>, samples: Int) -> [Double] {
  (0..<samples).flatMap { sample in
    (0..<panels.featureCount).map { Double(panels[sample: sample, feature: $0]) }
  }
}

extension NeuralFields {
  /// The gradients that optimisers read.
  var gradients: [Double] {
    (drift.layers + diffusion.layers).flatMap {
      $0.parameterGradient.elements.map { Double($0) } + $0.biasGradient.elements.map { Double($0) }
    }
  }
}

/// A loss that is linear in the states at all wanted times, and its gradients.
struct Gradients {
  var loss = 0.0
  var parameters: [Double] = []
  var initial: [Double] = []
  var increments: [Double] = []
  var reconstructionError = 0.0
}

func gradients<Scalar: NetworkScalar, Calculus, Method: SDEMethod>(
  _ fields: NeuralFields<Scalar, Calculus>, _ method: Method, adjoint: Adjoint,
  times: [Double], step: Double, samples: Int = 70, increments: Bool = false, threads: Int = 1,
  initial: Panels<Scalar>? = nil
) throws -> Gradients where Method.Calculus == Calculus {
  let keys = SampleKeys(count: samples, key: RandomKey(seed: 22))
  let grid = try StepGrid(times: times, step: step)
  let solver = try SDESolver(
    fields, method: method, grid: grid, sampleCount: samples,
    paths: BrownianMotion(keys: keys).paths(
      for: fields, times: grid.times, hasArea: method.needsArea),
    adjoint: adjoint, wantsIncrementGradients: increments,
    pool: WorkerPool(threadCount: threads))
  solver.solve(from: initial ?? normals(fields.stateCount, samples, seed: 23))
  var result = Gradients()
  for (index, states) in solver.states.enumerated() {
    let weights: Panels<Scalar> = normals(fields.stateCount, samples, seed: 24 + UInt64(index))
    result.loss += zip(numbers(states, samples: samples), numbers(weights, samples: samples))
      .reduce(0) { $0 + $1.0 * $1.1 }
    solver.stateGradients[index].buffer.copy(from: weights.buffer)
  }
  solver.pullBack()
  result.parameters = fields.gradients
  result.initial = numbers(solver.initialGradient, samples: samples)
  result.increments = solver.incrementGradients.flatMap { numbers($0, samples: samples) }
  return result
}

/// A method without room for what evaluations left.
private struct Forgetful<Method: SDEMethod>: SDEMethod where Method.Calculus == Stratonovich {
  typealias Calculus = Stratonovich

  let method: Method

  init(_ method: Method) { self.method = method }

  var name: String { method.name }
  var needsArea: Bool { method.needsArea }
  var adjoints: [Adjoint] { method.adjoints }
  func strongOrder(for noise: NoiseStructure) -> Double? { method.strongOrder(for: noise) }

  func makeIntegrator<Fields: VectorFields>(
    for fields: Fields, panel: Int, adjoint: Adjoint?, stepCount: Int, keptBytes: Int
  ) -> any PanelIntegrator<Fields.Scalar> where Fields.Calculus == Stratonovich {
    method.makeIntegrator(
      for: fields, panel: panel, adjoint: adjoint, stepCount: stepCount, keptBytes: 0)
  }
}

struct GradientTests {
  @Test(
    arguments: [NoiseStructure.diagonal, .scalar, .general],
    [(times: [0.0, 1.0], step: 0.125), (times: [0, 0.1, 0.3, 0.55, 1], step: 0.01)])
  func theReversibleAdjointIsExact(
    noise: NoiseStructure, solution: (times: [Double], step: Double)
  ) throws {
    let fields = smallFields(noise: noise)
    let exact = try gradients(
      fields, ReversibleHeun(), adjoint: .backpropagation, times: solution.times,
      step: solution.step, increments: true)
    let reversed = try gradients(
      fields, ReversibleHeun(), adjoint: .reversible, times: solution.times,
      step: solution.step, increments: true)
    #expect(relativeError(exact.parameters, reversed.parameters) <= 1e-13)
    #expect(relativeError(exact.initial, reversed.initial) <= 1e-13)
    #expect(relativeError(exact.increments, reversed.increments) <= 1e-13)
    #expect(exact.parameters.contains { abs($0) > 1e-3 })
  }

  @Test(arguments: 0...12)
  func theErrorStaysAtRoundingForEveryStep(halvings: Int) throws {
    let step = Double(sign: .plus, exponent: -halvings, significand: 1)
    let fields = smallFields(noise: .general, stateCount: 4)
    let single = smallFields(Float.self, noise: .general, stateCount: 4)
    let exact = try gradients(
      fields, ReversibleHeun(), adjoint: .backpropagation, times: [0, 1], step: step, samples: 4)
    let reversed = try gradients(
      fields, ReversibleHeun(), adjoint: .reversible, times: [0, 1], step: step, samples: 4)
    let error = relativeError(
      exact.parameters + exact.initial, reversed.parameters + reversed.initial)
    #expect(error <= 1e-13)
    let exactSingle = try gradients(
      single, ReversibleHeun(), adjoint: .backpropagation, times: [0, 1], step: step, samples: 4)
    let reversedSingle = try gradients(
      single, ReversibleHeun(), adjoint: .reversible, times: [0, 1], step: step, samples: 4)
    let singleError = relativeError(
      exactSingle.parameters + exactSingle.initial,
      reversedSingle.parameters + reversedSingle.initial)
    #expect(singleError <= 1e-5)
  }

  @Test(
    arguments: [NoiseStructure.diagonal, .scalar, .general], [Adjoint.reversible, .backpropagation])
  func reversibleHeunAgreesWithFiniteDifferences(noise: NoiseStructure, adjoint: Adjoint) throws {
    try compareWithDifferences(
      smallFields(noise: noise, stateCount: 3), ReversibleHeun(), adjoint: adjoint)
  }

  @Test(arguments: [NoiseStructure.diagonal, .scalar, .general])
  func backpropagationAgreesWithFiniteDifferences(noise: NoiseStructure) throws {
    let fields = smallFields(noise: noise, stateCount: 3)
    try compareWithDifferences(fields, Heun(), adjoint: .backpropagation)
    try compareWithDifferences(fields, Midpoint(), adjoint: .backpropagation)
    try compareWithDifferences(fields, EulerHeun(), adjoint: .backpropagation)
    let ito = smallFields(Double.self, Ito.self, noise: noise, stateCount: 3)
    try compareWithDifferences(ito, EulerMaruyama(), adjoint: .backpropagation)
    guard noise != .general else { return }
    try compareWithDifferences(fields, StratonovichMilstein(), adjoint: .backpropagation)
    try compareWithDifferences(ito, ItoMilstein(), adjoint: .backpropagation)
    try compareWithDifferences(ito, DiagonalRungeKutta(), adjoint: .backpropagation)
  }

  @Test(arguments: [NoiseStructure.diagonal, .general])
  func whetherEvaluationsAreKeptOrMadeAgainChangesRoundingAlone(noise: NoiseStructure) throws {
    let fields = smallFields(noise: noise)
    func check(_ method: some SDEMethod<Stratonovich>) throws {
      // 13 steps: tapes that are full and one that is not
      func found(_ method: some SDEMethod<Stratonovich>) throws -> Gradients {
        try gradients(
          fields, method, adjoint: .backpropagation, times: [0, 0.4, 1], step: 0.08, samples: 70,
          increments: true)
      }
      let (kept, again) = (try found(method), try found(Forgetful(method)))
      #expect(relativeError(kept.parameters, again.parameters) <= 1e-13)
      #expect(relativeError(kept.initial, again.initial) <= 1e-13)
      #expect(relativeError(kept.increments, again.increments) <= 1e-13)
      #expect(kept.parameters.contains { abs($0) > 1e-3 })
    }
    try check(ReversibleHeun())
    try check(Midpoint())
  }

  private func compareWithDifferences<Calculus, Method: SDEMethod>(
    _ fields: NeuralFields<Double, Calculus>, _ method: Method, adjoint: Adjoint
  ) throws where Method.Calculus == Calculus {
    let (times, step, samples) = ([0, 0.3, 0.7], 0.1, 3)
    let initial: Panels<Double> = normals(fields.stateCount, samples, seed: 30)
    func evaluate() throws -> Gradients {
      try gradients(
        fields, method, adjoint: adjoint, times: times, step: step, samples: samples,
        initial: initial)
    }
    let found = try evaluate()
    func difference(_ number: UnsafeMutablePointer<Double>) throws -> Double {
      let (own, h) = (number.pointee, 1e-5)
      defer { number.pointee = own }
      number.pointee = own + h
      let above = try evaluate().loss
      number.pointee = own - h
      return (above - (try evaluate().loss)) / (2 * h)
    }
    var index = 0
    for layer in fields.drift.layers + fields.diffusion.layers {
      for buffer in [layer.parameters, layer.bias] {
        // every fifth, for each costs two solutions
        for element in stride(from: 0, to: buffer.count, by: 5) {
          let expected = try difference(buffer.pointer + element)
          #expect(abs(found.parameters[index + element] - expected) < 1e-6 * max(1, abs(expected)))
        }
        index += buffer.count
      }
    }
    for feature in 0..<fields.stateCount {
      let expected = try difference(initial.panel(0, feature: feature) + 1)
      let place = fields.stateCount + feature
      #expect(abs(found.initial[place] - expected) < 1e-6 * max(1, abs(expected)))
    }
  }

  @Test func theContinuousAdjointApproachesTheExactGradient() throws {
    let fields = smallFields(noise: .general, stateCount: 4)
    for halving in [false, true] {
      var errors: [Double] = []
      let steps = [0.25, 0.0625, 0.015625]
      for step in steps {
        func both(_ adjoint: Adjoint) throws -> [Double] {
          let found =
            halving
            ? try gradients(
              fields, Midpoint(), adjoint: adjoint, times: [0, 1], step: step, samples: 64)
            : try gradients(
              fields, Heun(), adjoint: adjoint, times: [0, 1], step: step, samples: 64)
          return found.parameters + found.initial
        }
        errors.append(relativeError(try both(.continuous), try both(.backpropagation)))
      }
      #expect(errors[0] > 1e-4)
      #expect(errors[2] < errors[0] / 4)
    }
  }

  @Test(arguments: [NoiseStructure.diagonal, .general])
  func threadsDoNotChangeABit(noise: NoiseStructure) throws {
    let fields = smallFields(Float.self, noise: noise)
    let one = try gradients(
      fields, ReversibleHeun(), adjoint: .reversible, times: [0, 1], step: 0.1, samples: 200)
    let three = try gradients(
      fields, ReversibleHeun(), adjoint: .reversible, times: [0, 1], step: 0.1, samples: 200,
      threads: 3)
    #expect(one.parameters == three.parameters && one.initial == three.initial)
  }

  @Test func incrementGradientsAgreeWithFiniteDifferences() throws {
    let fields = smallFields(noise: .general, stateCount: 3)
    let times = [0, 0.5, 1.0]
    let path = StoredPath<Double>(times: times, sampleCount: 2, channelCount: 3)
    var random = RandomKey(seed: 31).stream()
    for index in times.indices {
      for channel in 0..<3 {
        for lane in 0..<2 {
          path.value(at: index)[channel * panelWidth + lane] = random.nextNormal()
        }
      }
    }
    let initial: Panels<Double> = normals(3, 2, seed: 32)
    func solve<Method: SDEMethod>(_ method: Method, _ adjoint: Adjoint) throws -> (
      Double, [Panels<Double>]
    )
    where Method.Calculus == Stratonovich {
      let solver = try SDESolver(
        fields, method: method, times: [0, 1], step: 0.25, sampleCount: 2, paths: [path],
        adjoint: adjoint, wantsIncrementGradients: true)
      solver.solve(from: initial)
      solver.stateGradients[1].buffer.fill(1)
      solver.pullBack()
      return (numbers(solver.states[1], samples: 2).reduce(0, +), solver.incrementGradients)
    }
    func check<Method: SDEMethod>(_ method: Method, _ adjoint: Adjoint) throws
    where Method.Calculus == Stratonovich {
      let found = try solve(method, adjoint).1
      for channel in 0..<3 {
        let place = path.value(at: 1) + channel * panelWidth
        let own = place.pointee
        place.pointee = own + 1e-5
        let above = try solve(method, adjoint).0
        place.pointee = own - 1e-5
        let below = try solve(method, adjoint).0
        place.pointee = own
        // the middle value is half of steps 0 and 1 up, and of steps 2 and 3 down
        let expected = (above - below) / 2e-5
        let own2 = (0..<4).map { found[$0][sample: 0, feature: channel] }
        #expect(abs((own2[0] + own2[1] - own2[2] - own2[3]) / 2 - expected) < 1e-6)
      }
    }
    try check(ReversibleHeun(), .reversible)
    try check(Midpoint(), .backpropagation)
  }
}
