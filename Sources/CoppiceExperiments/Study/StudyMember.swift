/// One run of a study.
public struct StudyMember: Sendable, Equatable {
  /// Its place in the plan, from 1.
  public let number: Int
  /// What its folder is called; it stays the same when a study grows.
  public let name: String
  /// Everything that decides what the run does.
  public let configuration: RunConfiguration
  /// What sets it apart, beside environment, algorithm, sparsity and seed: settings by their dotted
  /// names.
  public let settings: [String: StructuredValue]

  /// Whether `other` differs in nothing but the seed.
  func isCandidate(with other: StudyMember) -> Bool {
    var own = configuration
    own.seed = other.configuration.seed
    return own == other.configuration
  }
}
