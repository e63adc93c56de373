/// Who plays a group while others learn.
public struct CrowdRole {
  /// Which of the learners; nobody learns from this group where there is none.
  public var learner: Int?
  /// Who plays in place of the learner.
  public var opponent: (any GroupPolicy)?
  /// The share of games in which the opponent plays, in [0, 1].
  public var share = 0.0

  /// A group that is always a learner's.
  public init(learner: Int) { self.learner = learner }

  /// A group that is always an opponent's.
  public init(opponent: any GroupPolicy) { (self.opponent, share) = (opponent, 1) }

  /// A group that is an opponent's in a share of the games, and a learner's in the others.
  public init(learner: Int, opponent: any GroupPolicy, share: Double) {
    (self.learner, self.opponent, self.share) = (learner, opponent, share)
  }
}
