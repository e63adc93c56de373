import CoppiceNetworks
import CoppiceSparsity
public import CoppiceTensors

extension SAC {
  /// Saves all five networks, the optimisers, the temperature, the normaliser and the running
  /// measurements.
  public func save(into tensors: inout NamedTensors) {
    for (name, part) in savedParts {
      var own = NamedTensors()
      part.save(into: &own)
      tensors.merge(own, prefix: name)
    }
    tensors.set("tally", tally.all.flatMap { [$0.sum, $0.count] })
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for (name, part) in savedParts { try part.restore(from: tensors.under(name)) }
    let sums: [Double] = try tensors.get("tally")
    guard sums.count == 2 * tally.all.count else {
      throw UserError(
        .checkpoint, found: "\(sums.count) running sums", expected: "\(2 * tally.all.count)",
        action: "use a checkpoint that was not altered")
    }
    for index in tally.all.indices {
      tally.all[index].set(sum: sums[2 * index], count: sums[2 * index + 1])
    }
  }

  private var savedParts: [(String, any Checkpointable)] {
    var parts: [(String, any Checkpointable)] = [("temperature", alpha)]
    for (name, learner) in zip(Self.networkNames, learners) { parts.append((name, learner)) }
    if let normaliser = outputs.normaliser { parts.append(("normaliser", normaliser)) }
    return parts
  }

  /// Saves the actor, which of its outputs are the means, and its normaliser.
  public func savePolicy(into tensors: inout NamedTensors) {
    var network = NamedTensors()
    actor.network.save(into: &network)
    tensors.merge(network, prefix: "actor")
    tensors.set(DeterministicActor.meanCountName, [Int64(actionCount)])
    guard let normaliser = outputs.normaliser else { return }
    var own = NamedTensors()
    normaliser.save(into: &own)
    tensors.merge(own, prefix: "normaliser")
  }

  /// Losses, values, entropy, temperature and mask changes, as means since the last call.
  public func drainMeasurements() -> [Measurement] {
    tally.all.indices.compactMap { tally.all[$0].drain() }
  }

  /// Whether all losses, values and densities since the last report are finite numbers.
  public var isFinite: Bool {
    tally.criticLoss.sum.isFinite && tally.value.sum.isFinite && tally.entropy.sum.isFinite
      && alpha.value.isFinite
  }

  /// Whether every parameter of actor and critics is a finite number.
  public var parametersAreFinite: Bool { learners.allSatisfy { $0.network.isFinite } }
}
