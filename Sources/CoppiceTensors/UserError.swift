/// Something that a person can mend: what was found, what was expected, and what to do.
///
/// Every error that input can cause is one of these; anything else that traps is a defect.
public struct UserError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What part of the world is to blame; each has its own exit code.
  public enum Kind: String, Sendable, CaseIterable {
    /// A configuration, a flag or a name that makes no sense.
    case configuration
    /// Something that has to be installed or fetched is not there.
    case missing
    /// A checkpoint or a run folder that cannot be read or was altered.
    case checkpoint
    /// The disk is full, or a file cannot be read or written.
    case file
    /// Training produced a number that is not finite.
    case divergence
    /// An environment broke its contract.
    case environment

    /// The exit code of the tool.
    public var exitCode: Int32 {
      switch self {
      case .configuration: 64
      case .checkpoint: 65
      case .missing: 69
      case .divergence: 70
      case .file: 74
      case .environment: 76
      }
    }
  }

  /// What part of the world is to blame.
  public var kind: Kind
  /// What was found.
  public var found: String
  /// What would have been right; empty where it goes without saying.
  public var expected: String
  /// What the reader can do next.
  public var action: String

  /// An error from its parts; each is a phrase without a full stop.
  public init(_ kind: Kind, found: String, expected: String = "", action: String) {
    self.kind = kind
    self.found = found
    self.expected = expected
    self.action = action
  }

  /// The parts as one line.
  public var description: String {
    (expected.isEmpty ? found : "\(found); expected \(expected)") + "; \(action)"
  }
}
