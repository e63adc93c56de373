import CoppiceTensors

/// When a replay forgets its oldest transitions: where the policy would act otherwise by now.
///
/// Every ``checkEvery`` environment steps the actions of the oldest transitions are compared with those
/// of the policy; while they are further apart than ``threshold``, the oldest are dropped.
///
/// ## Source
/// Tan, Hu, Pan, Huang, Huang 2023, "RLx2: Training a Sparse Deep Reinforcement Learning Model from
/// Scratch", arXiv 2205.15043, section 4.2 and equation 6.
/// **Differences**: as many are dropped at once as are compared, which the paper leaves open; the
/// authors' code drops a tenth of the replay, once a check. Stored actions have their noise, and lie in
/// [−1, 1].
public struct DynamicReplay: Codable, Sendable, Equatable {
  /// How far apart two actions are.
  public enum Distance: String, Codable, Sendable, CaseIterable {
    /// The mean of ‖π(s) − a‖₂: equation 6 of the paper.
    case euclidean
    /// Half the mean over samples and numbers of an action of (π(s) − a)²: as the authors' code.
    case halfMeanSquare = "half_mean_square"
  }

  /// Environment steps between two checks; 0 for none.
  public var checkEvery = 0
  /// K, how many of the oldest transitions are compared; at least 1.
  public var sampleCount = 2048
  /// The largest distance that is no reason to drop; not negative.
  public var threshold = 0.2
  /// How many transitions stay in any case; at least 1.
  public var smallestCount = 100_000
  /// How far apart two actions are.
  public var distance = Distance.euclidean

  /// No checks.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case checkEvery = "check_every"
    case sampleCount = "sample_count"
    case threshold
    case smallestCount = "smallest_count"
    case distance
  }

  func validate() throws(UserError) {
    try require("check_every", Double(checkEvery), 0...1e12)
    try require("sample_count", Double(sampleCount), 1...1e9)
    try require("threshold", threshold, 0...1e6)
    try require("smallest_count", Double(smallestCount), 1...1e9)
  }

  private func require(
    _ name: String, _ value: Double, _ range: ClosedRange<Double>
  ) throws(UserError) {
    guard !range.contains(value) else { return }
    throw UserError(
      .configuration, found: "dynamic_replay.\(name) = \(value)",
      expected: "\(range.lowerBound) to \(range.upperBound)", action: "change the recipe")
  }
}
