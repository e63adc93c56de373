import CoppiceNetworks
import CoppiceSparsity
public import CoppiceTensors

extension TD3 {
  /// Saves all six networks, the optimisers, the normaliser and the running measurements.
  public func save(into tensors: inout NamedTensors) {
    for entry in learners {
      var own = NamedTensors()
      entry.learner.save(into: &own)
      tensors.merge(own, prefix: entry.name)
    }
    if let normaliser {
      var own = NamedTensors()
      normaliser.save(into: &own)
      tensors.merge(own, prefix: "normaliser")
    }
    tensors.set(
      "tally",
      [tally.criticLossSum, tally.valueSum, tally.updates, tally.actorUpdates]
        + tally.divergence + tally.revisions)
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for entry in learners {
      try entry.learner.restore(from: tensors.under(entry.name))
    }
    try normaliser?.restore(from: tensors.under("normaliser"))
    let sums: [Double] = try tensors.get("tally")
    guard sums.count == 10 else {
      throw UserError(
        .checkpoint, found: "\(sums.count) running sums", expected: "10",
        action: "use a checkpoint that was not altered")
    }
    (tally.criticLossSum, tally.valueSum, tally.updates, tally.actorUpdates) = (
      sums[0], sums[1], sums[2], sums[3]
    )
    tally.divergence = Array(sums[4..<7])
    tally.revisions = Array(sums[7..<10])
  }

  /// Saves the actor and its normaliser.
  public func savePolicy(into tensors: inout NamedTensors) {
    var network = NamedTensors()
    actor.network.save(into: &network)
    tensors.merge(network, prefix: "actor")
    guard let normaliser else { return }
    var own = NamedTensors()
    normaliser.save(into: &own)
    tensors.merge(own, prefix: "normaliser")
  }

  /// Losses, values and mask changes, as means since the last call.
  public func drainMeasurements() -> [Measurement] {
    var result: [Measurement] = []
    if tally.updates > 0 {
      result.append(
        Measurement(name: "train/critic-loss", value: tally.criticLossSum / tally.updates))
    }
    if tally.actorUpdates > 0 {
      result.append(Measurement(name: "train/value", value: tally.valueSum / tally.actorUpdates))
    }
    for (index, name) in Self.networkNames.enumerated() where tally.revisions[index] > 0 {
      result.append(
        Measurement(
          name: "sparsity/divergence-\(name)",
          value: tally.divergence[index] / tally.revisions[index]))
    }
    tally.clear()
    return result
  }
}
