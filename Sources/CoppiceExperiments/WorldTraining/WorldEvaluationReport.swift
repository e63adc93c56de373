import CoppiceCrowds
import CoppiceGridWorld
public import CoppiceRandom
public import CoppiceTensors

/// How trained policies did against an opponent, for programs.
public struct WorldEvaluationReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// The file or folder whose policies were judged.
  public var policy: String
  /// Who played against them.
  public var opponent: String
  /// Each policy by itself.
  public var policies: [WorldEvaluation]

  /// Plays games with trained policies in the world that they were trained in.
  ///
  /// Each policy plays its groups, and the opponent all others; in a world with two sides that are alike a policy
  /// plays one of them, by turns.
  ///
  /// - Parameters:
  ///   - players: Who is judged.
  ///   - opponent: `random`, `nearest`, `still`, `self`, or the path of other policies.
  ///   - games: How many games of each policy.
  ///   - key: Everything random.
  /// - Throws: `UserError` when there is no such opponent, or it does not fit the world.
  public init(
    _ players: WorldPlayers, against opponent: String, games: Int, key: RandomKey
  ) throws(UserError) {
    let judge = try WorldJudge(
      players.description, stepLimit: players.stepLimit, key: key, pool: players.pool)
    let own = try players.groupPolicies(in: judge.world)
    let others: [(any GroupPolicy)?]
    switch try NamedOpponent(opponent, pool: players.pool) {
    case .scripted(let policy): others = judge.anybody(policy)
    case .own: others = own
    case .trained(let trained): others = try trained.groupPolicies(in: judge.world)
    }
    (policy, self.opponent, policies) = (players.path, opponent, [])
    for (index, policy) in players.policies.enumerated() {
      let part = WorldCast.Part(
        name: policy.origin.groups.joined(separator: "+"),
        groups: policy.origin.groups.compactMap { judge.world.group(named: $0) })
      let judged = judge.hasSides ? judge.anybody(policy.makePolicy()) : own
      policies.append(
        try judge.judge(
          part, judged, against: others, called: opponent, games: games, key: key.split(index)))
    }
  }

  /// The report for people.
  public var description: String {
    policies.map { own in
      "\(own.description); survivors \(own.survivors) against \(own.others)"
    }.joined(separator: "\n")
  }
}
