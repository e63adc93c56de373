#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How long the next step is, from the errors of those before it; see ``AdaptiveSteps``.
struct StepController {
  /// The power of its length that the error of a step falls with.
  private let order: Double
  private let smallest: Double
  private let largest: Double
  /// How long a step may be.
  private var length: Double
  private var lastError = 1.0
  private var wasRejected = false

  init(_ steps: AdaptiveSteps, span: ClosedRange<Double>, order: Double) {
    self.order = order
    // shorter ones are lost in the rounding of times
    let resolution = 16 * max(abs(span.lowerBound), abs(span.upperBound)).ulp
    smallest = max(steps.smallest, resolution)
    largest = max(steps.largest ?? .infinity, smallest)
    let first = steps.first ?? (span.upperBound - span.lowerBound) / 100
    length = min(max(first, smallest), largest)
  }

  /// When a step from `time` ends that must not cross `stop`.
  ///
  /// What is left before the stop is no less than half a step: nobody takes a step that is a rounding error long.
  func end(from time: Double, stop: Double) -> Double {
    let left = stop - time
    if length >= left { return stop }
    return time + (2 * length > left ? left / 2 : length)
  }

  /// Whether a step of length `tried` and this error is accepted; nothing where it is not and cannot be shorter.
  mutating func accepts(_ error: Double, length tried: Double) -> Bool? {
    guard error <= 1 else {
      guard tried > smallest else { return nil }
      let factor = error.isFinite ? max(0.2, 0.9 * pow(error, -1 / order)) : 0.2
      length = max(smallest, tried * factor)
      wasRejected = true
      return false
    }
    let size = max(error, 1e-8)
    var factor = 0.9 * pow(size, -0.4 / order) * pow(lastError, 0.1 / order)
    if wasRejected { factor = min(factor, 1) }
    // a step that a stop has cut short says little of longer ones, but need not begin the search anew
    let grown = tried * min(max(factor, 0.2), 5)
    length = min(max(grown, min(length, tried * factor), smallest), largest)
    lastError = size
    wasRejected = false
    return true
  }
}
