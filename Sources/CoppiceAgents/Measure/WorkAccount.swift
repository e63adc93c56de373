import CoppiceNetworks
import CoppiceSparsity

/// What a training costs as papers count it: weights without biases and without targets, and two
/// operations for each use of a weight in a product.
///
/// The forward pass of a sample uses every kept weight once, both backward products together twice. A
/// network that learns on every d-th step counts as much less. Targets, and the pass through a critic
/// that gives a policy its gradients, are not counted.
///
/// ```swift
/// let account = WorkAccount(agent.learners.map { .init($0) })
/// print(account.sparsity, account.relativeOperations)
/// ```
///
/// ## Source
/// Sokar et al. 2022, arXiv 2106.04217, sections 4.3 and 4.6, which count as Evci et al. 2020 do; that
/// the formula is this one follows from the printed 214,784 weights, 1.07 × 10¹⁴ operations and 0.49.
public struct WorkAccount: Sendable, Equatable {
  /// One network that learns.
  public struct Network: Sendable, Equatable {
    /// What it is called.
    public var name: String
    /// Weights that take part in the products, or as many as are expected to.
    public var kept: Double
    /// Weights of the dense network.
    public var dense: Double
    /// Gradient steps between two updates.
    public var delay: Int

    /// A network from its parts.
    public init(name: String, kept: Double, dense: Double, delay: Int) {
      self.name = name
      self.kept = kept
      self.dense = dense
      self.delay = delay
    }

    /// A network as an agent has it.
    public init(_ entry: NamedLearner) {
      self.init(
        name: entry.name, kept: Double(entry.learner.network.keptWeightCount),
        dense: Double(entry.learner.network.denseWeightCount), delay: entry.learner.role.delay)
    }
  }

  /// The networks that learn.
  public var networks: [Network]

  /// An account of `networks`.
  public init(_ networks: [Network]) { self.networks = networks }

  /// Kept weights of all networks.
  public var kept: Double { networks.reduce(0) { $0 + $1.kept } }

  /// Weights of all networks, were they dense.
  public var dense: Double { networks.reduce(0) { $0 + $1.dense } }

  /// The fraction of zeros.
  public var sparsity: Double { 1 - kept / dense }

  /// Operations of a training of `steps` gradient steps on batches of `batchSize`.
  public func trainingOperations(steps: Int, batchSize: Int) -> Double {
    Double(steps) * Double(batchSize) * operations(\.kept)
  }

  /// The same, were all networks dense.
  public func denseTrainingOperations(steps: Int, batchSize: Int) -> Double {
    Double(steps) * Double(batchSize) * operations(\.dense)
  }

  /// The operations of a training over those of a dense one.
  public var relativeOperations: Double { operations(\.kept) / operations(\.dense) }

  /// The same where a forward pass of the target of every network in every step counts as well, as in
  /// RLx2.
  ///
  /// ## Source
  /// Tan et al. 2023, "RLx2: Training a Sparse Deep Reinforcement Learning Model from Scratch", arXiv
  /// 2205.15043, table 2, whose printed ratios follow from it within 0.0015.
  public var relativeOperationsWithTargets: Double {
    let forward = { (count: KeyPath<Network, Double>) in
      networks.reduce(0) { $0 + 2 * $1[keyPath: count] }
    }
    return (operations(\.kept) + forward(\.kept)) / (operations(\.dense) + forward(\.dense))
  }

  /// The same where the gradients of every weight are computed in one step after every `interval` others.
  ///
  /// ## Source
  /// Evci et al. 2020, "Rigging the Lottery", arXiv 1911.11134, as their code counts: (3 f ΔT + 2 f + d) /
  /// (ΔT + 1), with the forward passes f of the sparse and d of the dense network.
  public func relativeOperations(everyGradientAfter interval: Int) -> Double {
    let sum = networks.reduce(0) {
      let (sparse, dense) = (2 * $1.kept, 2 * $1.dense)
      let amortised = 3 * sparse * Double(interval) + 2 * sparse + dense
      return $0 + amortised / Double(interval + 1) / Double($1.delay)
    }
    return sum / operations(\.dense)
  }

  /// The operations of the first network, a policy, when it acts, over those of a dense one.
  public var relativeActingOperations: Double {
    networks.first.map { $0.kept / $0.dense } ?? 1
  }

  /// Of one sample in one gradient step.
  private func operations(_ count: KeyPath<Network, Double>) -> Double {
    networks.reduce(0) { $0 + 6 * $1[keyPath: count] / Double($1.delay) }
  }
}
