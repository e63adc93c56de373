public import CoppiceTensors

/// Maps a network's outputs to actions: a = s tanh(x).
///
/// ## Shapes
/// - outputs and actions `[A, 64]` of one panel
public struct DeterministicPolicy<Scalar: NetworkScalar>: Sendable {
  /// s, the largest action.
  public let scale: Scalar

  private let arithmetic: Scalar.Arithmetic

  /// A policy with actions in [−scale, scale].
  public init(scale: Scalar = 1, arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic) {
    self.scale = scale
    self.arithmetic = arithmetic
  }

  /// The actions of `count` outputs.
  public func act(
    count: Int, outputs: UnsafePointer<Scalar>, actions: UnsafeMutablePointer<Scalar>
  ) {
    arithmetic.tanh(count: count, scale: scale, input: outputs, output: actions)
  }

  /// Turns ∂ loss / ∂ action into ∂ loss / ∂ output: δ ← δ (s − a² / s).
  ///
  /// - Parameters:
  ///   - count: How many numbers.
  ///   - actions: What ``act(count:outputs:actions:)`` gave.
  ///   - gradient: ∂ loss / ∂ action; receives ∂ loss / ∂ output.
  public func backward(
    count: Int, actions: UnsafePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>
  ) {
    arithmetic.tanhBackward(count: count, scale: scale, outputs: actions, gradient: gradient)
  }
}
