import CoppiceNetworks
import CoppiceSparsity
public import CoppiceTensors

extension TD3 {
  /// Saves all six networks, the optimisers, the normaliser and the running measurements.
  public func save(into tensors: inout NamedTensors) {
    for (name, part) in savedParts { tensors.save(part, under: name) }
    tensors.set("tally", tally.measures.state + tally.divergences.state)
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for (name, part) in savedParts { try part.restore(from: tensors.under(name)) }
    let sums = try tensors.numbers("tally", count: 10)
    tally.measures.restore(sums[..<4])
    tally.divergences.restore(sums[4...])
  }

  private var savedParts: [(String, any Checkpointable)] {
    var parts: [(String, any Checkpointable)] = []
    for (name, learner) in zip(Self.networkNames, learners) { parts.append((name, learner)) }
    if let normaliser = outputs.normaliser { parts.append(("normaliser", normaliser)) }
    return parts
  }

  /// Saves the actor and its normaliser.
  public func savePolicy(into tensors: inout NamedTensors) { outputs.save(into: &tensors) }

  /// Losses, values and mask changes, as means since the last call.
  public func drainMeasurements() -> [Measurement] {
    tally.measures.drain() + tally.divergences.drain()
  }

  /// Whether every parameter of actor and critics is a finite number.
  public var parametersAreFinite: Bool { learners.allSatisfy { $0.network.isFinite } }
}
