import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing
import _CoppiceTestSupport

@Suite("Actor-critic loss, categorical policy")
struct ActorCriticLossTests {
  private let loss = ActorCriticLoss<Double>(
    actionCount: 4, valueWeight: 0.3, entropyWeight: 0.2)

  private func outcome(_ lane: Int) -> ActorCriticLoss<Double>.Outcome {
    .init(action: lane % 4, advantage: Double(lane % 7) - 3, goal: Double(lane % 5))
  }

  @Test("the gradient is that of the loss as it is written down")
  func gradient() {
    let outputs: Panels<Double> = normalPanels(
      featureCount: 5, sampleCount: 64, key: RandomKey(seed: 1))
    let gradient = Panels<Double>(featureCount: 5, sampleCount: 64)
    func total() -> Double {
      (0..<64).reduce(0) { sum, lane in
        sum
          + loss.loss(
            UnsafePointer(outputs.panel(0) + lane), outcome(lane), weight: 0.5,
            gradient: gradient.panel(0) + lane)
      }
    }
    _ = total()
    let written = Array(gradient.buffer.elements)
    #expect(
      finiteDifferenceError(
        parameters: outputs.buffer, count: outputs.buffer.count, gradient: written, loss: total)
        < 1e-7)
  }

  @Test("the loss of a sample, by hand")
  func byHand() {
    let outputs = Panels<Double>(featureCount: 5, sampleCount: 1)
    let gradient = Panels<Double>(featureCount: 5, sampleCount: 1)
    outputs[sample: 0, feature: 4] = 1
    let found = loss.loss(
      UnsafePointer(outputs.panel(0)), .init(action: 2, advantage: 2, goal: 4), weight: 1,
      gradient: gradient.panel(0))
    // four actions alike: 2 log 4 + 0.3 · 9 − 0.2 log 4
    let logarithm = 1.386_294_361_119_890_6
    #expect(abs(found - (1.8 * logarithm + 2.7)) < 1e-12)
    let wanted = [0.5, 0.5, -1.5, 0.5, -1.8]
    for (feature, slope) in wanted.enumerated() {
      #expect(abs(gradient[sample: 0, feature: feature] - slope) < 1e-12)
    }
  }

  @Test("actions are drawn as often as the policy says, and the best at a temperature of 0")
  func draws() {
    let scores = Panels<Float>(featureCount: 3, sampleCount: 1)
    for (action, score) in [1000, 1001, 999].enumerated() {
      scores[sample: 0, feature: action] = Float(score)
    }
    let lane = UnsafePointer(scores.panel(0))
    let policy = CategoricalPolicy(actionCount: 3, temperature: 2)
    // e^0, e^½ and e^−½ over their sum
    let wanted = [0.307_196, 0.506_480, 0.186_324]
    var counts = [0, 0, 0]
    for index in 0..<1000 { counts[policy.sample(lane, uniform: Double(index) / 1000)] += 1 }
    for action in 0..<3 { #expect(abs(Double(counts[action]) / 1000 - wanted[action]) < 0.002) }
    let mean = policy.mean(of: lane, scores: lane)
    #expect(abs(mean - Float(1000 + wanted[1] - wanted[2])) < 1e-3)
    let greedy = CategoricalPolicy(actionCount: 3, temperature: 0)
    #expect(greedy.sample(lane, uniform: 0.99) == 1)
    #expect(greedy.mean(of: lane, scores: lane) == 1001)
  }
}
