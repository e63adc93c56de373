import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

/// A neural controlled equation that reads a path and ends in some numbers: a discriminator, a classifier,
/// a forecaster.
///
/// H₀ = ξ(t₀, Y₀), dH = G(t, H) d(t, Y), scores = l H(T) + b. The path is a straight line between its times,
/// and its exact increments drive the solver.
///
/// ## Shapes
/// - `B` samples, `T` times, `C` channels of a path, `O` scores
///
/// ## Source
/// Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs", section 3.2.
public final class PathScorer {
  /// The sizes of the networks.
  public struct Sizes: Codable, Sendable, Equatable {
    /// Numbers of H.
    public var state = 16
    /// Units of a hidden layer.
    public var width = 16
    /// Hidden layers.
    public var depth = 1

    /// 16 numbers, one hidden layer of 16 units.
    public init() {}
  }

  /// `B`, whole panels.
  public let sampleCount: Int
  /// When the path has values.
  public let times: [Double]
  /// `C`.
  public let channelCount: Int

  /// ξ, G and l, in this order.
  package let learners: [FieldLearner]

  private let initial: BatchNetwork
  private let readout: BatchNetwork
  private let solver: any BatchSolver<Float>
  private let drivers: [StoredPath<Float>]
  /// ∂ loss / ∂ the values of the path, `T` times `[C]` panels.
  package private(set) var valueGradients: [Panels<Float>]

  /// A scorer of paths with values at `times`.
  ///
  /// - Parameters:
  ///   - times: `T` times; the solver stops at each, and no later than `step` after it.
  ///   - channelCount: `C`.
  ///   - outputCount: `O`.
  ///   - sampleCount: `B`.
  ///   - sizes: The sizes of the networks.
  ///   - method: How the equation is solved.
  ///   - step: The longest step.
  ///   - wantsValueGradients: Whether ∂ loss / ∂ path is wanted.
  ///   - networks: Sparsity and optimisers.
  ///   - name: What the networks are called in masks and measures.
  ///   - key: The initial weights.
  ///   - pool: Whose threads share the samples.
  /// - Throws: `UserError` of kind `configuration` for what cannot be solved or made sparse.
  public init(
    times: [Double], channelCount: Int, outputCount: Int, sampleCount: Int, sizes: Sizes,
    method: any SDEMethod<Stratonovich>, step: Double, wantsValueGradients: Bool,
    networks: ModelNetworks, name: String, key: RandomKey, pool: WorkerPool
  ) throws(UserError) {
    let panelCount = panelCountFor(samples: sampleCount)
    let lanes = panelCount * panelWidth
    self.times = times
    self.channelCount = channelCount
    self.sampleCount = lanes
    func learner(
      _ network: MLP<Float>, _ part: String, place: Int
    ) throws(UserError) -> FieldLearner {
      try FieldLearner(
        network, role: "\(name)-\(part)", rule: networks.rule,
        key: key.split("topology").split(place),
        makeOptimiser: networks.makeOptimiser)
    }
    let hidden = Array(repeating: sizes.width, count: sizes.depth)
    let initialNetwork = MLP<Float>(
      sizes: [channelCount + 1] + hidden + [sizes.state], hiddenActivation: .lipSwish,
      inputGradientColumns: wantsValueGradients ? 0..<(channelCount + 1) : nil,
      key: key.split("initial"))
    let fields = ControlledFields<Float>(
      stateCount: sizes.state, channelCount: channelCount + 1, width: sizes.width,
      depth: sizes.depth, key: key.split("field"))
    let readoutNetwork = MLP<Float>(
      sizes: [sizes.state, outputCount], inputGradientColumns: 0..<sizes.state,
      key: key.split("readout"))
    learners = [
      try learner(initialNetwork, "initial", place: 0),
      try learner(fields.network, "field", place: 1),
      try learner(readoutNetwork, "readout", place: 2),
    ]
    initial = BatchNetwork(
      initialNetwork, sampleCount: lanes,
      inputGradients: wantsValueGradients ? channelCount + 1 : 0, pool: pool)
    readout = BatchNetwork(
      readoutNetwork, sampleCount: lanes, inputGradients: sizes.state, pool: pool)
    drivers = (0..<panelCount).map { _ in
      StoredPath(times: times, sampleCount: panelWidth, channelCount: channelCount + 1)
    }
    // every time of the path is a time of the grid; the last one alone is wanted
    let all = try StepGrid(times: times, step: step)
    let grid = StepGrid(times: all.times, outputs: [all.stepCount])
    let adjoint: Adjoint = method.adjoints.contains(.reversible) ? .reversible : .backpropagation
    solver = try method.solver(
      of: fields, grid: grid, sampleCount: lanes, paths: drivers, adjoint: adjoint,
      wantsIncrementGradients: wantsValueGradients, pool: pool)
    valueGradients =
      wantsValueGradients
      ? times.map { _ in Panels(featureCount: channelCount, sampleCount: lanes) } : []
    for driver in drivers {
      for (index, time) in times.enumerated() {
        driver.value(at: index).update(repeating: Float(time), count: panelWidth)
      }
    }
  }

