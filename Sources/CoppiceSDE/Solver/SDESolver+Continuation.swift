public import CoppiceTensors

extension SDESolver {
  /// Goes on where the solution of `earlier` ended, along the steps of this solver's grid.
  ///
  /// The solution is to the bit the one that a single solver would have found, where both solvers are driven by the
  /// same motion and their grids are parts of one:
  ///
  /// ```swift
  /// let grid = try StepGrid(times: [0, 1, 2], step: 0.1)
  /// let paths = motion.paths(for: fields, times: grid.times)
  /// for path in paths { path.expect(times: grid.times) }
  /// let first = try SDESolver(
  ///   fields, method: Heun(), grid: grid.part(outputs: 0...1), sampleCount: 64, paths: paths)
  /// let second = try SDESolver(
  ///   fields, method: Heun(), grid: grid.part(outputs: 1...2), sampleCount: 64, paths: paths)
  /// first.solve(from: initial)
  /// try second.solve(continuing: first)
  /// ```
  ///
  /// A `BrownianInterval` that is divided where it is asked has to be told of all times before the first solution, as
  /// above; one that is divided in halves has not.
  ///
  /// A ``pullBack()`` ends where this solution begins: parameters get what is theirs of its steps, and
  /// ``initialGradient`` is ∂ loss / ∂ the state there. Of a method that carries a second copy of the state, it is
  /// what moves both copies alike.
  ///
  /// - Parameter earlier: A solver of the same equation that has solved; it may have gone back since.
  /// - Throws: `UserError` of kind `configuration` when it has not, when it ended at another time than the first of
  ///   this solver's ``grid``, or when it has other samples.
  public func solve(continuing earlier: SDESolver<Fields, Method>) throws(UserError) {
    guard earlier.isSolved else {
      throw UserError(
        .configuration, found: "a solver to continue that has not solved",
        expected: "one that reached its end", action: "solve with it first")
    }
    let (end, start) = (earlier.grid.times[earlier.grid.stepCount], grid.times[0])
    guard end == start else {
      throw UserError(
        .configuration, found: "a solution to continue that ended at time \(end)",
        expected: "time \(start), at which this one begins",
        action: "take parts of one grid for both")
    }
    guard
      earlier.sampleCount == sampleCount, earlier.fields.stateCount == fields.stateCount
    else {
      throw UserError(
        .configuration,
        found:
          "a solution to continue of \(earlier.sampleCount) samples of \(earlier.fields.stateCount) numbers",
        expected: "\(sampleCount) of \(fields.stateCount)",
        action: "make both solvers for the same samples")
    }
    for panel in ends.indices { ends[panel].copy(from: earlier.ends[panel]) }
    (initial, adapting, isSolved) = (nil, nil, true)
    pool.run { worker in self.solve(worker.part.range(of: self.paths.count)) }
  }
}
