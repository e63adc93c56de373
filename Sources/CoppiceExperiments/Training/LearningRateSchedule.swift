/// How the learning rate changes over a run.
public enum LearningRateSchedule: String, Codable, Sendable, CaseIterable {
  /// Not at all.
  case constant
  /// In a straight line to zero at the last step.
  case linear

  /// What learning rates are multiplied by.
  ///
  /// - Parameters:
  ///   - step: The environment step.
  ///   - total: The steps of the whole run.
  public func scale(at step: Int, of total: Int) -> Double {
    switch self {
    case .constant: 1
    case .linear: max(0, 1 - Double(step) / Double(max(1, total)))
    }
  }
}
