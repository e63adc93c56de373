public import CoppiceCrowds

/// How a policy did against an opponent, for programs.
public struct MatchReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// Whose policy was judged.
  public var policy: String
  /// Who played against it.
  public var opponent: String
  /// Games won.
  public var won: Int
  /// Games with as many survivors on both sides.
  public var drawn: Int
  /// Games lost.
  public var lost: Int
  /// Survivors of the policy over all games.
  public var survivors: Int
  /// Survivors of the opponent.
  public var enemies: Int

  /// The report of a match.
  public init(_ match: Match, policy: String, opponent: String) {
    (self.policy, self.opponent) = (policy, opponent)
    (won, drawn, lost) = (match.won, match.drawn, match.lost)
    (survivors, enemies) = (match.survivors, match.enemies)
  }

  /// The report for people.
  public var description: String {
    "\(policy) against \(opponent): won \(won), drew \(drawn), lost \(lost) of "
      + "\(won + drawn + lost) games; survivors \(survivors) against \(enemies)"
  }
}
