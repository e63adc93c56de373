import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing
import _CoppiceTestSupport

@Suite("Convolution")
struct ConvolutionTests {
  /// A convolution of random sizes with a batch, its gradients, and what they ought to be.
  final class Problem<Scalar: NetworkScalar> {
    let convolution: Convolution<Scalar>
    let linear: Linear<Scalar>
    let network: FeedForwardNetwork<Scalar>
    let trace: FeedForwardTrace<Scalar>
    let inputs: Panels<Scalar>
    let inputGradient: Panels<Scalar>
    let samples: Int

    init(seed: Int, storage: WeightStorage) throws {
      let key = RandomKey(seed: UInt64(seed))
      var random = key.stream()
      let size = 1 + random.nextIndex(below: 4)
      let image = ImageShape(
        height: size + random.nextIndex(below: 6), width: size + random.nextIndex(below: 6),
        channels: 1 + random.nextIndex(below: 7),
        order: seed.isMultiple(of: 2) ? .channelsFirst : .channelsLast)
      let shape = ConvolutionShape(
        size: size, stride: 1 + random.nextIndex(below: 3),
        channels: 1 + random.nextIndex(below: 20))
      samples = 1 + random.nextIndex(below: 150)
      convolution = Convolution(shape, of: image, givesInputGradient: true, key: key.split("layer"))
      linear = try #require(convolution.layer)
      if storage != .dense {
        linear.sparsify(
          mask: randomMask(linear.shape, density: 0.4, key: key.split("mask")), storage: storage)
      }
      network = FeedForwardNetwork([.init(convolution, reads: .input(), writes: .node(0))])
      trace = FeedForwardTrace(for: network, sampleCount: samples)
      inputs = normalPanels(
        featureCount: image.count, sampleCount: samples, key: key.split("inputs"))
      inputGradient = Panels(featureCount: image.count, sampleCount: samples)
      let slopes: Panels<Scalar> = normalPanels(
        featureCount: convolution.outputCount, sampleCount: samples, key: key.split("slopes"))
      trace.outputGradient.buffer.copy(from: slopes.buffer)
    }

    /// All passes, with the batch cut into `cuts` shares.
    func run(cuts: Int) {
      for index in 0..<cuts {
        let panels = Part(index, of: cuts).range(of: trace.panelCount)
        network.forward(panels: panels, input: inputs.run, trace: trace)
        let scratch = convolution.makeScratch(panelCount: trace.panelCount, for: .learning)
        convolution.backward(
          panels: panels, outputGradient: trace.outputGradient.run, gate: nil,
          inputGradient: MutablePanelRun(
            start: inputGradient.buffer.pointer, stride: inputGradient.stride,
            count: inputGradient.panelCount), scratch: scratch)
        network.prepareWeightGradients(panels: panels, input: inputs.run, trace: trace)
      }
      for index in 0..<cuts {
        network.backwardWeights(part: Part(index, of: cuts), input: inputs.run, trace: trace)
      }
    }

    /// The gradients of all weights as a matrix, 0 where none is kept.
    var weightGradient: [Double] {
      guard linear.storage == .kept, let topology = linear.topology else {
        return linear.parameterGradient.elements.map { Double($0) }
      }
      var dense = [Double](repeating: 0, count: linear.shape.weightCount)
      for position in 0..<topology.positionCount {
        guard let (row, column) = topology.place(of: position) else { continue }
        dense[row * linear.shape.inputs + column] = Double(linear.parameterGradient[position])
      }
      return dense
    }
  }

  private func compare<Scalar: NetworkScalar>(
    _ problem: Problem<Scalar>, tolerance: Double
  ) {
    let plain = PlainConvolution(
      input: problem.convolution.input, shape: problem.convolution.shape,
      output: problem.convolution.output,
      weights: problem.linear.denseWeights().map { Double($0) },
      bias: problem.linear.bias.elements.map { Double($0) })
    problem.run(cuts: 1)
    var (weights, bias) = (
      [Double](repeating: 0, count: plain.weights.count), plain.bias.map { _ in 0.0 }
    )
    for sample in 0..<problem.samples {
      let image = (0..<plain.input.count).map {
        Double(problem.inputs[sample: sample, feature: $0])
      }
      let slopes = (0..<plain.output.count).map {
        Double(problem.trace.outputGradient[sample: sample, feature: $0])
      }
      let found = (0..<plain.output.count).map {
        Double(problem.trace.output[sample: sample, feature: $0])
      }
      let gradient = (0..<plain.input.count).map {
        Double(problem.inputGradient[sample: sample, feature: $0])
      }
      #expect(distance(found, plain.forward(image)) < tolerance)
      let wanted = plain.backward(image, slopes)
      #expect(distance(gradient, wanted.image) < tolerance)
      for index in weights.indices { weights[index] += wanted.weights[index] }
      for index in bias.indices { bias[index] += wanted.bias[index] }
    }
    if problem.linear.storage == .kept, let mask = problem.linear.topology?.mask() {
      for index in weights.indices where mask[index] == 0 { weights[index] = 0 }
    }
    #expect(distance(problem.weightGradient, weights) < tolerance)
    #expect(distance(problem.linear.biasGradient.elements.map { Double($0) }, bias) < tolerance)
  }

  /// The largest difference, relative to the largest number.
  private func distance(_ found: [Double], _ wanted: [Double]) -> Double {
    let largest = wanted.reduce(1e-3) { max($0, abs($1)) }
    return zip(found, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }

  @Test(
    "kernels and loops agree with the sums that define a convolution",
    arguments: [WeightStorage.dense, .kept, .latent])
  func plain(storage: WeightStorage) throws {
    for seed in 1...30 {
      // sums of up to a hundred thousand products, in single and in double precision
      compare(try Problem<Float>(seed: seed, storage: storage), tolerance: 2e-5)
      compare(try Problem<Double>(seed: seed, storage: storage), tolerance: 1e-12)
    }
  }

  @Test("any number of shares gives the same bits", arguments: [WeightStorage.dense, .kept])
  func shares(storage: WeightStorage) throws {
    for seed in 1...10 {
      let whole = try Problem<Float>(seed: seed, storage: storage)
      whole.run(cuts: 1)
      for cuts in [2, 3] {
        let cut = try Problem<Float>(seed: seed, storage: storage)
        cut.run(cuts: cuts)
        #expect(cut.weightGradient == whole.weightGradient)
        #expect(
          Array(cut.linear.biasGradient.elements) == Array(whole.linear.biasGradient.elements))
        #expect(
          Array(cut.inputGradient.buffer.elements) == Array(whole.inputGradient.buffer.elements))
      }
    }
  }

  @Test("a window that does not fit has no output, and one that moves by two leaves out the rest")
  func sizes() {
    let image = ImageShape(height: 6, width: 3, channels: 2)
    #expect(ConvolutionShape(size: 4, channels: 1).output(for: image) == nil)
    #expect(
      ConvolutionShape(size: 3, stride: 2, channels: 5).output(for: image)
        == ImageShape(height: 2, width: 1, channels: 5))
  }
}
