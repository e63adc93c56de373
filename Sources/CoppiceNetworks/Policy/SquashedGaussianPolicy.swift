public import CoppiceTensors

/// A stochastic policy: u = μ + σ ε with ε ~ N(0, 1), a = tanh(u), and the log-density of a.
///
/// The network gives μ and log σ of every action; log σ is kept in a range. The density is corrected
/// for the squashing by log(1 − tanh²u) = 2 (log 2 − u − softplus(−2u)), which does not lose digits at
/// the ends.
///
/// ## Shapes
/// - outputs `[2 A, 64]` of one panel: the means, then the logarithms of the deviations
/// - noise and actions `[A, 64]`, log-densities `[64]`
///
/// ## Source
/// Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications", appendix C.
/// **Differences**: the form of the correction, and that log σ is bounded, are not the paper's.
public struct SquashedGaussianPolicy<Scalar: NetworkScalar>: Sendable {
  /// `A`.
  public let actionCount: Int
  /// The range of log σ, and what keeps it there.
  public let logDeviation: LogDeviation

  private let arithmetic: Scalar.Arithmetic

  /// A policy of `actionCount` actions in (−1, 1).
  public init(
    actionCount: Int, logDeviation: LogDeviation = LogDeviation(),
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    self.actionCount = actionCount
    self.logDeviation = logDeviation
    self.arithmetic = arithmetic
  }

  /// The actions in the middle: tanh(μ).
  public func mode(outputs: UnsafePointer<Scalar>, actions: UnsafeMutablePointer<Scalar>) {
    arithmetic.tanh(count: actionCount * panelWidth, scale: 1, input: outputs, output: actions)
  }

  /// Actions drawn with the given noise, and the logarithms of their densities.
  ///
  /// - Parameters:
  ///   - outputs: The outputs of the network, one panel.
  ///   - noise: ε, standard normal.
  ///   - actions: Receives a.
  ///   - logDensities: Receives log π(a), summed over the actions of each sample.
  public func sample(
    outputs: UnsafePointer<Scalar>, noise: UnsafePointer<Scalar>,
    actions: UnsafeMutablePointer<Scalar>, logDensities: UnsafeMutablePointer<Scalar>
  ) {
    arithmetic.squashedSample(
      actionCount: actionCount, deviation: logDeviation, outputs: outputs, noise: noise,
      actions: actions, logDensities: logDensities)
  }

  /// Carries gradients of the actions and of the log-densities back to the outputs.
  ///
  /// - Parameters:
  ///   - outputs: What ``sample(outputs:noise:actions:logDensities:)`` was given.
  ///   - noise: The same noise.
  ///   - actionGradient: ∂ loss / ∂ a, `[A, 64]`.
  ///   - logDensityGradient: ∂ loss / ∂ log π, `[64]`.
  ///   - outputGradient: Receives ∂ loss / ∂ output, `[2 A, 64]`; 0 where log σ is clamped.
  public func backward(
    outputs: UnsafePointer<Scalar>, noise: UnsafePointer<Scalar>,
    actionGradient: UnsafePointer<Scalar>, logDensityGradient: UnsafePointer<Scalar>,
    outputGradient: UnsafeMutablePointer<Scalar>
  ) {
    arithmetic.squashedBackward(
      actionCount: actionCount, deviation: logDeviation, outputs: outputs, noise: noise,
      actionGradient: actionGradient, logDensityGradient: logDensityGradient,
      outputGradient: outputGradient)
  }
}
