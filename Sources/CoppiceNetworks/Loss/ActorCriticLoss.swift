public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The loss of a softmax policy and a value that share a network, for one sample:
/// −A log π(a) + c_v (R − V)² − c_e H(π).
///
/// The advantage A and the return R count as constants. Computed in double precision.
///
/// ## Shapes
/// - `N` actions; outputs `N` + 1, the scores of the actions and then V, a panel's width apart
///
/// - Complexity: 2 `N` exponentials for each sample. No allocation.
///
/// ## Source
/// Mnih et al. 2016, "Asynchronous Methods for Deep Reinforcement Learning", section 4, the advantage
/// actor-critic with an entropy bonus.
public struct ActorCriticLoss<Scalar: NetworkScalar>: Sendable {
  /// `N`, at least 1.
  public let actionCount: Int
  /// c_v, not negative.
  public let valueWeight: Double
  /// c_e, not negative.
  public let entropyWeight: Double

  /// A loss from its weights.
  public init(actionCount: Int, valueWeight: Double, entropyWeight: Double) {
    (self.actionCount, self.valueWeight) = (actionCount, valueWeight)
    self.entropyWeight = entropyWeight
  }

  /// What happened in a sample.
  public struct Outcome: Sendable {
    /// a.
    public var action: Int
    /// A.
    public var advantage: Scalar
    /// R.
    public var goal: Scalar

    /// An outcome from its parts.
    public init(action: Int, advantage: Scalar, goal: Scalar) {
      (self.action, self.advantage, self.goal) = (action, advantage, goal)
    }
  }

  /// The loss of a sample, and its gradient.
  ///
  /// - Parameters:
  ///   - outputs: The scores, and V.
  ///   - outcome: What happened.
  ///   - weight: What the sample counts, 1 / samples for a mean.
  ///   - gradient: Receives weight · ∂ loss / ∂ outputs.
  /// - Returns: weight · loss.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func loss(
    _ outputs: UnsafePointer<Scalar>, _ outcome: Outcome, weight: Double,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> Double {
    let softmax = Softmax(outputs, classCount: actionCount, temperature: 1)
    var entropy = 0.0
    for action in 0..<actionCount {
      let logarithm = softmax.logarithm(of: Double(outputs[action * panelWidth]))
      entropy -= exp(logarithm) * logarithm
    }
    let advantage = Double(outcome.advantage)
    for action in 0..<actionCount {
      let logarithm = softmax.logarithm(of: Double(outputs[action * panelWidth]))
      let probability = exp(logarithm)
      let chosen = action == outcome.action ? 1.0 : 0
      let slope =
        advantage * (probability - chosen)
        + entropyWeight * probability * (logarithm + entropy)
      gradient[action * panelWidth] = Scalar(weight * slope)
    }
    let place = actionCount * panelWidth
    let error = Double(outputs[place]) - Double(outcome.goal)
    gradient[place] = Scalar(weight * 2 * valueWeight * error)
    let chosen = softmax.logarithm(of: Double(outputs[outcome.action * panelWidth]))
    return weight
      * (valueWeight * error * error - advantage * chosen - entropyWeight * entropy)
  }
}
