import CoppiceTensors

/// What follows a linear layer, element by element.
public enum Activation: String, Sendable, Codable, CaseIterable {
  /// x.
  case identity
  /// max(0, x).
  case rectifier
  /// 0.909 x σ(x) with the logistic function σ: smooth, and 1-Lipschitz, for the largest derivative of
  /// x σ(x) is 1.09984.
  ///
  /// ## Source
  /// Chen, Behrmann, Duvenaud, Jacobsen 2019, "Residual Flows for Invertible Generative Modeling",
  /// section 3.3, without the learned slope; Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as
  /// Infinite-Dimensional GANs".
  case lipSwish = "lip-swish"
  /// tanh x.
  case tanh

  /// What the product of the layer applies itself.
  var fused: FusedActivation { self == .rectifier ? .rectifier : .identity }

  /// Whether the derivative cannot be told from the output.
  var keepsSlopes: Bool { self == .lipSwish }

  /// Applies what the product did not.
  @inline(__always)
  func apply<Arithmetic: PanelArithmetic>(
    to values: UnsafeMutablePointer<Arithmetic.Scalar>, count: Int,
    slopes: UnsafeMutablePointer<Arithmetic.Scalar>?, arithmetic: Arithmetic
  ) {
    switch self {
    case .identity, .rectifier: break
    case .lipSwish: arithmetic.swish(count: count, scale: 0.909, values: values, slopes: slopes)
    case .tanh:
      arithmetic.tanh(count: count, scale: 1, input: UnsafePointer(values), output: values)
    }
  }

  /// Turns the gradient of the outputs into that of the inputs.
  @inline(__always)
  func pullBack<Arithmetic: PanelArithmetic>(
    gradient: UnsafeMutablePointer<Arithmetic.Scalar>, count: Int,
    outputs: UnsafePointer<Arithmetic.Scalar>, slopes: UnsafePointer<Arithmetic.Scalar>?,
    arithmetic: Arithmetic
  ) {
    switch self {
    case .identity: break
    case .rectifier:
      for element in 0..<count where !(outputs[element] > 0) { gradient[element] = 0 }
    case .lipSwish:
      guard let slopes else { preconditionFailure("the trace was made without gradients") }
      arithmetic.multiply(count: count, input: slopes, output: gradient)
    case .tanh:
      arithmetic.tanhBackward(count: count, scale: 1, outputs: outputs, gradient: gradient)
    }
  }
}
