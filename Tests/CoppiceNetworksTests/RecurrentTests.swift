import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing
import _CoppiceTestSupport

@Suite("Recurrent network")
struct RecurrentTests {
  /// A recurrent network with its batch, able to compute its loss and all gradients.
  final class Problem<Scalar: NetworkScalar> {
    let network: RecurrentNetwork<Scalar>
    let trace: RecurrentTrace<Scalar>
    let inputs: Panels<Scalar>
    let goals: Panels<Scalar>
    let loss: MeanSquaredError<Scalar>

    init(
      _ shape: DuelingShape = RecurrentTests.small, sequences: Int, steps: Int,
      storage: WeightStorage = .dense, seed: UInt64 = 3
    ) {
      let key = RandomKey(seed: seed)
      network = RecurrentNetwork(shape, unitCount: 5, key: key.split("network"))
      if storage != .dense {
        for (index, layer) in network.layers.enumerated() {
          layer.sparsify(
            mask: randomMask(layer.shape, density: 0.5, key: key.split(index)), storage: storage)
        }
      }
      trace = RecurrentTrace(for: network, sequenceCount: sequences, stepCount: steps)
      let samples = trace.panelCount * panelWidth
      inputs = normalPanels(
        featureCount: shape.inputCount, sampleCount: samples, key: key.split("inputs"))
      goals = normalPanels(
        featureCount: shape.actionCount, sampleCount: samples, key: key.split("goals"))
      loss = MeanSquaredError(sampleCount: samples)
    }

    /// The loss, of the last steps alone where they are what is asked for.
    func forward(lastStepAlone: Bool = false) -> Double {
      for layer in network.layers { layer.refresh() }
      network.forward(panels: 0..<trace.panelCount, input: inputs.run, trace: trace)
      return (0..<trace.panelCount).reduce(0) { sum, panel in
        let own = loss.loss(
          panel: panel, prediction: trace.output, goal: goals, gradient: trace.outputGradient)
        guard lastStepAlone, (panel + 1) % trace.stepCount != 0 else { return sum + own }
        trace.outputGradient.panel(panel).update(
          repeating: 0, count: trace.outputGradient.stride)
        return sum
      }
    }

    func backward(threads: Int = 1) {
      for thread in 0..<threads {
        let sequences = Part(thread, of: threads).range(of: trace.panelCount / trace.stepCount)
        let panels =
          (sequences.lowerBound * trace.stepCount)..<(sequences.upperBound * trace.stepCount)
        network.backward(panels: panels, trace: trace)
        network.prepareWeightGradients(panels: panels, input: inputs.run, trace: trace)
      }
      for thread in 0..<threads {
        network.backwardWeights(part: Part(thread, of: threads), input: inputs.run, trace: trace)
      }
    }
  }

  static var small: DuelingShape {
    var shape = DuelingShape(
      view: ImageShape(height: 3, width: 3, channels: 1, order: .channelsFirst), featureCount: 2,
      actionCount: 3)
    shape.convolutions = [ConvolutionShape(size: 2, channels: 2)]
    (shape.viewUnits, shape.featureUnits) = (4, 3)
    shape.branches = [InputBranch(inputCount: 2, units: 2)]
    return shape
  }

