#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension PlainArithmetic {
  /// a = tanh(μ + σ ε) and log π(a) for one panel.
  public func squashedSample(
    actionCount: Int, deviation: LogDeviation, outputs: UnsafePointer<Scalar>,
    noise: UnsafePointer<Scalar>, actions: UnsafeMutablePointer<Scalar>,
    logDensities: UnsafeMutablePointer<Scalar>
  ) {
    for lane in 0..<panelWidth {
      var sum = 0.0
      for action in 0..<actionCount {
        let element = action * panelWidth + lane
        let logSigma = deviation.logSigma(Double(outputs[actionCount * panelWidth + element]))
        let epsilon = Double(noise[element])
        let u = Double(outputs[element]) + exp(logSigma) * epsilon
        actions[element] = Scalar(hyperbolicTangent(u))
        sum -= epsilon * epsilon / 2 + logSigma + logRootTwoPi + logSquash(u)
      }
      logDensities[lane] = Scalar(sum)
    }
  }

  /// Carries gradients of a and log π(a) back to the outputs.
  public func squashedBackward(
    actionCount: Int, deviation: LogDeviation, outputs: UnsafePointer<Scalar>,
    noise: UnsafePointer<Scalar>, actionGradient: UnsafePointer<Scalar>,
    logDensityGradient: UnsafePointer<Scalar>, outputGradient: UnsafeMutablePointer<Scalar>
  ) {
    for element in 0..<(actionCount * panelWidth) {
      let raw = Double(outputs[actionCount * panelWidth + element])
      let spread = exp(deviation.logSigma(raw)) * Double(noise[element])
      let u = Double(outputs[element]) + spread
      let density = Double(logDensityGradient[element % panelWidth])
      // ∂ log π / ∂ u = 2 tanh u, and ∂ log π / ∂ log σ = −1 besides what goes through u
      let toInput =
        Double(actionGradient[element]) * squashSlope(u) + density * 2 * hyperbolicTangent(u)
      outputGradient[element] = Scalar(toInput)
      outputGradient[actionCount * panelWidth + element] = Scalar(
        (toInput * spread - density) * deviation.slope(raw))
    }
  }
}

extension LogDeviation {
  fileprivate func logSigma(_ raw: Double) -> Double {
    switch bound {
    case .clamp: min(max(raw, range.lowerBound), range.upperBound)
    case .tanh:
      range.lowerBound
        + (range.upperBound - range.lowerBound) / 2 * (1 + hyperbolicTangent(raw))
    }
  }

  /// ∂ log σ / ∂ output.
  fileprivate func slope(_ raw: Double) -> Double {
    switch bound {
    case .clamp: range.contains(raw) ? 1 : 0
    case .tanh: (range.upperBound - range.lowerBound) / 2 * squashSlope(raw)
    }
  }
}

private let logRootTwoPi = 0.918_938_533_204_672_8

/// log(1 − tanh²u) without cancellation.
private func logSquash(_ u: Double) -> Double {
  2 * (0.693_147_180_559_945_3 - abs(u) - log1p(exp(-2 * abs(u))))
}

/// 1 − tanh²u without cancellation.
private func squashSlope(_ u: Double) -> Double {
  let remainder = exp(-2 * abs(u))
  return 4 * remainder / ((1 + remainder) * (1 + remainder))
}

private func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
