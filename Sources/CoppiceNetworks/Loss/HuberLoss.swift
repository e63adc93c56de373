public import CoppiceTensors

/// Mean over the batch of the Huber loss: quadratic near zero, linear beyond `threshold`.
///
/// ## Shapes
/// - predictions and goals `[B / 64, O, 64]`; lanes beyond `B` are ignored and get a gradient of 0
///
/// ## Source
/// Huber 1964, "Robust estimation of a location parameter".
public struct HuberLoss<Scalar: NetworkScalar>: Sendable {
  /// `B`, the number of samples that the mean is over.
  public let sampleCount: Int
  /// Where the loss becomes linear; positive.
  public let threshold: Scalar

  /// The loss for batches of `sampleCount` samples.
  public init(sampleCount: Int, threshold: Scalar = 1) {
    self.sampleCount = sampleCount
    self.threshold = threshold
  }

  /// The loss of one panel, as its share of the mean, and its gradient.
  ///
  /// - Parameters:
  ///   - panel: Which panel of the batch.
  ///   - prediction: p.
  ///   - goal: g.
  ///   - gradient: Receives clip(p − g, ±threshold) / `B`.
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
      let p = prediction.panel(panel, feature: feature)
      let g = goal.panel(panel, feature: feature)
      let slope = gradient.panel(panel, feature: feature)
      for lane in 0..<live {
        let difference = p[lane] - g[lane]
        let clipped = max(-threshold, min(threshold, difference))
        slope[lane] = weight * clipped
        sum += Double(clipped * (difference - clipped / 2))
      }
      for lane in live..<panelWidth { slope[lane] = 0 }
    }
    return sum / Double(sampleCount)
  }
}
