import CCoppiceKernels

extension KernelArithmetic {
  /// a = tanh(μ + σ ε) and log π(a) for one panel; the density's logarithm to about 1e-6 for each
  /// action.
  public func squashedSample(
    actionCount: Int, deviation: LogDeviation, outputs: UnsafePointer<Float>,
    noise: UnsafePointer<Float>, actions: UnsafeMutablePointer<Float>,
    logDensities: UnsafeMutablePointer<Float>
  ) {
    table.pointee.squashed_sample(
      actionCount, deviation.forKernels, outputs, noise, actions, logDensities)
  }

  /// Carries gradients of a and log π(a) back to the outputs.
  public func squashedBackward(
    actionCount: Int, deviation: LogDeviation, outputs: UnsafePointer<Float>,
    noise: UnsafePointer<Float>, actionGradient: UnsafePointer<Float>,
    logDensityGradient: UnsafePointer<Float>, outputGradient: UnsafeMutablePointer<Float>
  ) {
    table.pointee.squashed_backward(
      actionCount, deviation.forKernels, outputs, noise, actionGradient, logDensityGradient,
      outputGradient)
  }
}

extension LogDeviation {
  /// The bound as the kernels take it.
  fileprivate var forKernels: coppice_log_deviation {
    coppice_log_deviation(
      low: Float(range.lowerBound), high: Float(range.upperBound), smooth: bound == .tanh ? 1 : 0)
  }
}
