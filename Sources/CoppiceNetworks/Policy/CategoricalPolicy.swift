public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Chooses one of several actions, each the likelier the higher its score: π(a) ∝ exp(z_a / T).
///
/// Computed in double precision, stable for scores of any size. At a temperature of 0 the best is
/// chosen, the first of several.
///
/// ## Shapes
/// - `A` scores of a sample, a panel's width apart
///
/// - Complexity: `A` exponentials for each call. No allocation, and nothing random of its own.
public struct CategoricalPolicy: Sendable {
  /// `A`, at least 1.
  public let actionCount: Int
  /// T, not negative.
  public let temperature: Double

  /// A policy for `actionCount` actions.
  public init(actionCount: Int, temperature: Double = 1) {
    (self.actionCount, self.temperature) = (actionCount, temperature)
  }

  /// The action that a uniform number from [0, 1) stands for.
  ///
  /// - Parameters:
  ///   - scores: z.
  ///   - uniform: The number.
  /// - Returns: An action, from 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sample<Scalar: NetworkScalar>(
    _ scores: UnsafePointer<Scalar>, uniform: Double
  ) -> Int {
    guard temperature > 0 else { return best(scores) }
    let softmax = Softmax(scores, classCount: actionCount, temperature: temperature)
    var rest = uniform
    for action in 0..<(actionCount - 1) {
      rest -= exp(softmax.logarithm(of: Double(scores[action * panelWidth])))
      if rest < 0 { return action }
    }
    return actionCount - 1
  }

  /// Σ π(a) v_a: what is to be expected of numbers that belong to the actions.
  ///
  /// - Parameters:
  ///   - values: v, a panel's width apart.
  ///   - scores: z.
  /// - Returns: The mean.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func mean<Scalar: NetworkScalar>(
    of values: UnsafePointer<Scalar>, scores: UnsafePointer<Scalar>
  ) -> Scalar {
    guard temperature > 0 else { return values[best(scores) * panelWidth] }
    let softmax = Softmax(scores, classCount: actionCount, temperature: temperature)
    var sum = 0.0
    for action in 0..<actionCount {
      let probability = exp(softmax.logarithm(of: Double(scores[action * panelWidth])))
      sum += probability * Double(values[action * panelWidth])
    }
    return Scalar(sum)
  }

  @inline(__always)
  private func best<Scalar: NetworkScalar>(_ scores: UnsafePointer<Scalar>) -> Int {
    var found = 0
    for action in 1..<max(1, actionCount)
    where scores[action * panelWidth] > scores[found * panelWidth] { found = action }
    return found
  }
}
