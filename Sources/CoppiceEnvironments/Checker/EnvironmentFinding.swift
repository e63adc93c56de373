/// Something that ``checkEnvironment(steps:key:_:)`` noticed.
public struct EnvironmentFinding: Sendable, Equatable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: String, Sendable, Comparable, CaseIterable {
    /// Allowed, and perhaps not meant.
    case warning
    /// Breaks the contract of ``Environment``: training or resuming will go wrong.
    case error

    /// Warnings come before errors.
    public static func < (first: Severity, second: Severity) -> Bool {
      first == .warning && second == .error
    }
  }

  /// What was looked at.
  public enum Rule: String, Sendable, CaseIterable {
    /// Sizes and bounds of the spaces and the step limit make sense.
    case specification
    /// Observations are written in full and are finite.
    case finiteObservations
    /// Rewards are finite.
    case finiteRewards
    /// Observations lie in the observation space.
    case observationBounds
    /// The same key and actions give the same episode, whatever happened before.
    case determinism
    /// Different keys give different starts.
    case randomStart
    /// An episode terminates or is truncated, never both, and step limits are left to the runner.
    case ends
    /// The environment plays the same in a vector as alone.
    case vector
    /// An episode can be restored.
    case restore
  }

  /// What was looked at.
  public var rule: Rule
  /// How bad it is.
  public var severity: Severity
  /// What was found, and what would have been right.
  public var message: String

  /// A finding from its parts.
  public init(_ rule: Rule, _ severity: Severity, _ message: String) {
    self.rule = rule
    self.severity = severity
    self.message = message
  }

  /// The finding as one line.
  public var description: String { "\(severity.rawValue): \(message)" }
}
