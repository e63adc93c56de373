public import CoppiceSparsity

/// Which of many runs are meant: those that fit everything that is said.
///
/// An empty list says nothing; of a list, a run has to fit one.
public struct RunFilter: Sendable, Equatable {
  /// Worlds, by their ids.
  public var environments: [String]
  /// What learns, by name.
  public var algorithms: [String]
  /// Which weights are kept; spellings of the same pattern are the same.
  public var sparsities: [SparsityExpression]
  /// The numbers that all randomness is from.
  public var seeds: [UInt64]
  /// Whether all steps were taken; nothing for either.
  public var isFinished: Bool?

  /// A filter from its parts; all runs fit one without any.
  public init(
    environments: [String] = [], algorithms: [String] = [],
    sparsities: [SparsityExpression] = [], seeds: [UInt64] = [], isFinished: Bool? = nil
  ) {
    self.environments = environments
    self.algorithms = algorithms
    self.sparsities = sparsities
    self.seeds = seeds
    self.isFinished = isFinished
  }

  /// Whether a run fits.
  public func includes(_ run: RunListing.Entry) -> Bool {
    func fits<Value: Equatable>(_ wanted: [Value], _ value: Value?) -> Bool {
      wanted.isEmpty || wanted.contains { $0 == value }
    }
    return fits(environments, run.environment) && fits(algorithms, run.algorithm)
      && fits(sparsities.map(\.pattern), (try? SparsityExpression(run.sparsity))?.pattern)
      && fits(seeds, run.seed) && (isFinished ?? run.isFinished) == run.isFinished
  }
}
