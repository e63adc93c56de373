public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Mean over the batch of −log softmax(z)_y, where z are the scores of the classes and y is the right
/// one.
///
/// Stable for scores of any size; computed in double precision.
///
/// ## Shapes
/// - predictions `[B / 64, C, 64]`, the scores of `C` classes
/// - goals `[B / 64, 1, 64]`, the number of the right class, from 0; lanes beyond `B` are ignored and
///   get a gradient of 0
///
/// - Complexity: `C` exponentials a sample. No allocation.
public struct SoftmaxCrossEntropy<Scalar: NetworkScalar>: BatchLoss {
  /// `B`, the number of samples that the mean is over.
  public let sampleCount: Int

  /// The loss for batches of `sampleCount` samples.
  public init(sampleCount: Int) { self.sampleCount = sampleCount }

  /// Predictions are scores of classes.
  public var scoresClasses: Bool { true }

  /// The loss of one panel, as its share of the mean, and its gradient.
  ///
  /// - Parameters:
  ///   - panel: Which panel of the batch.
  ///   - prediction: z.
  ///   - goal: y.
  ///   - gradient: Receives (softmax(z) − e_y) / `B`.
  /// - Returns: The panel's share of the loss.
  /// - Precondition: Every goal is the number of a class.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func loss(
    panel: Int, prediction: Panels<Scalar>, goal: Panels<Scalar>, gradient: Panels<Scalar>
  ) -> Double {
    let live = liveLanes(of: panel)
    let classCount = prediction.featureCount
    let (scores, slopes) = (prediction.panel(panel), gradient.panel(panel))
    let goals = goal.panel(panel)
    var sum = 0.0
    for lane in 0..<live {
      let right = Int(goals[lane])
      precondition((0..<classCount).contains(right), "class \(right) of \(classCount)")
      let softmax = Softmax(scores + lane, classCount: classCount, temperature: 1)
      sum -= softmax.logarithm(of: Double(scores[right * panelWidth + lane]))
      for index in 0..<classCount {
        let probability = exp(softmax.logarithm(of: Double(scores[index * panelWidth + lane])))
        let slope = (probability - (index == right ? 1 : 0)) / Double(sampleCount)
        slopes[index * panelWidth + lane] = Scalar(slope)
      }
    }
    for index in 0..<classCount {
      for lane in live..<panelWidth { slopes[index * panelWidth + lane] = 0 }
    }
    return sum / Double(sampleCount)
  }
}

/// The softmax of one sample's scores, divided by a temperature.
struct Softmax {
  private let largest: Double
  private let temperature: Double
  private let logarithmOfSum: Double

  /// The softmax of the `classCount` numbers that lie a panel's width apart.
  @inline(__always)
  init<Scalar: NetworkScalar>(
    _ scores: UnsafePointer<Scalar>, classCount: Int, temperature: Double
  ) {
    var largest = Double(scores[0])
    for index in 1..<max(1, classCount) {
      largest = max(largest, Double(scores[index * panelWidth]))
    }
    var sum = 0.0
    for index in 0..<classCount {
      sum += exp((Double(scores[index * panelWidth]) - largest) / temperature)
    }
    self.largest = largest
    self.temperature = temperature
    logarithmOfSum = log(sum)
  }

  /// The same, of numbers that may be written.
  @inline(__always)
  init<Scalar: NetworkScalar>(
    _ scores: UnsafeMutablePointer<Scalar>, classCount: Int, temperature: Double
  ) {
    self.init(UnsafePointer(scores), classCount: classCount, temperature: temperature)
  }

  /// log softmax of a class with this score.
  @inline(__always)
  func logarithm(of score: Double) -> Double { (score - largest) / temperature - logarithmOfSum }
}
