public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a network loses for class scores a that differ from those b of another one, which counts as a
/// constant: T² mean Σ t (log t − log softmax(a / T)) with t = softmax(b / T) + 10⁻⁷.
///
/// Two networks that learn from each other each lose it against the other.
///
/// ## Shapes
/// - scores of both `[B / 64, C, 64]`; lanes beyond `B` are ignored
///
/// - Complexity: `3 C` exponentials and logarithms a sample. No allocation.
///
/// ## Source
/// Kim, Yoo, Song, Yoo, Kwak 2023, "Finding Efficient Pruned Network via Refined Gradients for Pruned
/// Weights" (arXiv 2109.04660), as in the authors' code, the small number included.
public struct MutualDistillation<Scalar: NetworkScalar>: Sendable {
  /// `B`, the number of samples that the mean is over.
  public let sampleCount: Int
  /// T, positive.
  public let temperature: Double
  /// What the loss is multiplied by.
  public let weight: Double

  /// The loss for batches of `sampleCount` samples.
  public init(sampleCount: Int, temperature: Double = 2, weight: Double = 1) {
    self.sampleCount = sampleCount
    self.temperature = temperature
    self.weight = weight
  }

  /// The loss of one panel, as its share of the mean; its gradient is added to another one.
  ///
  /// - Parameters:
  ///   - panel: Which panel of the batch.
  ///   - prediction: a.
  ///   - teacher: b.
  ///   - gradient: Has T ((Σ t) softmax(a / T) − t) / `B` added, times the weight.
  /// - Returns: The panel's share of the loss.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func addLoss(
    panel: Int, prediction: Panels<Scalar>, teacher: Panels<Scalar>, gradient: Panels<Scalar>
  ) -> Double {
    let live = max(0, min(panelWidth, sampleCount - panel * panelWidth))
    let classCount = prediction.featureCount
    let (own, other) = (prediction.panel(panel), teacher.panel(panel))
    let slopes = gradient.panel(panel)
    let share = weight * temperature / Double(sampleCount)
    var sum = 0.0
    for lane in 0..<live {
      let softmax = Softmax(own + lane, classCount: classCount, temperature: temperature)
      let goal = Softmax(other + lane, classCount: classCount, temperature: temperature)
      let total = 1 + Double(classCount) * smoothing
      for index in 0..<classCount {
        let element = index * panelWidth + lane
        let wanted = exp(goal.logarithm(of: Double(other[element]))) + smoothing
        let logarithm = softmax.logarithm(of: Double(own[element]))
        sum += wanted * (log(wanted) - logarithm)
        slopes[element] += Scalar(share * (total * exp(logarithm) - wanted))
      }
    }
    return share * temperature * sum
  }
}

private let smoothing = 1e-7
