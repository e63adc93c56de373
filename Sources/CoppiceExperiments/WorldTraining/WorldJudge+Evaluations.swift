import CoppiceCrowds
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors

extension WorldJudge {
  /// The evaluations of a training.
  ///
  /// In a world with two sides that are alike, each policy plays one side against `random` and `nearest`. In
  /// others all play together, which is called `self`, and each plays against agents that act by chance.
  ///
  /// - Parameters:
  ///   - parts: Whose policies there are, and their groups.
  ///   - players: The policy of each group, trained or not.
  ///   - games: How many games against each opponent.
  ///   - key: Everything random.
  /// - Returns: How they did.
  /// - Throws: `UserError` of kind `configuration` when somebody finds no place.
  func evaluations(
    _ parts: [WorldCast.Part], _ players: [(any GroupPolicy)?], games: Int, key: RandomKey
  ) throws(UserError) -> [WorldEvaluation] {
    var evaluations: [WorldEvaluation] = []
    for (index, part) in parts.enumerated() {
      for (number, opponent) in opponents(of: part).enumerated() {
        let others =
          opponent == NamedOpponent.ownName
          ? players : anybody(ScriptedPolicyCatalogue.standard.policy(opponent))
        let judged = hasSides ? anybody(players[part.groups[0]]) : players
        evaluations.append(
          try judge(
            part, judged, against: others, called: opponent, games: games,
            key: key.split(index).split(number)))
      }
    }
    return evaluations
  }

  /// The opponents that are of interest for the groups of a policy.
  private func opponents(of part: WorldCast.Part) -> [String] {
    if hasSides { return ["random", "nearest"] }
    return hasOthers(than: part) ? [NamedOpponent.ownName, "random"] : [NamedOpponent.ownName]
  }

  /// The same policy for every group.
  func anybody(_ policy: (any GroupPolicy)?) -> [(any GroupPolicy)?] {
    world.groups.map { _ in policy }
  }
}
