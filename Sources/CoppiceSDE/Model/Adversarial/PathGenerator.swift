import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

/// A neural stochastic equation that makes paths out of noise.
///
/// V ~ N(0, I), X₀ = ζ(V), dX = μ(t, X) dt + σ(t, X) ∘ dW, Y = A X + c.
///
/// ## Shapes
/// - `B` samples, `T` times, `C` channels of a path
///
/// ## Randomness
/// A path depends on its sample's key alone.
///
/// ## Source
/// Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs", section 3.1.
public final class PathGenerator {
  /// The sizes of the networks.
  public struct Sizes: Codable, Sendable, Equatable {
    /// Numbers of V.
    public var initialNoise = 5
    /// Channels of W.
    public var noise = 3
    /// Numbers of X.
    public var state = 16
    /// Units of a hidden layer.
    public var width = 16
    /// Hidden layers.
    public var depth = 1
    /// What the initial weights of ζ are multiplied by.
    public var initialScale = 3.0
    /// What the initial weights of μ and σ are multiplied by.
    public var fieldScale = 0.5

    /// The sizes of the example of an Ornstein–Uhlenbeck process.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case noise, state, width, depth
      case initialNoise = "initial_noise"
      case initialScale = "initial_scale"
      case fieldScale = "field_scale"
    }
  }

  /// The sizes of the networks.
  public let sizes: Sizes
  /// When a path has values.
  public let times: [Double]
  /// `C`.
  public let channelCount: Int
  /// `B`, whole panels.
  public let sampleCount: Int
  /// Whose paths are made; see ``draw(_:)``.
  public let keys: SampleKeys

  /// ζ, μ, σ and A, in this order.
  package let learners: [FieldLearner]

  private let motion: BrownianMotion
  private let noise: BrownianNoise<Float>
  private let initial: BatchNetwork
  private let solver: any BatchSolver<Float>
  private let readout: BatchNetwork

  /// A generator of paths with values at `times`.
  ///
  /// - Parameters:
  ///   - times: `T` times.
  ///   - channelCount: `C`.
  ///   - sampleCount: `B`.
  ///   - sizes: The sizes of the networks.
  ///   - method: How the equation is solved.
  ///   - step: The longest step.
  ///   - learns: Whether gradients will be asked for.
  ///   - networks: Sparsity and optimisers.
  ///   - key: The initial weights.
  ///   - pool: Whose threads share the samples.
  /// - Throws: `UserError` of kind `configuration` for what cannot be solved or made sparse.
  public init(
    times: [Double], channelCount: Int, sampleCount: Int, sizes: Sizes,
    method: any SDEMethod<Stratonovich>, step: Double, learns: Bool = true,
    networks: ModelNetworks, key: RandomKey, pool: WorkerPool
  ) throws(UserError) {
    let panelCount = panelCountFor(samples: sampleCount)
    let lanes = panelCount * panelWidth
    self.sizes = sizes
    self.times = times
    self.channelCount = channelCount
    self.sampleCount = lanes
    keys = SampleKeys(count: lanes, key: key)
    func learner(
      _ network: MLP<Float>, _ part: String, place: Int, scale: Double
    ) throws(UserError) -> FieldLearner {
      for layer in network.layers {
        for buffer in [layer.parameters, layer.bias] {
          for index in buffer.elements.indices { buffer.elements[index] *= Float(scale) }
        }
      }
      network.refresh()
      return try FieldLearner(
        network, role: "generator-\(part)", rule: networks.rule,
        key: key.split("topology").split(place),
        makeOptimiser: networks.makeOptimiser)
    }
    let hidden = Array(repeating: sizes.width, count: sizes.depth)
    let initialNetwork = MLP<Float>(
      sizes: [sizes.initialNoise] + hidden + [sizes.state], hiddenActivation: .lipSwish,
      key: key.split("initial"))
    let fields = NeuralFields<Float, Stratonovich>(
      stateCount: sizes.state, channelCount: sizes.noise, noise: .general, width: sizes.width,
      depth: sizes.depth, key: key.split("fields"))
    let readoutNetwork = MLP<Float>(
      sizes: [sizes.state, channelCount], inputGradientColumns: 0..<sizes.state,
      key: key.split("readout"))
    learners = [
      try learner(initialNetwork, "initial", place: 0, scale: sizes.initialScale),
      try learner(fields.drift, "drift", place: 1, scale: sizes.fieldScale),
      try learner(fields.diffusion, "diffusion", place: 2, scale: sizes.fieldScale),
      try learner(readoutNetwork, "readout", place: 3, scale: 1),
    ]
    motion = BrownianMotion(keys: keys)
    noise = BrownianNoise(keys: keys, channelCount: sizes.initialNoise)
    initial = BatchNetwork(initialNetwork, sampleCount: lanes, inputGradients: 0, pool: pool)
    readout = BatchNetwork(
      readoutNetwork, sampleCount: times.count * lanes, inputGradients: sizes.state, pool: pool)
    let grid = try StepGrid(times: times, step: step)
    let adjoint: Adjoint = method.adjoints.contains(.reversible) ? .reversible : .backpropagation
    solver = try method.solver(
      of: fields, grid: grid, sampleCount: lanes,
      paths: motion.paths(for: fields, times: grid.times), adjoint: learns ? adjoint : nil,
      pool: pool)
  }

  /// Gives the samples the keys `key.split(0)`, `key.split(1)`, ….
  public func draw(_ key: RandomKey) { motion.redraw(key, paths: solver.paths) }

  /// The values of time `index` for panel `panel`, `[C, 64]`, as ``forward()`` left them.
  public func values(at index: Int, panel: Int) -> UnsafePointer<Float> {
    UnsafePointer(readout.output.panel(index * keys.panelCount + panel))
  }

  /// Where ∂ loss / ∂ those values goes before ``backward()``.
  public func valueGradients(at index: Int, panel: Int) -> UnsafeMutablePointer<Float> {
    readout.outputGradient.panel(index * keys.panelCount + panel)
  }

  /// Makes the paths of the samples' keys.
  public func forward() {
    for panel in 0..<keys.panelCount {
      noise.write(.initial, of: 0, panel: panel, into: initial.inputs.panel(panel))
    }
    initial.forward()
    solver.solve(from: initial.output)
    let count = solver.states[0].buffer.count
    for (index, states) in solver.states.enumerated() {
      (readout.inputs.buffer.pointer + index * count).update(
        from: states.buffer.pointer, count: count)
    }
    readout.forward()
  }

  /// Carries the gradients of the values back to the parameters.
  public func backward() {
    readout.backward()
    guard let gradient = readout.inputGradient else { return }
    let count = solver.states[0].buffer.count
    for (index, states) in solver.stateGradients.enumerated() {
      states.buffer.pointer.update(
        from: gradient.buffer.pointer + index * count, count: count)
    }
    solver.pullBack()
    initial.outputGradient.buffer.copy(from: solver.initialGradient.buffer)
    initial.backward()
  }

  /// Moves all weights against their gradients.
  package func update(step: Int, learningRate: Double, averages: Bool) {
    for learner in learners {
      learner.update(step: step, learningRate: learningRate, averages: averages)
    }
  }

  /// Writes the mean weights of `other`'s later updates into the networks, or its weights where none were
  /// counted.
  ///
  /// - Precondition: The networks are dense and as large as the other's.
  public func takeAverages(of other: PathGenerator) { takeWeights(of: other, averaged: true) }

  /// Writes the weights of `other` into the networks; where `averaged`, their means, if any were counted.
  func takeWeights(of other: PathGenerator, averaged: Bool) {
    for (own, its) in zip(learners, other.learners) {
      if averaged, its.average.count > 0 {
        its.average.write(to: own.network)
        continue
      }
      for (layer, from) in zip(own.network.layers, its.network.layers) {
        layer.parameters.copy(from: AlignedBuffer(from.denseWeights()))
        layer.bias.copy(from: from.bias)
      }
      own.network.refresh()
    }
  }

  /// Whether all values are finite numbers.
  public var isFinite: Bool { readout.output.buffer.elements.allSatisfy(\.isFinite) }

  /// What is wrong with the last solution, if anything.
  public var warning: String? { solver.warning }

  /// The paths of the last ``forward()``, for the first `count` samples.
  ///
  /// - Throws: `UserError` of kind `configuration` where values are not finite.
  public func paths(_ count: Int, channelNames: [String]) throws(UserError) -> PathSet {
    var values: [Float] = []
    values.reserveCapacity(count * times.count * channelCount)
    for sample in 0..<count {
      for index in times.indices {
        let panel = self.values(at: index, panel: sample / panelWidth)
        for channel in 0..<channelCount {
          values.append(panel[channel * panelWidth + sample % panelWidth])
        }
      }
    }
    return try PathSet(times: times, channelNames: channelNames, values: values)
  }
}

extension PathGenerator: Checkpointable {
  private static let names = ["initial", "drift", "diffusion", "readout"]

  /// Saves all four networks.
  public func save(into tensors: inout NamedTensors) {
    for (name, learner) in zip(Self.names, learners) {
      tensors.save(learner, under: name)
    }
  }

  /// Restores them.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for (name, learner) in zip(Self.names, learners) {
      try learner.restore(from: tensors.under(name))
    }
  }
}
