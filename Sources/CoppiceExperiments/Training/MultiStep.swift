import CoppiceTensors

/// When returns begin to look further ahead than one step.
///
/// Early on the policy changes fast, and the rewards of old actions say little about it: returns are of
/// one step at first, and of several from some gradient step on.
///
/// ## Source
/// Tan, Hu, Pan, Huang, Huang 2023, "RLx2: Training a Sparse Deep Reinforcement Learning Model from
/// Scratch", arXiv 2205.15043, section 4.2.
/// **Differences**: with SAC the entropy of the actions between counts for nothing; the authors' code
/// adds it, of actions sampled anew.
public struct MultiStep: Codable, Sendable, Equatable {
  /// The most rewards of a return; 1 to 1,000.
  public var steps = 1
  /// Gradient steps before returns have more than one reward; not negative.
  public var after = 0

  /// Returns of one step.
  public init() {}

  func validate() throws(UserError) {
    guard (1...1000).contains(steps) else {
      throw UserError(
        .configuration, found: "multi_step.steps = \(steps)", expected: "1 to 1000",
        action: "change the recipe")
    }
    guard after >= 0 else {
      throw UserError(
        .configuration, found: "multi_step.after = \(after)", expected: "0 or more",
        action: "change the recipe")
    }
  }
}
