import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Optimisers")
struct OptimiserTests {
  @Test("Adam follows the paper's algorithm, by hand, for three steps")
  func adam() {
    let network = MLP<Double>(sizes: [1, 1], key: RandomKey(seed: 1))
    let layer = network.layers[0]
    var configuration = Adam<Double>.Configuration()
    configuration.weightDecay = 0.01
    let adam = Adam(network: network, configuration: configuration)
    layer.parameters[0] = 0.5
    var (w, m, v) = (0.5, 0.0, 0.0)
    for (index, slope) in [0.3, -0.2, 0.05].enumerated() {
      layer.parameterGradient[0] = slope
      adam.advance(learningRate: 0.1)
      adam.step(part: .whole, averaging: nil, rate: 0)
      let g = slope + 0.01 * w
      m = 0.9 * m + 0.1 * g
      v = 0.999 * v + 0.001 * g * g
      let t = Double(index + 1)
      let (mean, square) = (m / (1 - pow(0.9, t)), v / (1 - pow(0.999, t)))
      w -= 0.1 * mean / (square.squareRoot() + 1e-8)
      #expect(abs(layer.parameters[0] - w) < 1e-12)
    }
  }

  @Test("momentum accumulates gradients")
  func momentum() {
    let network = MLP<Double>(sizes: [1, 1], key: RandomKey(seed: 1))
    let layer = network.layers[0]
    let rule = MomentumSGD(network: network)
    layer.parameters[0] = 1
    for _ in 0..<2 {
      layer.parameterGradient[0] = 1
      rule.advance(learningRate: 0.1)
      rule.step(part: .whole, averaging: nil, rate: 0)
    }
    // velocities 1 and 1.9
    #expect(abs(layer.parameters[0] - (1 - 0.1 - 0.19)) < 1e-12)
  }

  @Test("the target follows with the new weights")
  func averaging() {
    let network = MLP<Float>(sizes: [3, 4, 2], key: RandomKey(seed: 1))
    let target = MLP(sharingTopologyOf: network)
    let before = target.layers[0].parameters[0]
    network.layers[0].parameterGradient[0] = 1
    let adam = Adam(network: network)
    adam.advance(learningRate: 0.1)
    adam.step(part: .whole, averaging: target.layers, rate: 0.25)
    let after = network.layers[0].parameters[0]
    #expect(abs(target.layers[0].parameters[0] - (before + 0.25 * (after - before))) < 1e-7)
    #expect(abs(after - (before - 0.1)) < 1e-6)
  }

  private func pow(_ base: Double, _ exponent: Double) -> Double {
    (0..<Int(exponent)).reduce(1) { product, _ in product * base }
  }
}
