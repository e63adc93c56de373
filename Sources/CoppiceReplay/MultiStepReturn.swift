/// How far ahead the return of a drawn transition looks.
///
/// The reward of a sample becomes Σ_{k<m} γᵏ r_{t+k}, its next observation s_{t+m}, and what the value of
/// that counts γ^{m−1}, so that whoever learns from the batch multiplies it by γ once, as for one step.
/// m is `steps`, or less where the episode ends before or the newest transition is reached: a terminal
/// state stops rewards and has no value, a time limit and the newest transition leave the value of the
/// last state.
///
/// ## Source
/// Sutton 1988, "Learning to Predict by the Methods of Temporal Differences"; the treatment of ends as in
/// the code of Tan et al. 2023, "RLx2", arXiv 2205.15043.
public struct MultiStepReturn: Sendable, Equatable {
  /// The most rewards that are summed; at least 1.
  public var steps: Int
  /// γ.
  public var discount: Double
  /// Environments that step together: the next transition of one lies so many rows later.
  public var members: Int

  /// A return from its parts.
  public init(steps: Int, discount: Double, members: Int = 1) {
    self.steps = steps
    self.discount = discount
    self.members = members
  }
}
