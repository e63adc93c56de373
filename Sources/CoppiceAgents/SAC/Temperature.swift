import CoppiceNetworks
import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// α, what a nat of entropy is worth: a constant, or learnt so that the policy has the wanted entropy.
///
/// log α follows the gradient −E[log π + H̄] by Adam.
final class Temperature {
  /// α.
  private(set) var value: Double

  private let targetEntropy: Double
  private let learningRate: Double?
  private var logarithm: Double
  private var firstMoment = 0.0
  private var secondMoment = 0.0
  private var stepCount = 0

  /// A temperature that begins at `value`.
  ///
  /// - Parameters:
  ///   - value: α, positive.
  ///   - targetEntropy: H̄.
  ///   - learningRate: The learning rate of log α; nothing for a constant.
  init(_ value: Double, targetEntropy: Double, learningRate: Double?) {
    self.targetEntropy = targetEntropy
    self.learningRate = learningRate
    logarithm = log(value)
    // as it will be after a restore, to the last bit
    self.value = learningRate == nil ? value : exp(logarithm)
  }

  /// One step of Adam towards the wanted entropy, where the temperature learns.
  ///
  /// - Parameters:
  ///   - meanLogDensity: E[log π] of the batch.
  ///   - scale: What the learning rate is multiplied by.
  func step(meanLogDensity: Double, learningRateScale scale: Double) {
    guard let learningRate else { return }
    let constants = Adam<Float>.Configuration()
    stepCount += 1
    let first = 1 - pow(constants.firstDecay, Double(stepCount))
    let second = 1 - pow(constants.secondDecay, Double(stepCount))
    var gradient = -(meanLogDensity + targetEntropy)
    PlainArithmetic<Double>().adam(
      count: 1, parameters: &logarithm, firstMoment: &firstMoment, secondMoment: &secondMoment,
      gradient: &gradient,
      step: AdamStep(
        scaledLearningRate: learningRate * scale / first, secondMomentCorrection: 1 / second,
        firstDecay: constants.firstDecay, secondDecay: constants.secondDecay,
        epsilon: constants.epsilon, weightDecay: 0), target: nil, rate: 0)
    value = exp(logarithm)
  }
}

extension Temperature: Checkpointable {
  /// Saves log α, its moments and the number of steps.
  func save(into tensors: inout NamedTensors) {
    tensors.set("logarithm", [logarithm, firstMoment, secondMoment])
    tensors.set("step", [UInt64(stepCount)])
  }

  /// Restores log α, its moments and the number of steps.
  func restore(from tensors: NamedTensors) throws(UserError) {
    let numbers: [Double] = try tensors.get("logarithm")
    let steps: [UInt64] = try tensors.get("step")
    guard numbers.count == 3, steps.count == 1, steps[0] <= UInt64(Int.max) else {
      throw UserError(
        .checkpoint, found: "\(numbers.count) numbers of a temperature", expected: "3",
        action: "use a checkpoint that was not altered")
    }
    (logarithm, firstMoment, secondMoment) = (numbers[0], numbers[1], numbers[2])
    stepCount = Int(steps[0])
    if learningRate != nil { value = exp(logarithm) }
  }
}
