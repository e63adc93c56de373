import CoppiceSparsity
public import CoppiceTensors

extension ActorCritic: Checkpointable {
  /// Saves network and optimiser; a rollout is not saved, since none is open between episodes.
  public func save(into tensors: inout NamedTensors) {
    tensors.save(learner, under: "policy")
    tensors.set("updates", [Int64(updates)])
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    guard let updates = try tensors.get("updates", as: Int64.self).first, updates >= 0 else {
      throw UserError(
        .checkpoint, found: "no count of updates", expected: "one",
        action: "use a checkpoint that was not altered")
    }
    try learner.restore(from: tensors.under("policy"))
    self.updates = Int(updates)
  }
}
