import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

/// What has to hold for every method on a network with a memory.
@Suite("Any topology rule, through time")
struct RecurrentLearnerTests {
  private let sequences = 70
  private let steps = 3

  /// A learner whose masks change every few of its 60 steps.
  private func learner(_ text: String) throws -> SparseLearner<RecurrentNetwork<Float>> {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(text), horizon: 60, options: ShortIntervals()
    ).rule
    var shape = DuelingShape(
      view: ImageShape(height: 3, width: 4, channels: 2, order: .channelsFirst), featureCount: 8,
      actionCount: 5)
    shape.convolutions = []
    (shape.viewUnits, shape.featureUnits) = (24, 16)
    return SparseLearner(
      network: RecurrentNetwork(shape, unitCount: 20, key: RandomKey(seed: 4)),
      role: NetworkRole("value"), rule: rule, withTarget: true,
      sampleCount: panelCountFor(samples: sequences) * steps * panelWidth, key: RandomKey(seed: 5)
    ) { Adam(network: $0) }
  }

  /// Updates on random batches, each cut into `cuts` shares.
  private func train(
    _ learner: SparseLearner<RecurrentNetwork<Float>>, _ updates: ClosedRange<Int>, cuts: Int = 1
  ) -> Int {
    let traces = learner.paths.map {
      RecurrentTrace(for: $0, sequenceCount: sequences, stepCount: steps)
    }
    let samples = traces[0].panelCount * panelWidth
    let input = Panels<Float>(featureCount: 3 * 4 * 2 + 8, sampleCount: samples)
    let weights = AlignedBuffer<Float>(count: samples)
    weights.fill(1)
    var changes = 0
    for update in updates {
      var random = RandomKey(seed: 77).split(update).stream()
      for index in 0..<input.buffer.count { input.buffer[index] = Float(random.nextNormal()) }
      learner.begin(step: update, learningRate: 0.01, targetRate: 0.1)
      for cut in 0..<cuts {
        let own = Part(cut, of: cuts).range(of: traces[0].panelCount / steps)
        let panels = (own.lowerBound * steps)..<(own.upperBound * steps)
        for (path, trace) in zip(learner.paths, traces) {
          path.forward(panels: panels, input: input.run, trace: trace)
          for panel in panels {
            for index in 0..<trace.output.stride {
              trace.outputGradient.panel(panel)[index] = trace.output.panel(panel)[index] - 0.5
            }
          }
        }
        learner.collaborate(
          panels: panels, traces: traces, sampleCount: samples, weights: weights)
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
      if learner.reviseTopology(after: update) != nil { changes += 1 }
    }
    return changes
  }

  private func saved(_ learner: SparseLearner<RecurrentNetwork<Float>>) -> NamedTensors {
    var tensors = NamedTensors()
    learner.save(into: &tensors)
    return tensors
  }

  @Test(
    "the layers of the unit are made sparse like any other, and their zeros stay zeros",
    // by itself "ds" keeps all of layers as small as these
    arguments: AnyRuleTests.expressions.filter { $0 != "ds" })
  func zeros(text: String) throws {
    let learner = try learner(text)
    let before = learner.network.layers.map { $0.denseWeights() }
    let due = (1...60).filter { learner.rule?.isDue(after: $0, role: learner.role) == true }
    #expect(train(learner, 1...60) == due.count)
    let unit = learner.network.unit.layers
    #expect(unit.contains { $0.keptCount < $0.shape.weightCount })
    #expect(learner.network.isFinite)
    for (layer, old) in zip(learner.network.layers, before) {
      let weights = layer.denseWeights()
      #expect(weights != old)
      guard let mask = layer.topology?.mask() else { continue }
      #expect(zip(mask, weights).allSatisfy { $0 != 0 || $1 == 0 })
    }
    // the products of the state have no biases of their own
    #expect(unit[1...].allSatisfy { $0.bias.elements.allSatisfy { $0 == 0 } })
    #expect(unit[0].bias.elements.contains { $0 != 0 })
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
