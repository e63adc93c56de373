public import CoppiceTensors

/// Mean over the batch of the squared difference between a prediction and its goal.
///
/// ## Shapes
/// - predictions and goals `[B / 64, O, 64]`; lanes beyond `B` are ignored and get a gradient of 0
public struct MeanSquaredError<Scalar: NetworkScalar>: Sendable {
  /// `B`, the number of samples that the mean is over.
  public let sampleCount: Int

  private let arithmetic: Scalar.Arithmetic

  /// The loss for batches of `sampleCount` samples.
  public init(
    sampleCount: Int, arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    self.sampleCount = sampleCount
    self.arithmetic = arithmetic
  }

  /// The loss of one panel, as its share of the mean, and its gradient.
  ///
  /// The loss of a batch is the sum over its panels of Σ_o (p − g)² / `B`.
  ///
  /// - Parameters:
  ///   - panel: Which panel of the batch.
  ///   - prediction: p.
  ///   - goal: g.
  ///   - gradient: Receives 2 (p − g) / `B`.
  /// - Returns: The panel's share of the loss.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func loss(
    panel: Int, prediction: Panels<Scalar>, goal: Panels<Scalar>, gradient: Panels<Scalar>
  ) -> Double {
    let live = max(0, min(panelWidth, sampleCount - panel * panelWidth))
    let weight = 1 / Scalar(sampleCount)
    var sum = 0.0
    for feature in 0..<prediction.featureCount {
      sum += Double(
        arithmetic.squaredError(
          live: live, weight: 2 * weight,
          prediction: UnsafePointer(prediction.panel(panel, feature: feature)),
          goal: UnsafePointer(goal.panel(panel, feature: feature)),
          gradient: gradient.panel(panel, feature: feature)))
    }
    return sum / Double(sampleCount)
  }
}
