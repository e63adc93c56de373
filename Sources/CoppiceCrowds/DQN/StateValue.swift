public import CoppiceNetworks
import CoppiceTensors

/// What a state is worth, of which it is known what its actions are worth.
///
/// ## Shapes
/// - `A` values, a panel's width apart
public protocol StateValue: Sendable {
  /// What the state is worth.
  ///
  /// - Parameters:
  ///   - values: What actions are worth, by the network that values.
  ///   - judge: What they are worth, by the network that chooses.
  /// - Returns: One number.
  func value(_ values: UnsafePointer<Float>, judge: UnsafePointer<Float>) -> Float
}

/// A state is worth what its best action is worth.
public struct BestActionValue: StateValue {
  /// `A`.
  public let actionCount: Int

  /// A value for states with so many actions.
  public init(actionCount: Int) { self.actionCount = actionCount }

  /// Q(arg max J).
  public func value(_ values: UnsafePointer<Float>, judge: UnsafePointer<Float>) -> Float {
    values[DQN.largest(of: actionCount, judge) * panelWidth]
  }
}

/// A state is worth what its actions are worth to whoever chooses the better ones more often.
public struct MeanActionValue: StateValue {
  /// How actions are chosen.
  public let policy: CategoricalPolicy

  /// The value of a state for `policy`.
  public init(_ policy: CategoricalPolicy) { self.policy = policy }

  /// Σ π(a) Q(a) with π(a) ∝ exp(J(a) / T).
  public func value(_ values: UnsafePointer<Float>, judge: UnsafePointer<Float>) -> Float {
    policy.mean(of: values, scores: judge)
  }
}
