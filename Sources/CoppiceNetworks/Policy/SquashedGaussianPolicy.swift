public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A stochastic policy: u = μ + σ ε with ε ~ N(0, 1), a = tanh(u), and the log-density of a.
///
/// The network gives μ and log σ of every action; log σ is clamped. The density is corrected for the
/// squashing by log(1 − tanh²u) = 2 (log 2 − u − softplus(−2u)), which does not lose digits at the
/// ends.
///
/// ## Shapes
/// - outputs `[2 A, 64]` of one panel: the means, then the logarithms of the deviations
/// - noise and actions `[A, 64]`, log-densities `[64]`
///
/// ## Source
/// Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications", appendix C.
public struct SquashedGaussianPolicy<Scalar: NetworkScalar>: Sendable {
  /// `A`.
  public let actionCount: Int
  /// The range that log σ is clamped to.
  public let logDeviation: ClosedRange<Double>

  /// A policy of `actionCount` actions in (−1, 1).
  public init(actionCount: Int, logDeviation: ClosedRange<Double> = -20...2) {
    self.actionCount = actionCount
    self.logDeviation = logDeviation
  }

  /// The most likely actions: tanh(μ).
  public func mode(outputs: UnsafePointer<Scalar>, actions: UnsafeMutablePointer<Scalar>) {
    for element in 0..<(actionCount * panelWidth) {
      actions[element] = Scalar(squash(Double(outputs[element])))
    }
  }

  /// Actions drawn with the given noise, and the logarithms of their densities.
  ///
  /// - Parameters:
  ///   - outputs: The outputs of the network, one panel.
  ///   - noise: ε, standard normal.
  ///   - actions: Receives a.
  ///   - logDensities: Receives log π(a), summed over the actions of each sample.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sample(
    outputs: UnsafePointer<Scalar>, noise: UnsafePointer<Scalar>,
    actions: UnsafeMutablePointer<Scalar>, logDensities: UnsafeMutablePointer<Scalar>
  ) {
    for lane in 0..<panelWidth {
      var sum = 0.0
      for action in 0..<actionCount {
        let element = action * panelWidth + lane
        let logSigma = clampedLogDeviation(outputs, element)
        let epsilon = Double(noise[element])
        let u = Double(outputs[element]) + exp(logSigma) * epsilon
        actions[element] = Scalar(squash(u))
        sum -= epsilon * epsilon / 2 + logSigma + logRootTwoPi + logSquash(u)
      }
      logDensities[lane] = Scalar(sum)
    }
  }

  /// Carries gradients of the actions and of the log-densities back to the outputs.
  ///
  /// - Parameters:
  ///   - outputs: What ``sample(outputs:noise:actions:logDensities:)`` was given.
  ///   - noise: The same noise.
  ///   - actionGradient: ∂ loss / ∂ a, `[A, 64]`.
  ///   - logDensityGradient: ∂ loss / ∂ log π, `[64]`.
  ///   - outputGradient: Receives ∂ loss / ∂ output, `[2 A, 64]`; 0 where log σ is clamped.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward(
    outputs: UnsafePointer<Scalar>, noise: UnsafePointer<Scalar>,
    actionGradient: UnsafePointer<Scalar>, logDensityGradient: UnsafePointer<Scalar>,
    outputGradient: UnsafeMutablePointer<Scalar>
  ) {
    for action in 0..<actionCount {
      for lane in 0..<panelWidth {
        let element = action * panelWidth + lane
        let raw = Double(outputs[actionCount * panelWidth + element])
        let logSigma = clampedLogDeviation(outputs, element)
        let spread = exp(logSigma) * Double(noise[element])
        let squashed = squash(Double(outputs[element]) + spread)
        let density = Double(logDensityGradient[lane])
        // ∂ log π / ∂ u = 2 tanh u, and ∂ log π / ∂ log σ = −1 besides what goes through u
        let toInput =
          Double(actionGradient[element]) * (1 - squashed * squashed) + density * 2 * squashed
        outputGradient[element] = Scalar(toInput)
        outputGradient[actionCount * panelWidth + element] =
          logDeviation.contains(raw) ? Scalar(toInput * spread - density) : 0
      }
    }
  }

  @inline(__always)
  private func clampedLogDeviation(_ outputs: UnsafePointer<Scalar>, _ element: Int) -> Double {
    let raw = Double(outputs[actionCount * panelWidth + element])
    return min(max(raw, logDeviation.lowerBound), logDeviation.upperBound)
  }
}

private let logRootTwoPi = 0.918_938_533_204_672_8

/// log(1 − tanh²u) without cancellation.
private func logSquash(_ u: Double) -> Double {
  let softplus = u > 0 ? log1p(exp(-2 * u)) : -2 * u + log1p(exp(2 * u))
  return 2 * (0.693_147_180_559_945_3 - u - softplus)
}

private func squash(_ x: Double) -> Double { tanh(x) }
