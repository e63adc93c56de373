import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing
import _CoppiceTestSupport

@Suite("Policies, losses, normaliser")
struct PolicyAndLossTests {
  @Test("the deterministic policy's gradient agrees with finite differences")
  func deterministic() {
    let outputs: Panels<Double> = normalPanels(
      featureCount: 2, sampleCount: 64, key: RandomKey(seed: 1))
    let weights: Panels<Double> = normalPanels(
      featureCount: 2, sampleCount: 64, key: RandomKey(seed: 2))
    let actions = Panels<Double>(featureCount: 2, sampleCount: 64)
    let policy = DeterministicPolicy<Double>(scale: 2)
    let loss = {
      policy.act(count: 128, outputs: UnsafePointer(outputs.panel(0)), actions: actions.panel(0))
      return zip(actions.buffer.elements, weights.buffer.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    _ = loss()
    let gradient = AlignedBuffer(Array(weights.buffer.elements))
    policy.backward(
      count: 128, actions: UnsafePointer(actions.panel(0)), gradient: gradient.pointer)
    #expect(actions.buffer.elements.allSatisfy { abs($0) <= 2 })
    #expect(
      finiteDifferenceError(
        parameters: outputs.buffer, count: 128, gradient: Array(gradient.elements), loss: loss)
        < 1e-8)
  }

  @Test(
    "the Gaussian policy's gradients and density agree with finite differences",
    arguments: LogDeviation.Bound.allCases)
  func gaussian(bound: LogDeviation.Bound) {
    let key = RandomKey(seed: 4)
    let outputs: Panels<Double> = normalPanels(
      featureCount: 4, sampleCount: 64, key: key.split("outputs"))
    outputs[sample: 0, feature: 2] = 5  // clamped
    let noise: Panels<Double> = normalPanels(
      featureCount: 2, sampleCount: 64, key: key.split("noise"))
    let weights: Panels<Double> = normalPanels(
      featureCount: 3, sampleCount: 64, key: key.split("weights"))
    let actions = Panels<Double>(featureCount: 2, sampleCount: 64)
    let densities = AlignedBuffer<Double>(count: 64)
    let policy = SquashedGaussianPolicy<Double>(
      actionCount: 2, logDeviation: LogDeviation(-3...2, bound: bound))
    let loss = {
      policy.sample(
        outputs: UnsafePointer(outputs.panel(0)), noise: UnsafePointer(noise.panel(0)),
        actions: actions.panel(0), logDensities: densities.pointer)
      let fromActions = (0..<128).reduce(0.0) { $0 + actions.buffer[$1] * weights.buffer[$1] }
      return (0..<64).reduce(fromActions) { $0 + densities[$1] * weights.buffer[128 + $1] }
    }
    _ = loss()
    let gradient = Panels<Double>(featureCount: 4, sampleCount: 64)
    policy.backward(
      outputs: UnsafePointer(outputs.panel(0)), noise: UnsafePointer(noise.panel(0)),
      actionGradient: UnsafePointer(weights.panel(0)),
      logDensityGradient: UnsafePointer(weights.panel(0, feature: 2)),
      outputGradient: gradient.panel(0))
    #expect((gradient[sample: 0, feature: 2] == 0) == (bound == .clamp))
    #expect(
      finiteDifferenceError(
        parameters: outputs.buffer, count: 256, gradient: Array(gradient.buffer.elements),
        loss: loss) < 1e-7)
  }

  @Test("the Gaussian policy's density integrates to one")
  func density() {
    // over ε on a grid, for one action: ∫ π(a) da with da = (1 − a²) σ dε
    let policy = SquashedGaussianPolicy<Double>(actionCount: 1)
    let outputs = Panels<Double>(featureCount: 2, sampleCount: 64)
    outputs.buffer.fill(0.3)
    let noise = Panels<Double>(featureCount: 1, sampleCount: 64)
    let actions = Panels<Double>(featureCount: 1, sampleCount: 64)
    let densities = AlignedBuffer<Double>(count: 64)
    var integral = 0.0
    let width = 0.002
    for start in stride(from: -8.0, to: 8.0, by: 64 * width) {
      for lane in 0..<64 { noise.panel(0)[lane] = start + Double(lane) * width }
      policy.sample(
        outputs: UnsafePointer(outputs.panel(0)), noise: UnsafePointer(noise.panel(0)),
        actions: actions.panel(0), logDensities: densities.pointer)
      for lane in 0..<64 {
        let a = actions.panel(0)[lane]
        integral += exponential(densities[lane]) * (1 - a * a) * exponential(0.3) * width
      }
    }
    #expect(abs(integral - 1) < 1e-3)
  }

  @Test("losses and their gradients agree with finite differences, unused lanes apart")
  func losses() {
    let prediction: Panels<Double> = normalPanels(
      featureCount: 2, sampleCount: 100, key: RandomKey(seed: 1))
    let goal: Panels<Double> = normalPanels(
      featureCount: 2, sampleCount: 100, key: RandomKey(seed: 2))
    let gradient = Panels<Double>(featureCount: 2, sampleCount: 100)
    gradient.buffer.fill(9)
    let squared = MeanSquaredError<Double>(sampleCount: 100)
    let huber = HuberLoss<Double>(sampleCount: 100, threshold: 0.7)
    let losses = [
      {
        (0..<2).reduce(0.0) {
          $0 + squared.loss(panel: $1, prediction: prediction, goal: goal, gradient: gradient)
        }
      },
      {
        (0..<2).reduce(0.0) {
          $0 + huber.loss(panel: $1, prediction: prediction, goal: goal, gradient: gradient)
        }
      },
    ]
    for loss in losses {
      _ = loss()
      let written = Array(gradient.buffer.elements)
      #expect(gradient[sample: 100, feature: 0] == 0)
      #expect(
        finiteDifferenceError(
          parameters: prediction.buffer, count: prediction.buffer.count, gradient: written,
          loss: loss) < 1e-6)
    }
  }

  @Test("the normaliser's statistics are those of everything it saw, and survive saving")
  func normaliser() throws {
    let normaliser = ObservationNormaliser(featureCount: 2)
    var random = RandomKey(seed: 6).stream()
    let row = AlignedBuffer<Float>(count: 2)
    for _ in 0..<5000 {
      row[0] = Float(3 + 2 * random.nextNormal())
      row[1] = Float(-1 + 0.5 * random.nextNormal())
      normaliser.record(UnsafePointer(row.pointer))
    }
    let panels = Panels<Float>(featureCount: 2, sampleCount: 64)
    for lane in 0..<64 {
      panels.panel(0)[lane] = 5
      panels.panel(0, feature: 1)[lane] = 1000
    }
    var saved = NamedTensors()
    normaliser.save(into: &saved)
    let copy = ObservationNormaliser(featureCount: 2)
    try copy.restore(from: saved)
    copy.normalise(panel: panels.panel(0))
    #expect(abs(panels.panel(0)[0] - 1) < 0.1)
    #expect(panels.panel(0, feature: 1)[0] == 10)
  }

  private func exponential(_ x: Double) -> Double {
    // e^x by squaring a short series, enough digits for an integral
    var value = 1.0
    var term = 1.0
    let small = x / 1024
    for k in 1..<12 {
      term *= small / Double(k)
      value += term
    }
    for _ in 0..<10 { value *= value }
    return value
  }
}
