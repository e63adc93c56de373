/// How the output of a network becomes log σ of a Gaussian.
public struct LogDeviation: Sendable, Hashable {
  /// What keeps log σ in its range.
  public enum Bound: String, Sendable, CaseIterable, Codable {
    /// The nearest number of the range; without a gradient beyond its ends.
    case clamp
    /// The middle of the range plus half its width times tanh of the output.
    case tanh
  }

  /// The range of log σ.
  public var range: ClosedRange<Double>
  /// What keeps it there.
  public var bound: Bound

  /// A range and what keeps log σ in it.
  ///
  /// - Precondition: The range lies within −40 and 20, where σ and its square are normal numbers of
  ///   single precision.
  public init(_ range: ClosedRange<Double> = -20...2, bound: Bound = .clamp) {
    precondition(-40 <= range.lowerBound && range.upperBound <= 20, "log σ in \(range)")
    self.range = range
    self.bound = bound
  }
}
