public import CoppiceTensors

extension SDESolver {
  /// Solves from `initial`, `[D]` panels, at the first time by steps whose lengths follow their error.
  ///
  /// Every panel of 64 samples finds steps of its own, of which the one of its samples that needs the shortest
  /// decides; how many threads there are does not matter. Wanted times are met exactly. A way back goes through the
  /// very steps that were accepted, ``takenTimes(ofPanel:)``, whose lengths count as given: gradients are those of a
  /// solution on these times.
  ///
  /// A path's noise is asked for at times that the solution decides. Where it must depend on keys alone, take
  /// `BrownianInterval` with halves much shorter than the steps; otherwise, call
  /// ``BrownianInterval/redraw(forgettingDivisions:)`` with `true` between batches.
  ///
  /// - Parameters:
  ///   - initial: `[D]` panels.
  ///   - steps: How accurate the steps are to be.
  /// - Throws: `UserError` of kind `configuration` when the method has no estimate of its error for this noise, a
  ///   driving path knows fixed times alone, or the solver was made without room for steps or with gradients of
  ///   increments; of kind `divergence` when the steps are too many or too short. The solver may be used again.
  /// - Complexity: One step's work, and another evaluation, for each that is rejected. Allocates where a path does
  ///   that was not asked at these times before.
  public func solve(
    from initial: Panels<Fields.Scalar>, adapting steps: AdaptiveSteps
  ) throws(UserError) {
    precondition(
      initial.featureCount == fields.stateCount && initial.panelCount == paths.count,
      "initial states of another shape")
    try steps.check()
    let order = try orderOfError()
    (self.initial, adapting, self.errorOrder, isSolved) = (initial, steps, order, true)
    pool.run { worker in self.adapt(worker.part.range(of: self.paths.count)) }
    for panel in records.indices {
      guard let failure = records[panel].failure else { continue }
      isSolved = false
      throw error(failure, panel: panel, of: steps)
    }
  }

  /// When the steps of a panel began and ended in the last solution.
  public func takenTimes(ofPanel panel: Int) -> [Double] {
    adapting == nil
      ? grid.times : (0...records[panel].stepCount).map { records[panel].times.pointer[$0] }
  }

  /// How many steps were rejected in the last solution, over all panels.
  public var rejectedStepCount: Int {
    adapting == nil ? 0 : records.reduce(0) { $0 + $1.rejectedCount }
  }

  private func orderOfError() throws(UserError) -> Double {
    guard !records.isEmpty else {
      throw UserError(
        .configuration, found: "a solver without room for adaptive steps",
        expected: "one that was made for a most number of them",
        action: "make it with mostSteps")
    }
    guard incrementGradients.isEmpty else {
      throw UserError(
        .configuration, found: "adaptive steps and gradients of increments",
        expected: "one of them, for every panel has steps of its own",
        action: "make the solver without wantsIncrementGradients")
    }
    for panel in paths.indices where !paths[panel].knowsEveryTime {
      throw UserError(
        .configuration, found: "adaptive steps along a path that knows fixed times alone",
        expected: "one that can be asked at any time", action: "take a BrownianInterval")
    }
    switch method.errorEstimate(for: fields.noise) {
    case .ofOrder(let order): return order
    case .absent(let reason):
      throw UserError(
        .configuration,
        found: "adaptive steps of \(method.name) for \(fields.noise.rawValue) noise",
        expected: "a method that knows its error: \(reason)",
        action: "take reversible-heun, heun, midpoint or euler-heun, or fixed steps")
    }
  }

  private func error(
    _ failure: StepRecord<Scalar>.Failure, panel: Int, of steps: AdaptiveSteps
  ) -> UserError {
    let end = grid.times[grid.stepCount]
    switch failure {
    case .tooMany(let time):
      return UserError(
        .divergence,
        found: "\(mostSteps) steps tried and panel \(panel) only at time \(time) of \(end)",
        action: "allow more steps or larger errors")
    case .tooShort(let time, let error):
      return UserError(
        .divergence,
        found: "panel \(panel) at time \(time) with \(error) times the tolerated error",
        expected: "at most once in the smallest step",
        action:
          "allow smaller steps or larger errors, or look for a solution that grows without bound")
    }
  }

  private func adapt(_ panels: Range<Int>) {
    guard let adapting else { return }
    for panel in panels { adapt(panel, adapting) }
  }

  private func adapt(_ panel: Int, _ steps: AdaptiveSteps) {
    guard let initial else { return }
    let (integrator, path, record) = (integrators[panel], paths[panel], records[panel])
    let (start, end) = (grid.times[0], grid.times[grid.stepCount])
    let increment = increments[panel].pointer
    let area = method.needsArea ? increment + fields.channelCount * panelWidth : nil
    let lanes = min(panelWidth, sampleCount - panel * panelWidth)
    var controller = StepController(steps, span: start...end, order: errorOrder)
    record.begin(at: start)
    integrator.start(at: start, from: UnsafePointer(initial.panel(panel)))
    integrator.writeCarried(into: record.carried.pointer)
    keepStep(of: integrator, panel: panel, index: 0)
    gaps.pointer[panel] = 0
    var (time, output) = (start, 0)
    if grid.outputs.first == 0 {
      keepState(of: integrator, panel: panel, output: 0)
      record.outputs.pointer[0] = 0
      output = 1
    }
    while time < end {
      guard record.triedCount < mostSteps else {
        record.failure = .tooMany(time: time)
        return
      }
      let isWanted = output < grid.outputs.count
      let goal = isWanted ? grid.times[grid.outputs[output]] : end
      let next = controller.end(from: time, stop: record.stop(before: goal))
      path.query(from: time, to: next, increment: increment, area: area)
      integrator.step(
        record.stepCount, from: time, to: next, increment: UnsafePointer(increment),
        area: area.map { UnsafePointer($0) })
      integrator.writeError(
        from: time, to: next, increment: UnsafePointer(increment), into: record.error.pointer)
      let error = largestError(
        UnsafePointer(record.error.pointer), from: UnsafePointer(record.carried.pointer),
        to: UnsafePointer(integrator.state), count: fields.stateCount, lanes: lanes,
        relative: steps.relative, absolute: steps.absolute)
      guard let isAccepted = controller.accepts(error, length: next - time) else {
        record.failure = .tooShort(time: time, error: error)
        return
      }
      guard isAccepted else {
        record.reject(next, goal: goal)
        integrator.resume(
          at: time, step: record.stepCount, from: UnsafePointer(record.carried.pointer))
        continue
      }
      record.accept(next)
      keepStep(of: integrator, panel: panel, index: record.stepCount)
      integrator.writeCarried(into: record.carried.pointer)
      time = next
      if isWanted, next == goal {
        keepState(of: integrator, panel: panel, output: output)
        record.outputs.pointer[output] = record.stepCount
        output += 1
      }
    }
    ends[panel].copy(from: record.carried)
  }
}
