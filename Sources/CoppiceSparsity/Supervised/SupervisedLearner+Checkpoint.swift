public import CoppiceTensors

extension SupervisedLearner: Checkpointable {
  /// Saves the learner and how many updates there were.
  public func save(into tensors: inout NamedTensors) {
    tensors.save(learner, under: "network")
    tensors.set("step", [Int64(step)])
  }

  /// Restores the learner and how many updates there were, from the same key and the same data on.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    try learner.restore(from: tensors.under("network"))
    let steps: [Int64] = try tensors.get("step")
    guard let first = steps.first, first >= 0 else {
      throw UserError(
        .checkpoint, found: "no count of updates", expected: "0 or more",
        action: "use a checkpoint that was not altered")
    }
    step = Int(first)
  }
}
