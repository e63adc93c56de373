public import CoppiceTensors

/// A loss that is a mean over the samples of a batch, computed panel by panel.
///
/// ## Shapes
/// - `B` samples; predictions `[B / 64, O, 64]`, and goals as the loss asks for
public protocol BatchLoss<Scalar>: Sendable {
  /// The number type of the network.
  associatedtype Scalar: NetworkScalar

  /// `B`, the number of samples that the mean is over.
  var sampleCount: Int { get }

  /// Whether predictions are scores of classes and a goal is the number of one; false by default.
  var scoresClasses: Bool { get }

  /// The loss of one panel, as its share of the mean, and its gradient.
  ///
  /// - Parameters:
  ///   - panel: Which panel of the batch.
  ///   - prediction: What the network gives.
  ///   - goal: What it ought to give.
  ///   - gradient: Receives ∂ loss / ∂ prediction; 0 in lanes beyond `B`.
  /// - Returns: The panel's share of the loss.
  func loss(
    panel: Int, prediction: Panels<Scalar>, goal: Panels<Scalar>, gradient: Panels<Scalar>
  ) -> Double
}

extension BatchLoss {
  /// Predictions are numbers.
  public var scoresClasses: Bool { false }

  /// How many samples of `panel` belong to the batch.
  func liveLanes(of panel: Int) -> Int {
    max(0, min(panelWidth, sampleCount - panel * panelWidth))
  }
}

extension MeanSquaredError: BatchLoss {}

extension HuberLoss: BatchLoss {}
