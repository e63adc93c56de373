import CoppiceCrowds
import CoppiceGridWorld
public import CoppiceRandom
public import CoppiceTensors

extension MatchReport {
  /// Plays a match of trained policies in the world that they were trained in, from either side by turns.
  ///
  /// - Parameters:
  ///   - players: Who is judged.
  ///   - opponent: `random`, `nearest`, `still`, `self`, or the path of other policies.
  ///   - games: How many games.
  ///   - key: Everything random.
  ///   - file: Where measures of every step go, if anywhere; whoever made it finishes it.
  /// - Throws: `UserError` when there is no such opponent, or a policy does not fit the world.
  /// - Precondition: The world is of two groups that are alike.
  public init(
    _ players: WorldPlayers, against opponent: String, games: Int, key: RandomKey,
    _ file: WorldMeasureFile? = nil
  ) throws(UserError) {
    precondition(players.playMatches, "sides are changed in worlds of two groups that are alike")
    let world = try GridWorld(players.description, key: key, pool: players.pool)
    let other: any GroupPolicy
    switch try NamedOpponent(opponent, pool: players.pool) {
    case .scripted(let policy): other = policy
    case .own: other = try players.policyOfAllGroups(in: world)
    case .trained(let others): other = try others.policyOfAllGroups(in: world)
    }
    let measurement = MatchMeasurement(policy: players.path, opponent: opponent, file: file)
    let match = try Match.play(
      players.description, stepLimit: players.stepLimit, games: games,
      try players.policyOfAllGroups(in: world), against: other, key: key, pool: players.pool,
      watcher: measurement)
    self.init(match, policy: players.path, opponent: opponent, measures: measurement.means)
  }
}
