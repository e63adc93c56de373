import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing
import _CoppiceTestSupport

@Suite("Losses of class scores")
struct ClassLossTests {
  private func classes(_ count: Int, of classCount: Int, key: RandomKey) -> Panels<Double> {
    let goals = Panels<Double>(featureCount: 1, sampleCount: count)
    var random = key.stream()
    for sample in 0..<count {
      goals[sample: sample, feature: 0] = Double(random.nextIndex(below: classCount))
    }
    return goals
  }

  private func scores(_ panels: Panels<Double>, _ sample: Int) -> [Double] {
    (0..<panels.featureCount).map { panels[sample: sample, feature: $0] }
  }

  private func softmax(_ scores: [Double], temperature: Double = 1) -> [Double] {
    let powers = scores.map { exp($0 / temperature) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  @Test(
    "cross entropy is the mean of −log softmax, and its gradient that of finite differences",
    arguments: [1, 63, 64, 100])
  func crossEntropy(count: Int) {
    let key = RandomKey(seed: 11).split(count)
    let outputs: Panels<Double> = normalPanels(
      featureCount: 5, sampleCount: count, key: key.split("outputs"))
    let goals = classes(count, of: 5, key: key.split("goals"))
    let gradient = Panels<Double>(featureCount: 5, sampleCount: count)
    gradient.buffer.fill(7)
    let crossEntropy = SoftmaxCrossEntropy<Double>(sampleCount: count)
    let loss = {
      (0..<outputs.panelCount).reduce(0.0) {
        $0
          + crossEntropy.loss(panel: $1, prediction: outputs, goal: goals, gradient: gradient)
      }
    }
    let plain = (0..<count).reduce(0.0) { sum, sample in
      sum - log(softmax(scores(outputs, sample))[Int(goals[sample: sample, feature: 0])])
    }
    #expect(abs(loss() - plain / Double(count)) < 1e-13)
    #expect(
      finiteDifferenceError(
        parameters: outputs.buffer, count: outputs.buffer.count,
        gradient: Array(gradient.buffer.elements), loss: loss) < 1e-7)
  }

  @Test("cross entropy stays finite for scores that exponentials overflow on")
  func stable() {
    let outputs = Panels<Float>(featureCount: 2, sampleCount: 2)
    outputs[sample: 0, feature: 0] = 3000
    outputs[sample: 1, feature: 1] = 3000
    let gradient = Panels<Float>(featureCount: 2, sampleCount: 2)
    let goals = Panels<Float>(featureCount: 1, sampleCount: 2)
    let loss = SoftmaxCrossEntropy<Float>(sampleCount: 2).loss(
      panel: 0, prediction: outputs, goal: goals, gradient: gradient)
    #expect(loss == 1500)
    #expect(gradient[sample: 0, feature: 0] == 0)
    #expect(gradient[sample: 1, feature: 0] == -0.5)
    #expect(gradient[sample: 1, feature: 1] == 0.5)
  }

  @Test(
    "distillation is T² mean Σ t (log t − log softmax(a / T)), and b is a constant",
    arguments: [1, 64, 70])
  func distillation(count: Int) {
    let key = RandomKey(seed: 12).split(count)
    let own: Panels<Double> = normalPanels(
      featureCount: 4, sampleCount: count, key: key.split("own"))
    let other: Panels<Double> = normalPanels(
      featureCount: 4, sampleCount: count, key: key.split("other"))
    let distillation = MutualDistillation<Double>(
      sampleCount: count, temperature: 3, weight: 0.7)
    let gradient = Panels<Double>(featureCount: 4, sampleCount: count)
    let loss = {
      gradient.buffer.fill(0)
      return (0..<own.panelCount).reduce(0.0) {
        $0
          + distillation.addLoss(
            panel: $1, prediction: own, teacher: other, gradient: gradient)
      }
    }
    let plain = (0..<count).reduce(0.0) { sum, sample in
      let wanted = softmax(scores(other, sample), temperature: 3).map { $0 + 1e-7 }
      let given = softmax(scores(own, sample), temperature: 3)
      return sum + zip(wanted, given).reduce(0) { $0 + $1.0 * (log($1.0) - log($1.1)) }
    }
    #expect(abs(loss() - 0.7 * 9 * plain / Double(count)) < 1e-13)
    let gradients = Array(gradient.buffer.elements)
    #expect(
      finiteDifferenceError(
        parameters: own.buffer, count: own.buffer.count, gradient: gradients, loss: loss) < 1e-6)
    // T ((Σ t) softmax(a / T) − t) / B
    let last = count - 1
    let wanted = softmax(scores(other, last), temperature: 3).map { $0 + 1e-7 }
    let given = softmax(scores(own, last), temperature: 3)
    for index in 0..<4 {
      let slope = 3 * (wanted.reduce(0, +) * given[index] - wanted[index]) / Double(count)
      #expect(abs(gradients[((last / 64) * 4 + index) * 64 + last % 64] - 0.7 * slope) < 1e-14)
    }
  }

  @Test("distillation adds to the gradient that is there, and not to unused lanes")
  func adds() {
    let own: Panels<Double> = normalPanels(
      featureCount: 3, sampleCount: 2, key: RandomKey(seed: 13))
    let other: Panels<Double> = normalPanels(
      featureCount: 3, sampleCount: 2, key: RandomKey(seed: 14))
    let distillation = MutualDistillation<Double>(sampleCount: 2)
    let (alone, above) = (
      Panels<Double>(featureCount: 3, sampleCount: 2),
      Panels<Double>(featureCount: 3, sampleCount: 2)
    )
    above.buffer.fill(8)
    _ = distillation.addLoss(panel: 0, prediction: own, teacher: other, gradient: alone)
    _ = distillation.addLoss(panel: 0, prediction: own, teacher: other, gradient: above)
    #expect(alone[sample: 0, feature: 1] != 0)
    #expect(zip(alone.buffer.elements, above.buffer.elements).allSatisfy { $0 + 8 == $1 })
    #expect(above[sample: 5, feature: 1] == 8)
  }

  @Test("distillation from equal scores is small, positive and not zero")
  func equalScores() {
    let own: Panels<Double> = normalPanels(
      featureCount: 10, sampleCount: 64, key: RandomKey(seed: 15))
    let gradient = Panels<Double>(featureCount: 10, sampleCount: 64)
    let loss = MutualDistillation<Double>(sampleCount: 64).addLoss(
      panel: 0, prediction: own, teacher: own, gradient: gradient)
    // T² Σ t (log t − log(t − 10⁻⁷)) ≈ T² C 10⁻⁷
    #expect(abs(loss / (4 * 10 * 1e-7) - 1) < 1e-4)
  }
}
