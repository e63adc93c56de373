import CoppiceAgents
import CoppiceEnvironments
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors

extension RunConfiguration {
  /// The agent as it is before its first step.
  func agent(
    for specification: EnvironmentSpecification, _ algorithms: AlgorithmCatalogue,
    _ sparsities: SparsityCatalogue, initialWeights: NamedTensors? = nil,
    arithmetic: KernelArithmetic, pool: WorkerPool
  ) throws(UserError) -> any Algorithm {
    let rule = try sparsityChoice(from: sparsities).rule
    if initialWeights != nil { try refuseNewInitialWeights() }
    let setup = AgentSetup(
      observationCount: specification.observationSpace.size,
      actionCount: specification.actionSpace.size, hidden: hidden,
      rule: rule, initialWeights: initialWeights, arithmetic: arithmetic, pool: pool)
    let agent = try algorithms.entry(algorithm).agent(
      for: self, setup: setup, key: RandomKey(seed: seed).split("agent"))
    try refuse(layersNamedBy: rule, besides: agent)
    return agent
  }

  /// Checks that the method does not draw weights of its own, in place of those that the run begins with.
  private func refuseNewInitialWeights() throws(UserError) {
    guard case .table(let allocation)? = sparsityOptions["allocation"],
      case .string(let own)? = allocation["initialisation"], own != "dense"
    else { return }
    throw UserError(
      .configuration,
      found: "allocation.initialisation = \"\(own)\" for a run that begins with trained weights",
      expected: "\"dense\", which leaves them as they are",
      action: "change sparsity_options.allocation, or leave --from out")
  }

  /// Checks that the rule speaks of layers that `agent` has.
  private func refuse(
    layersNamedBy rule: (any TopologyRule)?, besides agent: any Algorithm
  ) throws(UserError) {
    let names = Set(
      agent.learners.flatMap { entry in
        entry.learner.network.layers.indices.flatMap { index in
          LayerSite(
            role: entry.learner.role, shape: entry.learner.network.layers[index].shape,
            index: index, layerCount: entry.learner.network.layers.count
          ).names
        }
      }
    ).sorted()
    for name in rule?.namedLayers ?? [] where !names.contains(name) {
      let hint = nearestMatch(to: name, in: names).map { "did you mean \"\($0)\"?" }
      throw UserError(
        .configuration, found: "a sparsity for layer \"\(name)\", which the agent does not have",
        expected: "one of \(names.joined(separator: ", "))",
        action: hint ?? "change layers or networks of sparsity_options.allocation")
    }
  }

  /// Checks that ``kernels`` speaks of layers that `agent` has.
  func refuseKernelsOfOtherLayers(than agent: any Algorithm) throws(UserError) {
    let names = Set(agent.layers.compactMap { $0.topology?.work.name }).sorted()
    for layer in kernels.plans.keys.sorted() where !names.contains(layer) {
      let hint = nearestMatch(to: layer, in: names).map { "did you mean \"\($0)\"?" }
      throw UserError(
        .configuration, found: "kernels for layer \(layer), which the agent does not have",
        expected: names.isEmpty
          ? "none, for no layer is sparse" : "one of \(names.joined(separator: ", "))",
        action: hint ?? "leave the line out, or tune anew")
    }
  }
}
