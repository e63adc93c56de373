import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing
import _CoppiceTestSupport

@Suite("Multilayer perceptron")
struct MLPTests {
  /// A network with its batch, able to compute its loss and all gradients.
  final class Problem<Scalar: NetworkScalar> {
    let network: MLP<Scalar>
    let trace: MLPTrace<Scalar>
    let inputs: Panels<Scalar>
    let goals: Panels<Scalar>
    let inputGradient: Panels<Scalar>
    let loss: MeanSquaredError<Scalar>

    init(sizes: [Int], samples: Int, storage: WeightStorage, seed: UInt64) {
      let key = RandomKey(seed: seed)
      network = MLP(sizes: sizes, inputGradientColumns: 0..<sizes[0], key: key.split("network"))
      if storage != .dense {
        for (index, layer) in network.layers.enumerated() {
          layer.sparsify(
            mask: randomMask(layer.shape, density: 0.4, key: key.split(index)), storage: storage)
        }
      }
      trace = MLPTrace(for: network, sampleCount: samples)
      inputs = normalPanels(
        featureCount: sizes[0], sampleCount: samples, key: key.split("inputs"))
      goals = normalPanels(
        featureCount: sizes[sizes.count - 1], sampleCount: samples, key: key.split("goals"))
      inputGradient = Panels(featureCount: sizes[0], sampleCount: samples)
      loss = MeanSquaredError(sampleCount: samples)
    }

    func forward() -> Double {
      network.refresh()
      let panels = 0..<trace.panelCount
      network.forward(panels: panels, input: inputs.run, trace: trace)
      return panels.reduce(0) { sum, panel in
        sum
          + loss.loss(
            panel: panel, prediction: trace.output, goal: goals, gradient: trace.outputGradient)
      }
    }

    func backward(part: Part = .whole) {
      let panels = 0..<trace.panelCount
      network.backward(panels: panels, trace: trace, inputGradient: inputGradient)
      network.prepareWeightGradients(panels: panels, input: inputs.run, trace: trace)
      network.backwardWeights(part: part, input: inputs.run, trace: trace)
    }
  }

  @Test("the gradient of every weight is that of latent weights, and at kept ones the sparse one")
  func everyWeight() throws {
    let sparse = Problem<Float>(sizes: [19, 40, 33, 3], samples: 130, storage: .kept, seed: 8)
    let latent = Problem<Float>(sizes: [19, 40, 33, 3], samples: 130, storage: .latent, seed: 8)
    let gradient = EveryWeightGradient(for: sparse.network, sampleCount: 130)
    for problem in [sparse, latent] {
      _ = problem.forward()
      problem.backward()
    }
    gradient.compute(sparse.network, input: sparse.inputs.run, trace: sparse.trace)
    for (index, layer) in sparse.network.layers.enumerated() {
      let (found, other) = (gradient.weights[index], latent.network.layers[index])
      let size = other.parameterGradient.elements.reduce(0) { max($0, abs($1)) }
      for weight in 0..<found.count {
        #expect(abs(found[weight] - other.parameterGradient[weight]) <= 1e-5 * size)
      }
      let topology = try #require(layer.topology)
      for position in 0..<topology.positionCount {
        guard let (row, column) = topology.place(of: position) else { continue }
        let dense = found[row * layer.shape.inputs + column]
        #expect(abs(dense - layer.parameterGradient[position]) <= 1e-5 * size)
      }
    }
  }

  @Test(
    "gradients agree with finite differences, for every storage and ragged sizes",
    arguments: [WeightStorage.dense, .kept, .latent],
    [[3, 5, 2], [7, 6, 5, 1], [1, 4, 1], [2, 3]])
  func gradients(storage: WeightStorage, sizes: [Int]) {
    let problem = Problem<Double>(sizes: sizes, samples: 70, storage: storage, seed: 3)
    _ = problem.forward()
    problem.backward()
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
          loss: problem.forward) < 1e-7)
      #expect(
        finiteDifferenceError(
          parameters: layer.bias, count: layer.bias.count,
          gradient: Array(layer.biasGradient.elements), loss: problem.forward) < 1e-7)
    }
    #expect(
      finiteDifferenceError(
        parameters: problem.inputs.buffer, count: problem.inputs.stride,
        gradient: Array(problem.inputGradient.buffer.elements), loss: problem.forward) < 1e-7)
  }

  @Test(
    "Float32 kernels agree with the Float64 loops",
    arguments: [WeightStorage.dense, .kept, .latent])
  func precision(storage: WeightStorage) {
    let fast = Problem<Float>(sizes: [17, 256, 130, 6], samples: 100, storage: storage, seed: 8)
    let plain = Problem<Double>(sizes: [17, 256, 130, 6], samples: 100, storage: storage, seed: 8)
    #expect(abs(fast.forward() - plain.forward()) < 1e-5 * plain.forward())
    fast.backward()
    plain.backward()
    for (single, double) in zip(fast.network.layers, plain.network.layers) {
      let largest = double.parameterGradient.elements.map(abs).max() ?? 0
      let worst =
        zip(single.parameterGradient.elements, double.parameterGradient.elements)
        .map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(worst <= 1e-5 * largest)
    }
  }

  @Test("any number of parts gives the same bits", arguments: [WeightStorage.dense, .kept])
  func parts(storage: WeightStorage) {
    let whole = Problem<Float>(sizes: [23, 77, 256, 1], samples: 256, storage: storage, seed: 5)
    _ = whole.forward()
    whole.backward()
    for count in [2, 3, 5] {
      let cut = Problem<Float>(sizes: [23, 77, 256, 1], samples: 256, storage: storage, seed: 5)
      _ = cut.forward()
      for index in 0..<count { cut.backward(part: Part(index, of: count)) }
      for (one, other) in zip(whole.network.layers, cut.network.layers) {
        #expect(Array(one.parameterGradient.elements) == Array(other.parameterGradient.elements))
        #expect(Array(one.biasGradient.elements) == Array(other.biasGradient.elements))
      }
    }
  }

  @Test(
    "a saved network is rebuilt from its tensors alone",
    arguments: [WeightStorage.dense, .kept, .latent])
  func rebuild(storage: WeightStorage) throws {
    let problem = Problem<Float>(sizes: [5, 9, 3], samples: 64, storage: storage, seed: 2)
    var saved = NamedTensors()
    problem.network.save(into: &saved)
    let copy = try MLP<Float>(saved: saved)
    let trace = MLPTrace(for: copy, sampleCount: 64, withGradients: false)
    copy.forward(panels: 0..<1, input: problem.inputs.run, trace: trace)
    _ = problem.forward()
    #expect(Array(trace.output.buffer.elements) == Array(problem.trace.output.buffer.elements))
  }
}
