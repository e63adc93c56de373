public import CoppiceCrowds

/// How a policy did against an opponent, for programs.
public struct MatchReport: Codable, Sendable, Equatable {
  /// What both sides did in a game on average, by the names of measures.
  public struct Measures: Codable, Sendable, Equatable {
    /// What the policy that was judged did.
    public var policy: [String: Double]
    /// What its opponent did.
    public var opponent: [String: Double]
  }

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
  /// Every game, in order.
  public var results: [Match.Game]
  /// What both did, of what was measured.
  public var measures: Measures

  /// The report of a match.
  ///
  /// - Parameters:
  ///   - match: The match.
  ///   - policy: Whose policy was judged.
  ///   - opponent: Who played against it.
  ///   - measures: What both did.
  public init(_ match: Match, policy: String, opponent: String, measures: Measures) {
    (self.policy, self.opponent) = (policy, opponent)
    (won, drawn, lost) = (match.won, match.drawn, match.lost)
    (survivors, enemies) = (match.survivors, match.enemies)
    (results, self.measures) = (match.results, measures)
  }

  /// The report for people.
  public var description: String {
    "\(policy) against \(opponent): won \(won), drew \(drawn), lost \(lost) of "
      + "\(won + drawn + lost) games; survivors \(survivors) against \(enemies)"
  }
}
