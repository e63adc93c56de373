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
    arithmetic: KernelArithmetic, pool: WorkerPool
  ) throws(UserError) -> any Algorithm {
    let setup = AgentSetup(
      observationCount: specification.observationSpace.size,
      actionCount: specification.actionSpace.size, hidden: hidden,
      rule: try SparsityCatalogue.standard.rule(for: sparsity, nOfM: nOfM),
      arithmetic: arithmetic, pool: pool)
    return try algorithms.entry(algorithm).agent(
      for: self, setup: setup, key: RandomKey(seed: seed).split("agent"))
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
