import CoppiceNetworks
import CoppiceSparsity
public import CoppiceTensors

extension DQN: Checkpointable {
  /// Saves network, target, optimiser and history.
  public func save(into tensors: inout NamedTensors) {
    var (own, rows) = (NamedTensors(), NamedTensors())
    learner.save(into: &own)
    tensors.merge(own, prefix: "value")
    history.save(into: &rows)
    tensors.merge(rows, prefix: "history")
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    try learner.restore(from: tensors.under("value"))
    try history.restore(from: tensors.under("history"))
  }

  /// Saves the network that those act by who do not learn.
  func savePolicy(into tensors: inout NamedTensors) {
    let acting = configuration.hasAveragedPolicy ? learner.target : nil
    (acting ?? learner.network).save(into: &tensors)
  }

  /// Restores what ``savePolicy(into:)`` saved, as network and as target.
  func restorePolicy(from tensors: NamedTensors) throws(UserError) {
    try learner.restoreNetwork(from: tensors)
  }
}
