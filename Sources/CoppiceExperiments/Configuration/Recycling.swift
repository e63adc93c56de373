import CoppiceTensors

/// Whether dormant units are given a new beginning while training: ReDo.
///
/// ## Source
/// Sokar, Agarwal, Castro, Evci 2023, "The Dormant Neuron Phenomenon in Deep Reinforcement Learning",
/// arXiv 2302.12902; a threshold of 0.1 did best there.
public struct Recycling: Codable, Sendable, Equatable {
  /// Gradient steps between two checks; 0 for none.
  public var every = 0
  /// τ: a unit counts as dormant when it is so active at most, measured by the mean of its layer.
  public var threshold = 0.1

  /// None.
  public init() {}

  /// Checks every value.
  ///
  /// - Throws: `UserError` of kind `configuration` that names the first bad one.
  func validate() throws(UserError) {
    guard every >= 0 else { throw bad("every", "\(every)", "0 or more gradient steps") }
    guard threshold >= 0, threshold.isFinite else {
      throw bad("threshold", "\(threshold)", "0 or more")
    }
  }

  private func bad(_ name: String, _ value: String, _ expected: String) -> UserError {
    UserError(
      .configuration, found: "redo.\(name) = \(value)", expected: expected,
      action: "change the recipe")
  }
}
