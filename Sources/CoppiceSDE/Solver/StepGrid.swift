public import CoppiceTensors

/// The times at which a solver stops: a regular grid and the times that somebody wants to see.
///
/// Regular times are computed from their index, never by adding up steps, so that the way back meets
/// the same bits. A regular time that lies within a millionth of a step of a wanted one gives way to
/// it: no step is a rounding error long.
public struct StepGrid: Sendable, Equatable {
  /// All times, increasing.
  public let times: [Double]
  /// For each wanted time, where it is among ``times``.
  public let outputs: [Int]

  /// Steps of at most `step` from the first wanted time to the last.
  ///
  /// - Parameters:
  ///   - wanted: What somebody wants to see; the first is when the solution begins.
  ///   - step: The length of a regular step.
  /// - Throws: `UserError` of kind `configuration` when times do not increase or are no numbers, or the
  ///   step is not positive.
  public init(times wanted: [Double], step: Double) throws(UserError) {
    try StepGrid.check(wanted)
    guard step > 0, step.isFinite else {
      throw UserError(
        .configuration, found: "a step of \(step)", expected: "a positive length of time",
        action: "choose a step that is shorter than the solution")
    }
    let (first, last) = (wanted[0], wanted[wanted.count - 1])
    let slack = step * 1e-6
    var times: [Double] = []
    var outputs: [Int] = []
    var (next, index) = (0, 0)
    while next < wanted.count {
      let regular = first + Double(index) * step
      let goal = wanted[next]
      if regular < goal - slack, regular < last {
        times.append(regular)
        index += 1
      } else {
        outputs.append(times.count)
        times.append(goal)
        next += 1
        if abs(regular - goal) <= slack { index += 1 }
      }
    }
    self.times = times
    self.outputs = outputs
  }

  /// A grid that was found some other way, as by steps of varying length.
  ///
  /// - Precondition: Outputs are indices of times.
  public init(times: [Double], outputs: [Int]) {
    precondition(outputs.allSatisfy(times.indices.contains), "outputs outside the grid")
    self.times = times
    self.outputs = outputs
  }

  /// The part between two wanted times, to the same bits.
  ///
  /// - Parameter range: From which to which of the wanted times.
  /// - Returns: A grid that begins at the first of them.
  /// - Precondition: There are such outputs, and two at least.
  public func part(outputs range: ClosedRange<Int>) -> StepGrid {
    precondition(range.count > 1, "a grid of one time")
    let first = outputs[range.lowerBound]
    return StepGrid(
      times: Array(times[first...outputs[range.upperBound]]),
      outputs: outputs[range].map { $0 - first })
  }

  /// How many steps there are.
  public var stepCount: Int { times.count - 1 }

  static func check(_ wanted: [Double]) throws(UserError) {
    guard wanted.count > 1 else {
      throw UserError(
        .configuration, found: "\(wanted.count) times", expected: "at least two",
        action: "give the time at which the solution begins and those that are wanted")
    }
    for (index, pair) in zip(wanted, wanted.dropFirst()).enumerated()
    where !(pair.0 < pair.1) || !pair.0.isFinite || !pair.1.isFinite {
      throw UserError(
        .configuration, found: "time \(pair.1) after \(pair.0), at place \(index + 2)",
        expected: "increasing finite times",
        action: "sort the times and drop those that occur twice")
    }
  }
}