  /// The values of time `index` for panel `panel`, `[C, 64]`: written before ``forward()``.
  public func values(at index: Int, panel: Int) -> UnsafeMutablePointer<Float> {
    drivers[panel].value(at: index) + panelWidth
  }

  /// `[O]` panels of scores, as ``forward()`` left them.
  public var scores: Panels<Float> { readout.output }
  /// Where ∂ loss / ∂ scores goes before ``backward()``.
  public var scoreGradients: Panels<Float> { readout.outputGradient }

  /// Scores the paths.
  public func forward() {
    for (panel, driver) in drivers.enumerated() {
      initial.inputs.panel(panel).update(
        from: driver.value(at: 0), count: (channelCount + 1) * panelWidth)
    }
    initial.forward()
    solver.solve(from: initial.output)
    readout.inputs.buffer.copy(from: solver.states[0].buffer)
    readout.forward()
  }

  /// Carries ``scoreGradients`` back to the parameters and, where wanted, to the paths.
  public func backward() {
    readout.backward()
    if let gradient = readout.inputGradient {
      solver.stateGradients[0].buffer.copy(from: gradient.buffer)
    }
    solver.pullBack()
    initial.outputGradient.buffer.copy(from: solver.initialGradient.buffer)
    initial.backward()
    if !valueGradients.isEmpty { gatherValueGradients() }
  }

  /// The path's values from the increments that they make, and from the initial state.
  private func gatherValueGradients() {
    for gradient in valueGradients { gradient.buffer.zero() }
    let count = channelCount * panelWidth
    var piece = 0
    for index in 0..<solver.grid.stepCount {
      // steps lie within pieces of the path, since all its times are on the grid
      let (start, end) = (solver.grid.times[index], solver.grid.times[index + 1])
      while piece + 2 < times.count, times[piece + 1] <= start { piece += 1 }
      let share = Float((end - start) / (times[piece + 1] - times[piece]))
      for panel in drivers.indices {
        let gradient = solver.incrementGradients[index].panel(panel, feature: 1)
        accumulate(count, share, gradient, into: valueGradients[piece + 1].panel(panel))
        accumulate(count, -share, gradient, into: valueGradients[piece].panel(panel))
      }
    }
    guard let first = initial.inputGradient else { return }
    for panel in drivers.indices {
      accumulate(count, 1, first.panel(panel, feature: 1), into: valueGradients[0].panel(panel))
    }
  }

  /// Moves all weights against their gradients.
  package func update(step: Int, learningRate: Double, averages: Bool, clipping: WeightClipping) {
    for learner in learners {
      learner.update(step: step, learningRate: learningRate, averages: false)
      clipping.apply(to: learner.network)
      if averages { learner.average.update() }
    }
  }

  /// What is wrong with the last solution, if anything.
  public var warning: String? { solver.warning }
}

extension PathScorer: Checkpointable {
  /// Saves all three networks.
  public func save(into tensors: inout NamedTensors) {
    for (name, learner) in zip(["initial", "field", "readout"], learners) {
      tensors.save(learner, under: name)
    }
  }

  /// Restores them.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for (name, learner) in zip(["initial", "field", "readout"], learners) {
      try learner.restore(from: tensors.under(name))
    }
  }
}
