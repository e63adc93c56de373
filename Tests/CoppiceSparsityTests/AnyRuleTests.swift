import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

/// What has to hold for every method, on layers of random sizes with random gradients.
@Suite("Any topology rule")
struct AnyRuleTests {
  /// Every method of the catalogue, and some in another form.
  static let expressions =
    SparsityCatalogue.standard.entries.map(\.example).filter { $0 != "dense" }
    + ["1:4x4", "static@75%x4", "ds@70%"]

  /// A learner whose masks change every few of its 60 steps.
  private func learner(
    _ text: String, sizes: [Int]? = nil, seed: UInt64
  ) throws -> SparseLearner<MLP<Float>> {
    var random = RandomKey(seed: seed).stream()
    let sizes = sizes ?? (0..<4).map { _ in 1 + random.nextIndex(below: 60) }
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
    _ learner: SparseLearner<MLP<Float>>, _ traces: [MLPTrace<Float>], _ step: Int
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

  private func traces(_ learner: SparseLearner<MLP<Float>>) -> [MLPTrace<Float>] {
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

  @Test("masks change on the steps that the rule names, and often enough to be tested")
  func schedule() throws {
    for text in Self.expressions {
      // so large that every method leaves zeros in a layer
      let learner = try learner(text, sizes: [50, 60, 60, 3], seed: 5)
      let rule = try #require(learner.rule)
      let traces = traces(learner)
      let due = (1...60).filter { rule.isDue(after: $0, role: learner.role) }
      let revised = (1...60).filter { step(learner, traces, $0) != nil }
      #expect(revised == due, "\(text)")
      // a static choice has no revision and a single pruning has one; a schedule has several
      #expect(due.count < 2 || due.count > 5, "\(text) changes its masks \(due.count) times alone")
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

/// Settings that let masks change every few steps, whatever the method is.
///
/// Methods name their intervals alike, so they are found by name.
struct ShortIntervals: SparsityOptions {
  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value {
    do {
      let whole = try JSONSerialization.jsonObject(with: JSONEncoder().encode(defaults))
      var settings = whole as? [String: Any] ?? [:]
      for name in ["schedule", "growth"] {
        guard var schedule = settings[name] as? [String: Any] else { continue }
        schedule["interval"] = 5
        settings[name] = schedule
      }
      if settings["mask_update_interval"] != nil { settings["mask_update_interval"] = 5 }
      // small layers would drop less than one weight
      if settings["drop_fraction"] != nil { settings["drop_fraction"] = 0.3 }
      let data = try JSONSerialization.data(withJSONObject: settings)
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      throw UserError(
        .configuration, found: "\(error)", expected: "settings that are numbers and names",
        action: "mend the test")
    }
  }
}
