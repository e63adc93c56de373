import CoppiceNetworks
import CoppiceSparsity
public import CoppiceTensors

extension SAC {
  /// Saves all five networks, the optimisers, the temperature, the normaliser and the running
  /// measurements.
  public func save(into tensors: inout NamedTensors) {
    for (name, part) in savedParts { tensors.save(part, under: name) }
    tensors.set("tally", tally.measures.state + tally.divergences.state)
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for (name, part) in savedParts { try part.restore(from: tensors.under(name)) }
    let sums = try tensors.numbers("tally", count: 14)
    tally.measures.restore(sums[..<8])
    tally.divergences.restore(sums[8...])
  }

  private var savedParts: [(String, any Checkpointable)] {
    var parts: [(String, any Checkpointable)] = [("temperature", alpha)]
    for (name, learner) in zip(Self.networkNames, learners) { parts.append((name, learner)) }
    if let normaliser = outputs.normaliser { parts.append(("normaliser", normaliser)) }
    return parts
  }

  /// Saves the actor, its normaliser, and which of its outputs are the means.
  public func savePolicy(into tensors: inout NamedTensors) {
    outputs.save(into: &tensors)
    tensors.set(DeterministicActor.meanCountName, [Int64(actionCount)])
  }

  /// Losses, values, entropy, temperature and mask changes, as means since the last call.
  public func drainMeasurements() -> [Measurement] {
    tally.measures.drain() + tally.divergences.drain()
  }

  /// Whether all losses, values and densities since the last report are finite numbers.
  public var isFinite: Bool { tally.measures.areFinite }

  /// Whether every parameter of actor and critics is a finite number.
  public var parametersAreFinite: Bool { learners.allSatisfy { $0.network.isFinite } }
}
