public import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

/// What a learner is made for, besides its own hyper-parameters.
public struct CrowdLearnerSetup {
  /// What its agents see and do.
  public var agents: AgentShape
  /// How its networks read that.
  public var encoder = AgentEncoder()
  /// Which weights are kept.
  public var sparsity = SparsityExpression.dense
  /// The settings of that.
  public var sparsityOptions: any SparsityOptions = DefaultOptions()
  /// The sparsity methods that can be named.
  public var sparsities = SparsityCatalogue.standard
  /// About how many steps its agents will do in the whole training; schedules are fractions of it.
  public var agentSteps = 1_000_000
  /// Whether it will learn; one that only acts needs no memory of what happened.
  public var learns = true
  /// Initial weights and topology.
  public var key: RandomKey
  /// The threads that share the work.
  public var pool: WorkerPool

  /// A setup for dense networks of the usual sizes.
  public init(_ agents: AgentShape, key: RandomKey, pool: WorkerPool) {
    (self.agents, self.key, self.pool) = (agents, key, pool)
  }

  /// How many observations go through a network together when acting; nothing depends on it but time and
  /// memory.
  public var evaluationSize: Int { panelWidth * max(2, pool.threadCount) }

  /// Which weights are kept in a training of so many updates; all where there is no rule.
  ///
  /// - Throws: `UserError` of kind `configuration` when the expression or a setting makes no sense.
  public func rule(updates: Int) throws(UserError) -> (any TopologyRule)? {
    try sparsities.choice(for: sparsity, horizon: max(1, updates), options: sparsityOptions).rule
  }
}
