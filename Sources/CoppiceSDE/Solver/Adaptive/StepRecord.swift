import CoppiceTensors

/// The steps that one panel took where their lengths follow its error, and what it needs to find them.
final class StepRecord<Scalar: NetworkScalar> {
  /// Why a panel did not reach the end.
  enum Failure {
    /// So many steps were tried, and this time was reached.
    case tooMany(time: Double)
    /// A step from this time cannot be shorter, and has this error.
    case tooShort(time: Double, error: Double)
  }

  /// When its steps began and ended.
  let times: AlignedBuffer<Double>
  /// For each wanted time, where it is among ``times``.
  let outputs: AlignedBuffer<Int>
  /// What the panel goes back to after a rejection.
  let carried: AlignedBuffer<Scalar>
  /// The error of a step, `[D, 64]`.
  let error: AlignedBuffer<Scalar>
  var failure: Failure?
  private(set) var stepCount = 0
  private(set) var rejectedCount = 0
  /// Ends of rejected steps that were not reached yet, the next one last.
  private let ahead: AlignedBuffer<Double>
  private var aheadCount = 0

  init(mostSteps: Int, outputCount: Int, carriedCount: Int, stateCount: Int) {
    times = AlignedBuffer(count: mostSteps + 1)
    ahead = AlignedBuffer(count: mostSteps)
    outputs = AlignedBuffer(count: outputCount)
    carried = AlignedBuffer(count: carriedCount)
    error = AlignedBuffer(count: stateCount * panelWidth)
  }

  func begin(at time: Double) {
    times.pointer[0] = time
    (stepCount, rejectedCount, aheadCount, failure) = (0, 0, 0, nil)
  }

  /// How many steps were tried.
  var triedCount: Int { stepCount + rejectedCount }

  /// What the next step must not cross before `goal`.
  func stop(before goal: Double) -> Double {
    aheadCount > 0 ? ahead.pointer[aheadCount - 1] : goal
  }

  func accept(_ end: Double) {
    stepCount += 1
    times.pointer[stepCount] = end
    if aheadCount > 0, ahead.pointer[aheadCount - 1] == end { aheadCount -= 1 }
  }

  /// Remembers that the path was asked at `end`, which lies before `goal` or there.
  func reject(_ end: Double, goal: Double) {
    rejectedCount += 1
    guard end < stop(before: goal) else { return }
    ahead.pointer[aheadCount] = end
    aheadCount += 1
  }
}

/// The largest error of any of the first lanes, in units of what is tolerated.
///
/// A root of a mean square over the `count` numbers of a state; infinite where it is no number.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func largestError<Scalar: NetworkScalar>(
  _ error: UnsafePointer<Scalar>, from old: UnsafePointer<Scalar>, to new: UnsafePointer<Scalar>,
  count: Int, lanes: Int, relative: Double, absolute: Double
) -> Double {
  var largest = 0.0
  for lane in 0..<lanes {
    var sum = 0.0
    for element in stride(from: lane, to: count * panelWidth, by: panelWidth) {
      let size = Double(max(abs(old[element]), abs(new[element])))
      // nothing tolerated of nothing: a 0 that stays 0 has no error
      let miss = Double(error[element])
      let share = miss == 0 ? 0 : miss / (absolute + relative * size)
      sum += share * share
    }
    guard sum.isFinite else { return .infinity }
    largest = max(largest, sum)
  }
  return (largest / Double(count)).squareRoot()
}
