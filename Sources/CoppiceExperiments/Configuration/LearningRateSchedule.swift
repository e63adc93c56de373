public import CoppiceTensors

/// How learning rates change over a run.
///
/// Written `constant`, `linear` (to 0) or `linear:0.1` (to a tenth).
public enum LearningRateSchedule: Sendable, Equatable {
  /// They stay as they are.
  case constant
  /// They fall in a straight line to `finalFraction` of what they were, in [0, 1].
  case linear(finalFraction: Double)

  /// Reads `constant`, `linear` or `linear:FRACTION`.
  ///
  /// - Throws: `UserError` of kind `configuration` for anything else.
  public init(_ text: String) throws(UserError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("constant", 1): self = .constant
    case ("linear", 1): self = .linear(finalFraction: 0)
    case ("linear", 2):
      guard let fraction = Double(parts[1]), (0...1).contains(fraction) else { fallthrough }
      self = .linear(finalFraction: fraction)
    default:
      throw UserError(
        .configuration, found: "learning rate schedule \"\(text)\"",
        expected: "constant, linear, or linear:FRACTION with a fraction from 0 to 1",
        action: "change learning_rate_schedule")
    }
  }

  /// What learning rates are multiplied by.
  ///
  /// - Parameters:
  ///   - step: The environment step.
  ///   - total: The steps of the whole run.
  /// - Returns: A factor in [0, 1].
  public func scale(at step: Int, of total: Int) -> Double {
    switch self {
    case .constant: 1
    case .linear(let fraction):
      1 + (fraction - 1) * min(1, Double(step) / Double(max(1, total)))
    }
  }
}

extension LearningRateSchedule: CustomStringConvertible {
  /// As it is written.
  public var description: String {
    switch self {
    case .constant: "constant"
    case .linear(let fraction): fraction == 0 ? "linear" : "linear:\(fraction)"
    }
  }
}

extension LearningRateSchedule: Codable {
  /// Reads a string.
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  /// Writes a string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
