import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

/// What has to hold for every method, on layers of random sizes with random gradients.
@Suite("Any topology rule")
struct AnyRuleTests {
  static let expressions = [
    "2:4", "1:4x4", "static@90%", "static@75%x4", "set@80%", "ds", "ds@70%", "rigl@90%", "gmp@90%",
    "oneshot@80%", "dpf@90%", "dcil@80%",
  ]

  /// A learner whose masks change every few of its 60 steps.
  private func learner(_ text: String, seed: UInt64) throws -> SparseLearner<Float> {
    var random = RandomKey(seed: seed).stream()
    let sizes = (0..<4).map { _ in 1 + random.nextIndex(below: 60) }
    let expression = try SparsityExpression(text)
    let rule = try SparsityCatalogue.standard.choice(
      for: expression, horizon: 60, options: ShortIntervals()
    ).rule
    return SparseLearner(
      network: MLP(sizes: sizes, inputGradientColumns: 0..<1, key: RandomKey(seed: seed)),
      role: NetworkRole("critic-1"), rule: rule, withTarget: true, sampleCount: 70,
      key: RandomKey(seed: seed + 1)
    ) { Adam(network: $0) }
  }

  /// A batch of random numbers, its gradients, and a step.
  private func step(
    _ learner: SparseLearner<Float>, _ traces: [MLPTrace<Float>], _ step: Int
  ) -> TopologyChange? {
    var random = RandomKey(seed: 77).split(step).stream()
    let input = Panels<Float>(featureCount: learner.network.inputCount, sampleCount: 70)
    for index in 0..<input.buffer.count { input.buffer[index] = Float(random.nextNormal()) }
    let panels = 0..<input.panelCount
    learner.begin(step: step, learningRate: 0.01, targetRate: 0.1)
    for (path, trace) in zip(learner.paths, traces) {
      path.forward(panels: panels, input: input.run, trace: trace)
      for index in 0..<trace.outputGradient.buffer.count {
        trace.outputGradient.buffer[index] = trace.output.buffer[index] - 0.5
      }
    }
    learner.collaborate(panels: panels, traces: traces, sampleCount: 70)
    for (path, trace) in zip(learner.paths, traces) { path.backward(panels: panels, trace: trace) }
    learner.prepareGradients(panels: panels, input: input.run, traces: traces)
    learner.sumGradients(part: .whole, input: input.run, traces: traces)
    learner.step(part: .whole)
    learner.refresh(part: .whole)
    return learner.reviseTopology(after: step)
  }

  private func traces(_ learner: SparseLearner<Float>) -> [MLPTrace<Float>] {
    learner.paths.map { MLPTrace(for: $0, sampleCount: 70) }
  }

  @Test(
    "counts follow the rule, numbers stay at their weights, targets are as sparse",
    arguments: expressions)
  func invariants(text: String) throws {
    for seed in 1...8 {
      let learner = try learner(text, seed: UInt64(seed))
      let rule = try #require(learner.rule)
      let traces = traces(learner)
      let first = learner.network.layers.map(\.keptCount)
      var counts = first
      for number in 1...60 {
        let masks = learner.network.layers.map { $0.topology?.mask() }
        let change = step(learner, traces, number)
        let now = learner.network.layers.map(\.keptCount)
        if rule.keepsCount { #expect(now == first) }
        // a ranking over all layers may leave nothing of one of them
        #expect(zip(now, first).allSatisfy { $0 <= $1 })
        #expect(now.reduce(0, +) > 0)
        if change == nil { #expect(now == counts) }
        let most = counts
        counts = now
        for (index, layer) in learner.network.layers.enumerated() {
          guard let topology = layer.topology, let old = masks[index] else { continue }
          let (mask, weights) = (topology.mask(), layer.denseWeights())
          // zeros where nothing is kept, and finite numbers elsewhere
          #expect(zip(mask, weights).allSatisfy { $0 == 1 || $1 == 0 })
          #expect(weights.allSatisfy { $0.isFinite })
          #expect(mask.count { $0 == 1 } == layer.keptCount)
          if rule.inactiveWeights == .forgotten, rule.gradientPolicy == .keptOnly, change != nil {
            // what enters starts from zero
            for place in mask.indices where old[place] == 0 && mask[place] == 1 {
              #expect(weights[place] == 0)
            }
          }
          let target = try #require(learner.target).layers[index]
          // a target of its own follows when it is averaged next
          switch rule.targetTopology {
          case .shared: #expect(target.topology?.mask() == mask)
          case .own: #expect(target.keptCount == layer.keptCount)
          case .largest: #expect(target.keptCount <= most[index])
          }
        }
      }
    }
  }

  @Test("saving and restoring gives the same future, bit for bit", arguments: expressions)
  func resume(text: String) throws {
    for cut in [7, 31] {
      let (straight, first, second) = (
        try learner(text, seed: 3), try learner(text, seed: 3), try learner(text, seed: 3)
      )
      var room = traces(straight)
      for number in 1...60 { _ = step(straight, room, number) }
      room = traces(first)
      for number in 1...cut { _ = step(first, room, number) }
      var saved = NamedTensors()
      first.save(into: &saved)
      try second.restore(from: saved)
      room = traces(second)
      for number in (cut + 1)...60 { _ = step(second, room, number) }
      var (one, other) = (NamedTensors(), NamedTensors())
      straight.save(into: &one)
      second.save(into: &other)
      #expect(one.names == other.names)
      for name in one.names { #expect(one[name] == other[name], "\(name) after \(cut)") }
    }
  }
}

/// Settings that let masks change every few steps.
struct ShortIntervals: SparsityOptions {
  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value {
    switch defaults {
    case var value as SET.Configuration:
      value.schedule.interval = 5
      return value as? Value ?? defaults
    case var value as RigL.Configuration:
      value.schedule.interval = 5
      return value as? Value ?? defaults
    case var value as DynamicSparse.Configuration:
      value.schedule.interval = 5
      value.dropFraction = 0.3
      return value as? Value ?? defaults
    case var value as GradualPruning.Configuration:
      value.schedule.interval = 5
      return value as? Value ?? defaults
    case var value as DynamicPruning.Configuration:
      value.growth.interval = 4
      return value as? Value ?? defaults
    case var value as DCIL.Configuration:
      value.growth.interval = 4
      return value as? Value ?? defaults
    case var value as NOfM.Configuration:
      value.maskUpdateInterval = 5
      return value as? Value ?? defaults
    default: return defaults
    }
  }
}
