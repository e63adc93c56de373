import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing
import _CoppiceTestSupport

@Suite("Feed-forward network")
struct FeedForwardTests {
  /// A dueling network with its batch, able to compute its loss and all gradients.
  final class Problem<Scalar: NetworkScalar> {
    let network: FeedForwardNetwork<Scalar>
    let trace: FeedForwardTrace<Scalar>
    let inputs: Panels<Scalar>
    let goals: Panels<Scalar>
    let loss: MeanSquaredError<Scalar>

    init(_ shape: DuelingShape, samples: Int, storage: WeightStorage, seed: UInt64) {
      let key = RandomKey(seed: seed)
      network = FeedForwardNetwork(shape, key: key.split("network"))
      if storage != .dense {
        for (index, layer) in network.layers.enumerated() {
          layer.sparsify(
            mask: randomMask(layer.shape, density: 0.5, key: key.split(index)), storage: storage)
        }
      }
      trace = FeedForwardTrace(for: network, sampleCount: samples)
      inputs = normalPanels(
        featureCount: shape.inputCount, sampleCount: samples, key: key.split("inputs"))
      goals = normalPanels(
        featureCount: shape.actionCount, sampleCount: samples, key: key.split("goals"))
      loss = MeanSquaredError(sampleCount: samples)
    }

    func forward() -> Double {
      for layer in network.layers { layer.refresh() }
      let panels = 0..<trace.panelCount
      network.forward(panels: panels, input: inputs.run, trace: trace)
      return panels.reduce(0) { sum, panel in
        sum
          + loss.loss(
            panel: panel, prediction: trace.output, goal: goals, gradient: trace.outputGradient)
      }
    }

    func backward() {
      let panels = 0..<trace.panelCount
      network.backward(panels: panels, trace: trace)
      network.prepareWeightGradients(panels: panels, input: inputs.run, trace: trace)
      network.backwardWeights(part: .whole, input: inputs.run, trace: trace)
    }
  }

  private static func small(_ order: ImageShape.Order, features: Int = 3) -> DuelingShape {
    var shape = DuelingShape(
      view: ImageShape(height: 5, width: 6, channels: 2, order: order), featureCount: features,
      actionCount: 4)
    shape.convolutions = [
      ConvolutionShape(size: 2, channels: 3), ConvolutionShape(size: 3, stride: 2, channels: 4),
    ]
    (shape.viewUnits, shape.featureUnits, shape.hidden) = (5, 4, [6])
    return shape
  }

  @Test(
    "gradients agree with finite differences, for every storage and order",
    arguments: [WeightStorage.dense, .kept, .latent],
    [ImageShape.Order.channelsFirst, .channelsLast])
  func gradients(storage: WeightStorage, order: ImageShape.Order) {
    let problem = Problem<Double>(Self.small(order), samples: 70, storage: storage, seed: 3)
    _ = problem.forward()
    problem.backward()
    #expect(problem.network.layers.count == 6)
    // the gradients of the first layers are small, and a difference of losses is rounded to about 1e-10
    let tolerance = 1e-5
    for layer in problem.network.layers {
      // a latent weight that is not kept has a straight-through gradient, which no loss shows
      let gradient = Array(layer.parameterGradient.elements)
      let mask = layer.topology?.mask()
      let shown = gradient.indices.map { index in
        storage == .latent && mask?[index] == 0 ? 0 : gradient[index]
      }
      #expect(
        finiteDifferenceError(
          parameters: layer.parameters, count: layer.parameterCount, gradient: shown,
          loss: problem.forward) < tolerance)
      #expect(
        finiteDifferenceError(
          parameters: layer.bias, count: layer.bias.count,
          gradient: Array(layer.biasGradient.elements), loss: problem.forward) < tolerance)
    }
  }

  @Test("the gradient of every weight is that of latent weights")
  func everyWeight() {
    let shape = Self.small(.channelsFirst)
    let sparse = Problem<Float>(shape, samples: 130, storage: .kept, seed: 8)
    let latent = Problem<Float>(shape, samples: 130, storage: .latent, seed: 8)
    for problem in [sparse, latent] {
      _ = problem.forward()
      problem.backward()
    }
    let gradient = sparse.network.makeEveryGradient(sampleCount: 130) { $0 != 2 }
    let panels = 0..<sparse.trace.panelCount
    sparse.network.prepare(
      gradient, panels: panels, input: sparse.inputs.run, trace: sparse.trace)
    sparse.network.sum(gradient, part: .whole, input: sparse.inputs.run, trace: sparse.trace)
    #expect(gradient.weights[2].count == 0)
    for (index, layer) in latent.network.layers.enumerated() where index != 2 {
      let size = layer.parameterGradient.elements.reduce(0) { max($0, abs($1)) }
      #expect(gradient.weights[index].count == layer.shape.weightCount)
      for weight in 0..<layer.shape.weightCount {
        let difference = gradient.weights[index][weight] - layer.parameterGradient[weight]
        #expect(abs(difference) <= 1e-5 * size)
      }
    }
  }

  @Test("values are what the state is worth plus what actions add to it, by hand")
  func dueling() {
    let stage = DuelingStage<Float>(actionCount: 3)
    let network = FeedForwardNetwork<Float>([.init(stage, reads: .input(), writes: .node(0))])
    let trace = FeedForwardTrace(for: network, sampleCount: 1)
    let inputs = Panels<Float>(featureCount: 4, sampleCount: 1)
    for (feature, number) in [10, 1, 2, 6].enumerated() {
      inputs[sample: 0, feature: feature] = Float(number)
    }
    network.forward(panels: 0..<1, input: inputs.run, trace: trace)
    // the mean advantage is 3
    #expect((0..<3).map { trace.output[sample: 0, feature: $0] } == [8, 9, 13])
  }

  @Test("advantages have no bias, also after a step, and neither have those of the target")
  func unbiased() {
    let problem = Problem<Float>(
      Self.small(.channelsFirst), samples: 64, storage: .dense, seed: 4)
    let target = FeedForwardNetwork(sharingTopologyOf: problem.network)
    let adam = Adam(network: problem.network)
    _ = problem.forward()
    problem.backward()
    adam.advance(learningRate: 0.1)
    adam.step(part: .whole, averaging: target.layers, rate: 0.5)
    for network in [problem.network, target] {
      network.refresh()
      let bias = Array(network.layers[5].bias.elements)
      #expect(bias.count == 5)
      #expect(bias[0] != 0)
      #expect(bias[1...].allSatisfy { $0 == 0 })
    }
  }

  @Test("views that are too small for a convolution go to the dense layer")
  func smallViews() {
    var shape = Self.small(.channelsFirst)
    shape.view = ImageShape(height: 3, width: 3, channels: 5, order: .channelsFirst)
    shape.convolutions =
      DuelingShape(view: shape.view, featureCount: 0, actionCount: 1).convolutions
    let one = FeedForwardNetwork<Float>(shape, key: RandomKey(seed: 1))
    #expect(one.layers.map(\.shape.inputs) == [45, 32, 3, 9, 6])
    shape.view.width = 2
    shape.featureCount = 0
    let none = FeedForwardNetwork<Float>(shape, key: RandomKey(seed: 1))
    #expect(none.layers.map(\.shape.inputs) == [30, 5, 6])
  }
}
