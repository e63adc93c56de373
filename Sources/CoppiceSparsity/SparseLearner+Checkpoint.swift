import CoppiceNetworks
public import CoppiceTensors

extension SparseLearner: Checkpointable {
  /// Saves network, target, second path, optimisers and resting weights.
  public func save(into tensors: inout NamedTensors) {
    var parts: [(String, NamedTensors)] = []
    func add(_ name: String, _ body: (inout NamedTensors) -> Void) {
      var own = NamedTensors()
      body(&own)
      parts.append((name, own))
    }
    add("online") { network.save(into: &$0) }
    if let target { add("target") { target.save(into: &$0) } }
    add("optimiser") { optimiser.save(into: &$0) }
    if paths.count > 1, let fullOptimiser {
      add("full") { paths[1].save(into: &$0) }
      add("full.optimiser") { fullOptimiser.save(into: &$0) }
    }
    add("topology") { own in
      own.set("since-revision", [Int64(averagedSinceRevision), Int64(steppedSinceRevision)])
      own.set("rate", [rate])
      for (view, layer) in zip(views, layers) {
        layer.save(into: &own, prefix: "layer-\(view.site.index + 1)")
      }
    }
    for (name, own) in parts { tensors.merge(own, prefix: name) }
  }

  /// Restores network, target, second path, optimisers and resting weights.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    try network.restore(from: tensors.under("online"))
    try restoreTarget(from: tensors.under("target"))
    try optimiser.restore(from: tensors.under("optimiser"))
    if paths.count > 1, let fullOptimiser {
      try paths[1].restore(from: tensors.under("full"))
      try fullOptimiser.restore(from: tensors.under("full.optimiser"))
    }
    let own = tensors.under("topology")
    let counts: [Int64] = try own.get("since-revision")
    guard counts.count == 2 else {
      throw UserError(
        .checkpoint, found: "\(counts.count) revision counters", expected: "2",
        action: "use a checkpoint that was not altered")
    }
    averagedSinceRevision = Int(counts[0])
    steppedSinceRevision = Int(counts[1])
    rate = try own.get("rate", as: Scalar.self).first ?? 0
    for (view, layer) in zip(views, layers) {
      try layer.restore(from: own, prefix: "layer-\(view.site.index + 1)")
    }
  }

  /// Restores a network, and gives the target the same numbers.
  ///
  /// - Parameter tensors: What a network of the same sizes saved, this one or a target.
  /// - Throws: `UserError` of kind `checkpoint` when something is missing or does not fit.
  public func restoreNetwork(from tensors: NamedTensors) throws(UserError) {
    try network.restore(from: tensors)
    try restoreTarget(from: tensors)
  }

  private func restoreTarget(from tensors: NamedTensors) throws(UserError) {
    guard let target else { return }
    for (layer, view) in zip(layers, views) where targetViews.isEmpty {
      guard let topology = layer.online.topology else { continue }
      target.layers[view.site.index].adopt(topology)
    }
    try target.restore(from: tensors)
  }
}
