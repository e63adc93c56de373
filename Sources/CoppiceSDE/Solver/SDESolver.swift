public import CoppiceTensors

/// Solves a stochastic differential equation for a batch of samples, and finds gradients of the solution.
///
/// Made once and used for every batch: solving allocates nothing. Panels of 64 samples are shared among
/// the threads of a pool and never meet before the gradients of the parameters are added up, in their
/// order: results do not depend on the number of threads.
///
/// ```swift
/// let grid = try StepGrid(times: [0, 1, 2], step: 0.1)
/// let solver = try SDESolver(
///   fields, method: ReversibleHeun(), grid: grid, sampleCount: 128,
///   paths: BrownianMotion(keys: keys).paths(for: fields, times: grid.times), adjoint: .reversible)
/// solver.solve(from: initial)
/// let end = solver.states[2]                       // [D] panels at time 2
/// solver.stateGradients[2].buffer.fill(1)          // ∂ loss / ∂ state there
/// solver.pullBack()                                // parameters' gradients are with the fields now
/// ```
///
/// ## Shapes
/// - `B` samples, `D` numbers of a state, `M` channels of noise, `T` wanted times
public final class SDESolver<Fields: VectorFields, Method: SDEMethod>
where Fields.Calculus == Method.Calculus {
  /// The number type.
  public typealias Scalar = Fields.Scalar

  /// The equation.
  public let fields: Fields
  /// How it is stepped through.
  public let method: Method
  /// Where the solver stops.
  public let grid: StepGrid
  /// How gradients are found; nothing where none are wanted.
  public let adjoint: Adjoint?
  /// What drives each panel.
  public let paths: [any DrivingPath<Fields.Scalar>]
  /// `B`.
  public let sampleCount: Int

  /// The solution at each wanted time: `T` times `[D]` panels.
  public let states: [Panels<Fields.Scalar>]
  /// ∂ loss / ∂ ``states``, which the caller fills before ``pullBack()``; empty without an adjoint.
  public let stateGradients: [Panels<Fields.Scalar>]
  /// ∂ loss / ∂ the initial states, as the last ``pullBack()`` left it.
  public let initialGradient: Panels<Fields.Scalar>
  /// ∂ loss / ∂ the increment of each step of the grid: `[M]` panels; empty where they were not wanted.
  public let incrementGradients: [Panels<Fields.Scalar>]

  /// How many steps an adaptive solution may try; 0 where there is no room for one.
  public let mostSteps: Int

  let pool: WorkerPool
  let integrators: [any PanelIntegrator<Fields.Scalar>]
  private let deliver: () -> Void
  let increments: [AlignedBuffer<Fields.Scalar>]
  let gaps: AlignedBuffer<Double>
  /// Where the last solution began; nothing where it continued another.
  var initial: Panels<Fields.Scalar>?
  /// Whether there is a solution.
  var isSolved = false
  /// What each panel's solution is continued from.
  let ends: [AlignedBuffer<Fields.Scalar>]
  /// The states of all steps of each panel, where they are kept.
  let kept: [AlignedBuffer<Fields.Scalar>]
  /// How accurate the last solution was to be, where its steps were adaptive.
  var adapting: AdaptiveSteps?
  var errorOrder = 1.0
  /// What adaptive steps were taken, of each panel; empty without room for them.
  let records: [StepRecord<Fields.Scalar>]

  /// A solver for batches of `sampleCount` samples.
  ///
  /// - Parameters:
  ///   - fields: The equation.
  ///   - method: How it is stepped through.
  ///   - times: The `T` times at which the solution is wanted; it begins at the first.
  ///   - step: The length of a regular step.
  ///   - sampleCount: `B`.
  ///   - paths: What drives each panel, one of a panel each.
  ///   - adjoint: How gradients are found; nothing where none are wanted.
  ///   - wantsIncrementGradients: Whether ∂ loss / ∂ increments are wanted.
  ///   - mostSteps: How many steps an adaptive solution may try, for ``solve(from:adapting:)``; memory for as many
  ///     is held. None without.
  ///   - keepsSteps: Whether the states of all steps are kept, for ``state(at:by:)``.
  ///   - pool: Whose threads share the panels.
  /// - Throws: `UserError` of kind `configuration` when the method forbids the noise or has no such
  ///   adjoint, times do not increase, or paths do not fit.
  public convenience init(
    _ fields: Fields, method: Method, times: [Double], step: Double, sampleCount: Int,
    paths: [any DrivingPath<Fields.Scalar>], adjoint: Adjoint? = nil,
    wantsIncrementGradients: Bool = false, mostSteps: Int = 0, keepsSteps: Bool = false,
    pool: WorkerPool = WorkerPool(threadCount: 1)
  ) throws(UserError) {
    try self.init(
      fields, method: method, grid: StepGrid(times: times, step: step), sampleCount: sampleCount,
      paths: paths, adjoint: adjoint, wantsIncrementGradients: wantsIncrementGradients,
      mostSteps: mostSteps, keepsSteps: keepsSteps, pool: pool)
  }

  /// A solver that stops at the times of `grid`.
  public init(
    _ fields: Fields, method: Method, grid: StepGrid, sampleCount: Int,
    paths: [any DrivingPath<Fields.Scalar>], adjoint: Adjoint? = nil,
    wantsIncrementGradients: Bool = false, mostSteps: Int = 0, keepsSteps: Bool = false,
    pool: WorkerPool = WorkerPool(threadCount: 1)
  ) throws(UserError) {
    try checkFit(fields, method: method, adjoint: adjoint)
    try checkFit(
      paths, method: method, fields: fields, panelCount: panelCountFor(samples: sampleCount),
      span: grid.times[0]...grid.times[grid.stepCount])
    self.fields = fields
    self.method = method
    self.grid = grid
    self.adjoint = adjoint
    self.paths = paths
    self.sampleCount = sampleCount
    self.pool = pool
    self.mostSteps = max(mostSteps, 0)
    // adaptive steps end where nobody knows yet
    if mostSteps <= 0 { for path in paths { path.expect(times: grid.times) } }
    func room(_ features: Int) -> Panels<Scalar> {
      Panels(featureCount: features, sampleCount: sampleCount)
    }
    states = grid.outputs.map { _ in room(fields.stateCount) }
    stateGradients = adjoint == nil ? [] : grid.outputs.map { _ in room(fields.stateCount) }
    initialGradient = room(fields.stateCount)
    incrementGradients =
      wantsIncrementGradients
      ? (0..<grid.stepCount).map { _ in room(fields.channelCount) } : []
    integrators = paths.indices.map {
      method.makeIntegrator(
        for: fields, panel: $0, adjoint: adjoint, stepCount: max(grid.stepCount, mostSteps),
        keptBytes: mostKeptBytes / max(paths.count, 1))
    }
    ends = integrators.map { AlignedBuffer(count: $0.carriedCount) }
    kept =
      keepsSteps
      ? integrators.map { _ in
        AlignedBuffer(
          count: (max(grid.stepCount, mostSteps) + 1) * fields.stateCount * panelWidth)
      } : []
    records =
      mostSteps <= 0
      ? []
      : integrators.map {
        StepRecord(
          mostSteps: mostSteps, outputCount: grid.outputs.count, carriedCount: $0.carriedCount,
          stateCount: fields.stateCount)
      }
    deliver = adjoint == nil ? {} : integrators.first?.delivery(with: integrators) ?? {}
    let room = fields.channelCount * panelWidth * (method.needsArea ? 2 : 1)
    increments = paths.map { _ in AlignedBuffer(count: room) }
    gaps = AlignedBuffer(count: paths.count)
  }

  /// How far apart the two copies of the solution were at most at the wanted times of the last solution, in
  /// numbers that the fields read; 0 for methods that carry one.
  public var gap: Double { gaps.elements.max() ?? 0 }

  /// Whether all wanted states are finite numbers.
  public var isFinite: Bool {
    states.allSatisfy { panels in
      (0..<sampleCount).allSatisfy { sample in
        (0..<fields.stateCount).allSatisfy { panels[sample: sample, feature: $0].isFinite }
      }
    }
  }

  /// A warning where the two copies of the solution have come further apart than the solution is large.
  ///
  /// Their distance grows where the equation contracts strongly; see ``ReversibleHeun``.
  public var warning: String? {
    guard gap > 0 else { return nil }
    var size = 0.0
    for panels in states {
      for sample in 0..<sampleCount {
        for feature in 0..<fields.readCount {
          size = max(size, Double(abs(panels[sample: sample, feature: feature])))
        }
      }
    }
    guard gap > 0.1 * max(size, 1e-6) else { return nil }
    return
      "the two copies of the solution of \(method.name) are \(gap) apart, the solution is at most \(size): "
      + "the equation contracts too strongly for it; take midpoint or heun, or shorter spans"
  }

  /// Solves from `initial`, `[D]` panels, at the first time.
  public func solve(from initial: Panels<Fields.Scalar>) {
    precondition(
      initial.featureCount == fields.stateCount && initial.panelCount == paths.count,
      "initial states of another shape")
    (self.initial, adapting, isSolved) = (initial, nil, true)
    pool.run { worker in self.solve(worker.part.range(of: self.paths.count)) }
  }

  /// Carries ``stateGradients`` back: to the initial states, to increments where wanted, and to the
  /// parameters, whose gradients are with the fields then.
  ///
  /// - Precondition: ``solve(from:)`` came before, with the same parameters.
  public func pullBack() {
    precondition(adjoint != nil && isSolved, "nothing was solved to go back through")
    pool.run { worker in self.pullBack(worker.part.range(of: self.paths.count)) }
    deliver()
  }

  func solve(_ panels: Range<Int>) {
    for panel in panels {
      let (integrator, path) = (integrators[panel], paths[panel])
      let increment = increments[panel].pointer
      let area = method.needsArea ? increment + fields.channelCount * panelWidth : nil
      if let initial {
        integrator.start(at: grid.times[0], from: UnsafePointer(initial.panel(panel)))
      } else {
        integrator.resume(
          at: grid.times[0], step: 0, from: UnsafePointer(ends[panel].pointer))
      }
      gaps.pointer[panel] = 0
      var output = 0
      for index in grid.times.indices {
        if index > 0 {
          let (start, end) = (grid.times[index - 1], grid.times[index])
          path.query(from: start, to: end, increment: increment, area: area)
          integrator.step(
            index - 1, from: start, to: end, increment: UnsafePointer(increment),
            area: area.map { UnsafePointer($0) })
        }
        keepStep(of: integrator, panel: panel, index: index)
        if output < grid.outputs.count, grid.outputs[output] == index {
          keepState(of: integrator, panel: panel, output: output)
          output += 1
        }
      }
      integrator.writeCarried(into: ends[panel].pointer)
    }
  }

  /// Keeps the state that step `index` begins with, where all are kept.
  func keepStep(of integrator: any PanelIntegrator<Fields.Scalar>, panel: Int, index: Int) {
    guard !kept.isEmpty else { return }
    let count = fields.stateCount * panelWidth
    (kept[panel].pointer + index * count).update(from: integrator.state, count: count)
  }

  /// Keeps the state that was reached as that of a wanted time.
  func keepState(
    of integrator: any PanelIntegrator<Fields.Scalar>, panel: Int, output: Int
  ) {
    let lanes = min(panelWidth, sampleCount - panel * panelWidth)
    let place = states[output]
    place.panel(panel).update(from: integrator.state, count: place.stride)
    gaps.pointer[panel] = max(gaps.pointer[panel], integrator.gap(lanes: lanes))
  }

  /// How many steps a panel took.
  func stepCount(ofPanel panel: Int) -> Int {
    adapting == nil ? grid.stepCount : records[panel].stepCount
  }

  /// When step `index` of a panel begins, or the last one ended.
  func time(_ index: Int, panel: Int) -> Double {
    adapting == nil ? grid.times[index] : records[panel].times.pointer[index]
  }

  /// Where wanted time `output` is among the times of a panel.
  private func place(ofOutput output: Int, panel: Int) -> Int {
    adapting == nil ? grid.outputs[output] : records[panel].outputs.pointer[output]
  }

  private func pullBack(_ panels: Range<Int>) {
    for panel in panels {
      let stepCount = stepCount(ofPanel: panel)
      let (integrator, path) = (integrators[panel], paths[panel])
      let increment = increments[panel].pointer
      let area = method.needsArea ? increment + fields.channelCount * panelWidth : nil
      integrator.startBack(at: time(stepCount, panel: panel))
      var output = grid.outputs.count - 1
      for index in (0...stepCount).reversed() {
        if output >= 0, place(ofOutput: output, panel: panel) == index {
          accumulate(
            initialGradient.stride, 1, stateGradients[output].panel(panel),
            into: integrator.stateGradient)
          output -= 1
        }
        guard index > 0 else { break }
        let (start, end) = (time(index - 1, panel: panel), time(index, panel: panel))
        path.query(from: start, to: end, increment: increment, area: area)
        let wanted = incrementGradients.isEmpty ? nil : incrementGradients[index - 1]
        wanted?.panel(panel).zero(count: fields.channelCount * panelWidth)
        integrator.stepBack(
          index - 1, from: start, to: end, increment: UnsafePointer(increment),
          area: area.map { UnsafePointer($0) }, driverGradient: wanted?.panel(panel))
      }
      integrator.finishBack(
        at: grid.times[0], initialGradient: initialGradient.panel(panel))
    }
  }
}

/// The most memory for what the evaluations of a batch left: it does not depend on the machine, since the
/// gradients' last bits depend on whether it is enough.
private let mostKeptBytes = 2 << 30

extension PanelIntegrator {
  fileprivate func delivery(with all: [any PanelIntegrator<Scalar>]) -> () -> Void {
    Self.delivery(of: all)
  }
}
