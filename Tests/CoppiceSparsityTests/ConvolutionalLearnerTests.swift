import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

/// What has to hold for every method on a network with convolutions and branches.
@Suite("Any topology rule, with convolutions")
struct ConvolutionalLearnerTests {
  /// A learner whose masks change every few of its 60 steps.
  private func learner(_ text: String) throws -> SparseLearner<FeedForwardNetwork<Float>> {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(text), horizon: 60, options: ShortIntervals()
    ).rule
    var shape = DuelingShape(
      view: ImageShape(height: 6, width: 7, channels: 3, order: .channelsFirst), featureCount: 8,
      actionCount: 5)
    shape.convolutions = [
      ConvolutionShape(size: 3, channels: 8), ConvolutionShape(size: 3, channels: 8),
    ]
    (shape.viewUnits, shape.featureUnits, shape.hidden) = (24, 16, [20])
    return SparseLearner(
      network: FeedForwardNetwork(shape, key: RandomKey(seed: 4)), role: NetworkRole("value"),
      rule: rule, withTarget: true, sampleCount: 150, key: RandomKey(seed: 5)
    ) { Adam(network: $0) }
  }

  /// Steps on random batches, each cut into `cuts` shares.
  private func train(
    _ learner: SparseLearner<FeedForwardNetwork<Float>>, _ steps: ClosedRange<Int>, cuts: Int = 1
  ) -> [TopologyChange] {
    let traces = learner.paths.map { FeedForwardTrace(for: $0, sampleCount: 150) }
    let input = Panels<Float>(featureCount: 6 * 7 * 3 + 8, sampleCount: 150)
    var changes: [TopologyChange] = []
    for step in steps {
      var random = RandomKey(seed: 77).split(step).stream()
      for index in 0..<input.buffer.count { input.buffer[index] = Float(random.nextNormal()) }
      learner.begin(step: step, learningRate: 0.01, targetRate: 0.1)
      for cut in 0..<cuts {
        let panels = Part(cut, of: cuts).range(of: input.panelCount)
        for (path, trace) in zip(learner.paths, traces) {
          path.forward(panels: panels, input: input.run, trace: trace)
          for panel in panels {
            for index in 0..<trace.output.stride {
              trace.outputGradient.panel(panel)[index] = trace.output.panel(panel)[index] - 0.5
            }
          }
        }
        learner.collaborate(panels: panels, traces: traces, sampleCount: 150)
        for (path, trace) in zip(learner.paths, traces) {
          path.backward(panels: panels, trace: trace)
        }
        learner.prepareGradients(panels: panels, input: input.run, traces: traces)
      }
      for cut in 0..<cuts {
        learner.sumGradients(part: Part(cut, of: cuts), input: input.run, traces: traces)
      }
      for cut in 0..<cuts { learner.step(part: Part(cut, of: cuts)) }
      for cut in 0..<cuts { learner.refresh(part: Part(cut, of: cuts)) }
      if let change = learner.reviseTopology(after: step) { changes.append(change) }
    }
    return changes
  }

  private func saved(_ learner: SparseLearner<FeedForwardNetwork<Float>>) -> NamedTensors {
    var tensors = NamedTensors()
    learner.save(into: &tensors)
    return tensors
  }

  @Test(
    "kernels are made sparse like any layer, and their zeros stay zeros",
    // by itself "ds" keeps all of layers as small as these
    arguments: AnyRuleTests.expressions.filter { $0 != "ds" })
  func zeros(text: String) throws {
    let learner = try learner(text)
    let before = learner.network.layers.map { $0.denseWeights() }
    let due = (1...60).filter { learner.rule?.isDue(after: $0, role: learner.role) == true }
    #expect(train(learner, 1...60).count == due.count)
    #expect(learner.network.keptWeightCount < learner.network.denseWeightCount)
    // the second convolution is larger than any pattern and floor
    #expect(learner.network.layers[1].keptCount < learner.network.layers[1].shape.weightCount)
    #expect(learner.network.isFinite)
    for (layer, old) in zip(learner.network.layers, before) {
      let weights = layer.denseWeights()
      #expect(weights != old)
      guard let mask = layer.topology?.mask() else { continue }
      #expect(zip(mask, weights).allSatisfy { $0 != 0 || $1 == 0 })
    }
  }

  @Test(
    "any number of shares, and saving in between, give the same bits",
    arguments: AnyRuleTests.expressions)
  func bits(text: String) throws {
    let straight = try learner(text)
    _ = train(straight, 1...40)
    let wanted = saved(straight)
    let cut = try learner(text)
    _ = train(cut, 1...23, cuts: 2)
    let resumed = try learner(text)
    try resumed.restore(from: saved(cut))
    _ = train(resumed, 24...40, cuts: 3)
    let found = saved(resumed)
    #expect(found.names == wanted.names)
    for name in wanted.names { #expect(found[name] == wanted[name], "\(name)") }
  }
}
