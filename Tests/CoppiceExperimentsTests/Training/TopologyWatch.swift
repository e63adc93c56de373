import CoppiceAgents
import CoppiceNetworks
import CoppiceSparsity
import CoppiceTensors
import Testing

/// Looks at the masks of an agent after every step, and remembers when how much of them changed.
///
/// What it asks follows from the rule alone: masks change on the steps that the rule names and on no
/// others, counts stay or fall, rows that share their inputs agree, and targets are as sparse.
final class TopologyWatch {
  /// What changed after one gradient step.
  struct Change {
    var step: Int
    var network: String
    var divergence: Double
  }

  private(set) var changes: [Change] = []

  private var step = 0
  private var masks: [[[UInt8]?]]

  /// A watch that begins before the first step of `agent`.
  init(_ agent: any Algorithm) {
    masks = agent.learners.map { $0.learner.network.layers.map { $0.topology?.mask() } }
    for entry in agent.learners { checkPattern(of: entry.learner) }
  }

  /// Looks at the masks after gradient step `step`; one that was seen already is skipped.
  func look(at agent: any Algorithm, after step: Int) {
    guard step > self.step else { return }
    #expect(step == self.step + 1, "a step went by unseen")
    self.step = step
    for (index, entry) in agent.learners.enumerated() {
      look(at: entry.learner, index, entry.name)
    }
  }

  private func look(at learner: SparseLearner<MLP<Float>>, _ index: Int, _ name: String) {
    guard let rule = learner.rule else {
      #expect(learner.network.keptWeightCount == learner.network.denseWeightCount)
      return
    }
    let now = learner.network.layers.map { $0.topology?.mask() }
    let isDue = rule.isDue(after: step, role: learner.role)
    var (changed, maskable) = (0, 0)
    for (old, new) in zip(masks[index], now) {
      guard let old, let new else { continue }
      let (before, after) = (old.count { $0 == 1 }, new.count { $0 == 1 })
      if rule.keepsCount { #expect(after == before) }
      // of all layers together: a ranking over them may move weights from one to another
      changed += zip(old, new).count { $0 != $1 }
      maskable += new.count
    }
    let (before, after) = (count(masks[index]), count(now))
    #expect(after <= before, "\(name) keeps more than before, after step \(step)")
    masks[index] = now
    guard isDue else {
      #expect(changed == 0, "\(name) changed its masks off schedule, after step \(step)")
      return
    }
    checkPattern(of: learner)
    changes.append(
      Change(step: step, network: name, divergence: Double(changed) / Double(max(1, maskable))))
  }

  private func count(_ masks: [[UInt8]?]) -> Int {
    masks.reduce(0) { $0 + ($1 ?? []).count { $0 == 1 } }
  }

  /// Whether masks, weights and targets are what the rule promises.
  private func checkPattern(of learner: SparseLearner<MLP<Float>>) {
    guard let rule = learner.rule else { return }
    for (index, layer) in learner.network.layers.enumerated() {
      guard layer.storage != .dense, let topology = layer.topology else { continue }
      let mask = topology.mask()
      #expect(mask.count { $0 == 1 } == layer.keptCount)
      #expect(zip(mask, layer.denseWeights()).allSatisfy { $0 == 1 || $1 == 0 })
      let (outputs, inputs) = (layer.shape.outputs, layer.shape.inputs)
      for row in 0..<outputs where row % rule.sharedRows != 0 {
        let pair = mask[((row - 1) * inputs)..<((row + 1) * inputs)]
        #expect(pair.prefix(inputs).elementsEqual(pair.suffix(inputs)))
      }
      if let pattern = rule as? NOfM { checkGroups(of: mask, inputs: inputs, pattern) }
      guard let target = learner.target?.layers[index] else { continue }
      if rule.targetTopology == .shared { #expect(target.topology?.mask() == mask) }
      if rule.targetTopology == .own { #expect(target.keptCount == layer.keptCount) }
    }
  }

  /// Every whole group along the inputs keeps N, a ragged one as many of them as it has.
  private func checkGroups(of mask: [UInt8], inputs: Int, _ pattern: NOfM) {
    for row in stride(from: 0, to: mask.count, by: inputs) {
      for first in stride(from: row, to: row + inputs, by: pattern.group) {
        let group = mask[first..<min(row + inputs, first + pattern.group)]
        #expect(group.count { $0 == 1 } == min(pattern.kept, group.count))
      }
    }
  }
}
