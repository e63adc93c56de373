import CoppiceEnvironments
import Testing

/// The largest difference |found − recorded| ÷ max(1, |recorded|).
func deviation(
  _ found: some Collection<Double>, _ recorded: some Collection<Double>
) -> Double {
  guard found.count == recorded.count else { return .infinity }
  var largest = 0.0
  for (found, recorded) in zip(found, recorded) {
    // a number that is not finite fails every bound
    let difference = abs(found - recorded) / max(1, abs(recorded))
    largest = difference.isFinite ? max(largest, difference) : .infinity
  }
  return largest
}

extension Environment {
  /// Acts once and returns the observation with the outcome.
  mutating func act(_ action: ArraySlice<Double>) -> (observation: [Double], outcome: StepOutcome) {
    var outcome = StepOutcome(reward: 0)
    let size = specification.observationSpace.size
    let observation = [Double](unsafeUninitializedCapacity: size) { memory, count in
      memory.initialize(repeating: .nan)
      var span = memory.mutableSpan
      outcome = step(action.span, observation: &span)
      count = size
    }
    return (observation, outcome)
  }
}

/// An observation that `write` writes.
func observation(
  _ size: Int, _ write: (inout MutableSpan<Double>) -> Void
) -> [Double] {
  [Double](unsafeUninitializedCapacity: size) { memory, count in
    memory.initialize(repeating: .nan)
    var span = memory.mutableSpan
    write(&span)
    count = size
  }
}
