import CoppiceAgents
public import CoppiceEnvironments
public import CoppiceSparsity
public import CoppiceTensors

extension RunConfiguration {
  /// The configuration with what this machine finds the fastest in ``kernels``, in place of what
  /// stands there.
  ///
  /// For every distinct sparse layer of the agent all plans that can serve it take turns with what a
  /// gradient step does of it, on a batch of the agent's size and on one core. What is chosen belongs
  /// to the run from then on: the same table gives the same bits, another measurement may give
  /// another table.
  ///
  /// - Parameters:
  ///   - environments: The environments that can be named.
  ///   - algorithms: The algorithms that can be named.
  ///   - sparsities: The sparsity methods that can be named.
  ///   - rounds: How often each plan takes its turn.
  /// - Returns: The configuration, tuned; a dense one as it is, but for an empty table.
  /// - Throws: `UserError` when the configuration makes no sense or something is missing.
  /// - Complexity: some tenths of a second for each distinct layer of 256 by 256.
  public func tuned(
    environments: EnvironmentCatalogue = .standard, algorithms: AlgorithmCatalogue = .standard,
    sparsities: SparsityCatalogue = .standard, rounds: Int = 9
  ) throws(UserError) -> RunConfiguration {
    var tuned = self
    tuned.kernels = SparseTuning()
    try tuned.validate()
    let arithmetic = try tuned.arithmetic()
    let specification = try environments.make(environment, count: 1, options: options())
      .specification
    let agent = try tuned.agent(
      for: specification, algorithms, sparsities, arithmetic: arithmetic,
      pool: WorkerPool(threadCount: 1))
    for layer in agent.layers.compactMap(KernelLayer.init)
    where tuned.kernels.plans[layer.work.name] == nil {
      tuned.kernels.plans[layer.work.name] =
        layer.fastestPlan(
          batch: agent.batchSize, rounds: rounds, arithmetic: arithmetic
        ).name
    }
    return tuned
  }
}

extension KernelLayer {
  /// The plan whose part in a gradient step takes the least time, by the median of `rounds`.
  func fastestPlan(batch: Int, rounds: Int, arithmetic: KernelArithmetic) -> SparsePlan {
    let plans = self.plans
    let contestants = plans.map {
      KernelContestant(self, plan: $0, sampleCount: batch, arithmetic: arithmetic)
    }
    let ring = KernelRing(contestants: contestants, rounds: rounds)
    let operations = KernelOperation.all.filter {
      $0.isInUpdate && (hasOwnGradients || !$0.isOfOwnGradients)
    }
    let times = ring.times(of: operations)
    let medians = times.map { Spread($0.update).median }
    let best = medians.indices.min { medians[$0] < medians[$1] } ?? 0
    return plans[best]
  }
}
