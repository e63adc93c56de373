import CoppiceNetworks
import CoppiceRandom
public import CoppiceReports
public import CoppiceSDE
public import CoppiceSparsity
public import CoppiceTensors

/// What a solution and its gradients took.
public struct SDEBenchmarkRow: Codable, Sendable, Equatable {
  /// Which method.
  public var solver: String
  /// How the gradients were found.
  public var adjoint: Adjoint
  /// How noise enters.
  public var noise: NoiseStructure
  /// Which weights of both fields are kept.
  public var sparsity: String
  /// Numbers of a state.
  public var state: Int
  /// Units of the fields' hidden layer.
  public var width: Int
  /// Samples.
  public var batch: Int
  /// Steps of a solution.
  public var steps: Int
  /// Threads.
  public var threads: Int
  /// Seconds for new noise, a solution and its gradients.
  public var seconds: Double
}

/// A run of the benchmark of stochastic differential equations.
public struct SDEBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// The instructions that the kernels used.
  public var instructionSet: InstructionSet
  /// One for each equation and way.
  public var rows: [SDEBenchmarkRow]

  private enum CodingKeys: String, CodingKey {
    case schema, rows
    case instructionSet = "instruction_set"
  }

  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([
      ("solver", .left), ("adjoint", .left), ("noise", .left), ("sparsity", .left),
      ("state", .right),
      ("width", .right), ("batch", .right), ("steps", .right), ("threads", .right),
      ("ms", .right),
    ])
    for row in rows {
      table.add([
        row.solver, row.adjoint.rawValue, row.noise.rawValue, row.sparsity, "\(row.state)",
        "\(row.width)", "\(row.batch)", "\(row.steps)", "\(row.threads)",
        "\((row.seconds * 1e6).rounded() / 1e3)",
      ])
    }
    return table
  }
}

/// Measures solutions of small neural equations from time 0 to 1, and their gradients.
///
/// Drift and diffusion are networks with one hidden layer of the state and the time; the loss is the sum
/// of the last state. Ways and sparsities take turns, and the medians count.
public struct SDEBenchmark: Sendable {
  /// An equation.
  public struct Equation: Sendable {
    /// How noise enters.
    public var noise: NoiseStructure
    /// Numbers of a state.
    public var state: Int
    /// Units of the hidden layer.
    public var width: Int

    /// An equation from its sizes.
    public init(noise: NoiseStructure, state: Int, width: Int) {
      self.noise = noise
      self.state = state
      self.width = width
    }
  }

  /// Channels of noise where it is general.
  public var channels = 16
  /// Which weights of both fields are kept, one after the other.
  public var sparsities = [SparsityExpression.dense]
  /// Threads.
  public var threads = 1
  /// For how long the ways of one row take turns at least.
  public var leastSeconds = 1.0

  /// The settings above.
  public init() {}

  /// Measures every equation with every batch and number of steps.
  ///
  /// - Throws: `UserError` of kind `configuration` for what cannot be solved.
  public func run(
    _ equations: [Equation], batches: [Int], steps: [Int]
  ) throws(UserError) -> SDEBenchmarkReport {
    var rows: [SDEBenchmarkRow] = []
    for equation in equations {
      for batch in batches {
        for count in steps { rows += try measure(equation, batch, count) }
      }
    }
    return SDEBenchmarkReport(instructionSet: .fastest, rows: rows)
  }

  /// The fields of an equation.
  private func fields(
    of equation: Equation, _ sparsity: SparsityExpression
  ) throws(UserError) -> NeuralFields<Float, Stratonovich> {
    let fields = NeuralFields<Float, Stratonovich>(
      stateCount: equation.state,
      channelCount: equation.noise == .diagonal ? equation.state : channels,
      noise: equation.noise, width: equation.width, key: RandomKey(seed: 1))
    let rule = try SparsityCatalogue.standard.choice(
      for: sparsity, horizon: 1000, options: ConfiguredOptions(layers: [])
    ).rule
    for (place, network) in [fields.drift, fields.diffusion].enumerated() {
      _ = try FieldLearner(
        network, role: place == 0 ? "drift" : "diffusion", rule: rule,
        key: RandomKey(seed: 4).split(place),
        makeOptimiser: { Adam(network: $0) })
    }
    return fields
  }

  private func measure(
    _ equation: Equation, _ batch: Int, _ steps: Int
  ) throws(UserError) -> [SDEBenchmarkRow] {
    let pool = WorkerPool(threadCount: threads)
    var ways: [Way] = []
    for sparsity in sparsities {
      let fields = try fields(of: equation, sparsity)
      func add<Method: SDEMethod>(
        _ method: Method, _ adjoint: Adjoint
      ) throws(UserError) where Method.Calculus == Stratonovich {
        ways.append(
          try Way(fields, sparsity, method, adjoint, batch: batch, steps: steps, pool: pool))
      }
      try add(ReversibleHeun(), .reversible)
      try add(ReversibleHeun(), .backpropagation)
      try add(Midpoint(), .continuous)
      try add(Midpoint(), .backpropagation)
    }
    var seconds = ways.map { _ in [Double]() }
    for way in ways { way.run(0) }
    let start = secondsNow()
    var round = 1
    repeat {
      for (index, way) in ways.enumerated() {
        let begin = secondsNow()
        way.run(round)
        seconds[index].append(secondsNow() - begin)
      }
      round += 1
    } while secondsNow() - start < leastSeconds || round < 4
    return zip(ways, seconds).map { way, seconds in
      SDEBenchmarkRow(
        solver: way.solver, adjoint: way.adjoint, noise: equation.noise, sparsity: way.sparsity,
        state: equation.state, width: equation.width, batch: batch, steps: steps, threads: threads,
        seconds: Spread(seconds).median)
    }
  }

  /// One way to solve an equation.
  private struct Way {
    let solver: String
    let adjoint: Adjoint
    let sparsity: String
    let run: (Int) -> Void

    init<Method: SDEMethod>(
      _ fields: NeuralFields<Float, Stratonovich>, _ sparsity: SparsityExpression, _ method: Method,
      _ adjoint: Adjoint, batch: Int, steps: Int, pool: WorkerPool
    ) throws(UserError) where Method.Calculus == Stratonovich {
      solver = method.name
      self.adjoint = adjoint
      self.sparsity = sparsity.spelling
      let grid = try StepGrid(times: [0, 1], step: 1 / Double(steps))
      let motion = BrownianMotion(keys: SampleKeys(count: batch, key: RandomKey(seed: 2)))
      let paths = motion.paths(for: fields, times: grid.times)
      let equation = try SDESolver(
        fields, method: method, grid: grid, sampleCount: batch, paths: paths, adjoint: adjoint,
        pool: pool)
      let initial = Panels<Float>(featureCount: fields.stateCount, sampleCount: batch)
      var random = RandomKey(seed: 3).stream()
      for index in initial.buffer.elements.indices {
        initial.buffer.elements[index] = Float(random.nextNormal())
      }
      equation.stateGradients[1].buffer.fill(1)
      run = { round in
        motion.redraw(RandomKey(seed: 2).split(round), paths: paths)
        equation.solve(from: initial)
        equation.pullBack()
      }
    }
  }
}
