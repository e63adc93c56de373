import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One equation, written once with its own structure of noise and once as if it were any.
struct NoiseStructureTests {
  private func fields<Calculus: StochasticCalculus>(
    _ noise: NoiseStructure, states: Int, channels: Int, as _: Calculus.Type,
    diffusion: @escaping ClosureFields<Double, Calculus>.Field,
    slope: @escaping ClosureFields<Double, Calculus>.Field
  ) -> ClosureFields<Double, Calculus> {
    ClosureFields(
      stateCount: states, channelCount: channels, noise: noise,
      drift: { t, x, f in
        for index in 0..<states { f[index] = sin(x[(index + 1) % states] + t) - 0.5 * x[index] }
      },
      diffusion: diffusion,
      slopes: (
        { t, x, f in
          for index in 0..<(states * states) { f[index] = 0 }
          for index in 0..<states {
            f[index * states + (index + 1) % states] += cos(x[(index + 1) % states] + t)
            f[index * states + index] -= 0.5
          }
        }, slope
      ))
  }

  /// States at all times, and ∂ of a sum of them / ∂ the initial ones.
  private func solve<Method: SDEMethod>(
    _ fields: ClosureFields<Double, Method.Calculus>, _ method: Method
  ) throws -> [Double] {
    let samples = 5
    let grid = try StepGrid(times: [0, 0.35, 1], step: 0.1)
    let motion = BrownianMotion(keys: SampleKeys(count: samples, key: RandomKey(seed: 33)))
    let adjoint: Adjoint = method.adjoints.contains(.reversible) ? .reversible : .backpropagation
    let solver = try SDESolver(
      fields, method: method, grid: grid, sampleCount: samples,
      paths: motion.paths(for: fields, times: grid.times, hasArea: method.needsArea),
      adjoint: adjoint)
    solver.solve(from: normals(fields.stateCount, samples, seed: 34))
    for (index, gradient) in solver.stateGradients.enumerated() {
      let weights: Panels<Double> = normals(
        fields.stateCount, samples, seed: 35 + UInt64(index))
      gradient.buffer.copy(from: weights.buffer)
    }
    solver.pullBack()
    return (solver.states + [solver.initialGradient]).flatMap { numbers($0, samples: samples) }
  }

  private func diagonalEqualsGeneral(_ method: some SDEMethod) throws {
    try compare(
      method, .diagonal, .general, states: 3, channels: 3,
      diffusion: { isGeneral, x, g in
        for index in 0..<(isGeneral ? 9 : 3) { g[index] = 0 }
        for index in 0..<3 { g[isGeneral ? 4 * index : index] = 0.4 + 0.3 * sin(x[index]) }
      },
      slope: { isGeneral, x, g in
        for index in 0..<(isGeneral ? 27 : 9) { g[index] = 0 }
        for index in 0..<3 {
          g[(isGeneral ? 4 * index : index) * 3 + index] = 0.3 * cos(x[index])
        }
      })
  }

  private func compare<Method: SDEMethod>(
    _ method: Method, _ one: NoiseStructure, _ other: NoiseStructure, states: Int, channels: Int,
    diffusion:
      @escaping (
        Bool, UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Double>
      ) -> Void,
    slope:
      @escaping (
        Bool, UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Double>
      ) -> Void
  ) throws {
    let found = try [one, other].enumerated().map { (index, noise) in
      try solve(
        fields(
          noise, states: states, channels: channels, as: Method.Calculus.self,
          diffusion: { _, x, g in diffusion(index == 1, x, g) },
          slope: { _, x, g in slope(index == 1, x, g) }), method)
    }
    #expect(relativeError(found[0], found[1]) < 1e-14, "\(method.name)")
    #expect(found[0].allSatisfy { $0.isFinite } && found[0].contains { abs($0) > 0.1 })
  }

  private func scalarEqualsGeneral(_ method: some SDEMethod) throws {
    try compare(
      method, .scalar, .general, states: 3, channels: 1,
      diffusion: { _, x, g in for index in 0..<3 { g[index] = 0.2 * x[index] + 0.1 } },
      slope: { _, _, g in
        for index in 0..<9 { g[index] = index.isMultiple(of: 4) ? 0.2 : 0 }
      })
  }

  private func additive(_ method: some SDEMethod, equals other: NoiseStructure, channels: Int)
    throws
  {
    try compare(
      method, .additive, other, states: 3, channels: channels,
      diffusion: { _, _, g in
        for index in 0..<(3 * channels) { g[index] = 0.3 + 0.1 * Double(index) }
      },
      slope: { _, _, g in for index in 0..<(9 * channels) { g[index] = 0 } })
  }

  private func scalarEqualsDiagonalForOneNumber(_ method: some SDEMethod) throws {
    try compare(
      method, .scalar, .diagonal, states: 1, channels: 1,
      diffusion: { _, x, g in g[0] = 0.4 + 0.3 * sin(x[0]) },
      slope: { _, x, g in g[0] = 0.3 * cos(x[0]) })
  }

  private func everyStructure(_ method: some SDEMethod) throws {
    try diagonalEqualsGeneral(method)
    try scalarEqualsGeneral(method)
    try additive(method, equals: .general, channels: 2)
  }

  @Test(arguments: MethodCatalogue.standard.methods.map(\.name))
  func aGeneralMatrixOfThatFormGivesTheSame(name: String) throws {
    let method = try MethodCatalogue.standard.method(name)
    if method.strongOrder(for: .general) != nil { try everyStructure(method) }
    try scalarEqualsDiagonalForOneNumber(method)
    try additive(method, equals: .scalar, channels: 1)
  }

  @Test func theSameHoldsForMethodsOfItosCalculus() throws {
    try everyStructure(EulerMaruyama())
    for method in [EulerMaruyama(), ItoMilstein(), DiagonalRungeKutta()] as [any SDEMethod<Ito>] {
      try scalarEqualsDiagonalForOneNumber(method)
      try additive(method, equals: .scalar, channels: 1)
    }
  }
}