  @Test(
    "gradients through time agree with finite differences, for every storage",
    arguments: [WeightStorage.dense, .kept, .latent], [false, true])
  func gradients(storage: WeightStorage, lastStepAlone: Bool) {
    let problem = Problem<Double>(sequences: 70, steps: 4, storage: storage)
    _ = problem.forward(lastStepAlone: lastStepAlone)
    problem.backward()
    #expect(problem.network.layers.count == 8)
    for layer in problem.network.layers {
      let mask = layer.topology?.mask()
      let gradient = layer.parameterGradient.elements.enumerated().map { index, slope in
        // a latent weight that is not kept has a straight-through gradient, which no loss shows
        storage == .latent && mask?[index] == 0 ? 0 : slope
      }
      #expect(gradient.contains { $0 != 0 })
      #expect(
        finiteDifferenceError(
          parameters: layer.parameters, count: layer.parameterCount, gradient: gradient,
          loss: { problem.forward(lastStepAlone: lastStepAlone) }) < 1e-5)
      #expect(
        finiteDifferenceError(
          parameters: layer.bias, count: layer.bias.count,
          gradient: Array(layer.biasGradient.elements),
          loss: { problem.forward(lastStepAlone: lastStepAlone) }) < 1e-5)
    }
  }

  @Test("states are those of the unit written out, step by step, dense and sparse")
  func plain() {
    for (inputs, units, sequences, steps) in [(3, 5, 2, 3), (17, 33, 70, 4), (40, 16, 130, 2)] {
      for sparse in [false, true] {
        let key = RandomKey(seed: 5).split(units)
        let unit = GatedRecurrentUnit<Float>(inputCount: inputs, unitCount: units, key: key)
        for (index, layer) in unit.layers.enumerated() where sparse {
          layer.sparsify(
            mask: randomMask(layer.shape, density: 0.3, key: key.split(index)), storage: .kept)
        }
        let trace = GatedTrace(
          for: unit, sequenceCount: sequences, stepCount: steps, withGradients: false)
        let x: Panels<Float> = normalPanels(
          featureCount: inputs, sampleCount: trace.panelCount * panelWidth, key: key.split("x"))
        let first: Panels<Float> = normalPanels(
          featureCount: units, sampleCount: sequences, key: key.split("states"))
        for sequence in 0..<first.panelCount {
          trace.states.panel(sequence * steps).update(
            from: first.panel(sequence), count: first.stride)
        }
        unit.forward(panels: 0..<trace.panelCount, input: x.run, trace: trace)
        let plain = PlainGatedRecurrentUnit(unit)
        for sequence in [0, sequences / 2, sequences - 1] {
          var state = (0..<units).map { Double(first[sample: sequence, feature: $0]) }
          for step in 0..<steps {
            let sample =
              (sequence / panelWidth * steps + step) * panelWidth + sequence % panelWidth
            state = plain.step((0..<inputs).map { Double(x[sample: sample, feature: $0]) }, state)
            for index in 0..<units {
              // rounding of sums of tens of numbers about 1
              #expect(
                abs(Double(trace.outputs[sample: sample, feature: index]) - state[index]) < 2e-6)
            }
          }
        }
      }
    }
  }

  @Test("a batch in one piece and step by step, with the states carried, gives the same bits")
  func carried() {
    let problem = Problem<Float>(sequences: 70, steps: 4)
    _ = problem.forward()
    let one = RecurrentTrace(
      for: problem.network, sequenceCount: 70, stepCount: 1, withGradients: false)
    let seen = Panels<Float>(featureCount: Self.small.inputCount, sampleCount: 70)
    for step in 0..<4 {
      for panel in 0..<2 {
        seen.panel(panel).update(
          from: problem.inputs.panel(panel * 4 + step), count: seen.stride)
      }
      problem.network.forward(panels: 0..<2, input: seen.run, trace: one)
      one.unit.states.buffer.copy(from: one.unit.outputs.buffer)
      for panel in 0..<2 {
        for index in 0..<one.output.stride {
          #expect(
            one.output.panel(panel)[index] == problem.trace.output.panel(panel * 4 + step)[index])
        }
      }
    }
  }

  @Test("what is seen first changes what comes out last")
  func memory() {
    let problem = Problem<Float>(sequences: 1, steps: 6)
    _ = problem.forward()
    let before = problem.trace.output[sample: 5 * panelWidth, feature: 0]
    problem.inputs[sample: 0, feature: 0] += 3
    _ = problem.forward()
    #expect(problem.trace.output[sample: 5 * panelWidth, feature: 0] != before)
  }

  @Test("gradients have the same bits for any number of threads")
  func threads() {
    let gradients = [1, 2, 3].map { threads -> [[Float]] in
      let problem = Problem<Float>(sequences: 150, steps: 3, storage: .kept)
      _ = problem.forward()
      problem.backward(threads: threads)
      return problem.network.layers.flatMap {
        [Array($0.parameterGradient.elements), Array($0.biasGradient.elements)]
      }
    }
    #expect(gradients[0] == gradients[1])
    #expect(gradients[0] == gradients[2])
  }

  @Test("the gradient of every weight is that of latent weights")
  func everyWeight() {
    let sparse = Problem<Float>(sequences: 130, steps: 3, storage: .kept)
    let latent = Problem<Float>(sequences: 130, steps: 3, storage: .latent)
    for problem in [sparse, latent] {
      _ = problem.forward()
      problem.backward()
    }
    let panels = 0..<sparse.trace.panelCount
    let gradient = sparse.network.makeEveryGradient(
      sampleCount: sparse.trace.panelCount * panelWidth
    ) { $0 != 2 }
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

  @Test("gradients that are too long are shortened together, and others left alone")
  func clip() {
    for threads in [1, 3] {
      let problem = Problem<Double>(sequences: 70, steps: 3, storage: .kept)
      _ = problem.forward()
      problem.backward()
      let layers = problem.network.layers
      func numbers() -> [Double] {
        layers.flatMap { layer in
          Array(layer.parameterGradient.elements.prefix(layer.parameterCount))
            + layer.biasGradient.elements.enumerated().map {
              layer.unbiased.contains($0) ? 0 : $1
            }
        }
      }
      let before = numbers()
      let norm = before.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for limit in [2 * norm, norm / 4] {
        let clip = GradientClip(network: problem.network, limit: limit)
        for thread in 0..<threads { clip.measure(part: Part(thread, of: threads)) }
        for thread in 0..<threads { clip.apply(part: Part(thread, of: threads)) }
        #expect(abs(clip.norm - norm) < 1e-12 * norm)
        let factor = min(1, limit / norm)
        #expect(
          zip(numbers(), before).allSatisfy { abs($0 - factor * $1) <= 1e-12 * abs($1) })
      }
    }
  }
}
