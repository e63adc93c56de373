import CoppiceCrowds
public import CoppiceGridWorld
public import CoppiceRandom
import CoppiceReports
public import CoppiceTensors

/// Lets every two of several policies play each other, and rates them.
///
/// ## Randomness
/// The key alone, and the order in which policies are named.
public struct WorldRating {
  /// The world of two groups that is played; that of the first policy's file, or the usual battle where nothing is given.
  public var world: WorldDescription?
  /// How many games every pair plays, from either side by turns.
  public var games = 20
  /// Whose rating is 1000; nothing where the mean of all is.
  public var anchor: String?
  /// Everything random.
  public var key = RandomKey(seed: 1)
  /// Who shares the work of a step.
  public var pool = WorkerPool(threadCount: 1)

  /// The settings above.
  public init() {}

  /// Plays all games.
  ///
  /// - Parameters:
  ///   - names: Policies that never learn, by name, and files; two at least.
  ///   - progress: Is told of each pair before it plays.
  /// - Returns: How they did.
  /// - Throws: `UserError` when a policy cannot be read, cannot play the world, or is named twice.
  public func run(
    _ names: [String], progress: (_ policy: String, _ opponent: String) -> Void = { _, _ in }
  ) throws(UserError) -> RatingReport {
    try check(names)
    let (policies, description, stepLimit) = try open(names)
    var (pairs, number) = ([PairedGames.Pair](), 0)
    for first in names.indices {
      for second in names.indices where second > first {
        progress(names[first], names[second])
        let match = try Match.play(
          description, stepLimit: stepLimit, games: games, policies[first],
          against: policies[second], key: key.split("pairs").split(number), pool: pool)
        var pair = PairedGames.Pair(first, second)
        (pair.won, pair.drawn, pair.lost) = (match.won, match.drawn, match.lost)
        pairs.append(pair)
        number += 1
      }
    }
    return RatingReport(
      names: names, PairedGames(playerCount: names.count, pairs),
      anchor: anchor.flatMap { names.firstIndex(of: $0) }, key: key.split("intervals"))
  }

  private func check(_ names: [String]) throws(UserError) {
    guard names.count > 1 else {
      throw UserError(
        .configuration, found: names.isEmpty ? "no policy" : "one policy", expected: "two at least",
        action: "name another one")
    }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw UserError(
        .configuration, found: "\(name) twice", expected: "policies that differ",
        action: "name it once")
    }
    if let anchor, !names.contains(anchor) {
      throw UserError(
        .configuration, found: "\(anchor) is to be the anchor and does not play",
        expected: "one of \(names.joined(separator: ", "))", action: "change --anchor")
    }
  }

  private func open(
    _ names: [String]
  ) throws(UserError) -> ([any GroupPolicy], WorldDescription, stepLimit: Int) {
    var (scripted, trained): ([Int: any GroupPolicy], [Int: WorldPlayers]) = ([:], [:])
    for (index, name) in names.enumerated() {
      if let policy = ScriptedPolicyCatalogue.standard.policy(name) {
        scripted[index] = policy
      } else {
        trained[index] = try WorldPlayers(path: name, pool: pool)
      }
    }
    let first = names.indices.lazy.compactMap { trained[$0] }.first
    let description = world ?? first?.description ?? .battle()
    guard description.groups.count == 2 else {
      throw UserError(
        .configuration, found: "a world of \(description.groups.count) groups",
        expected: "two groups that play each other", action: "name another world")
    }
    let one = try GridWorld(description, key: key, pool: pool)
    var policies: [any GroupPolicy] = []
    for index in names.indices {
      if let policy = scripted[index] {
        policies.append(policy)
      } else if let players = trained[index] {
        policies.append(try players.policyOfAllGroups(in: one))
      }
    }
    let usual = min(WorldTrainingSettings().stepLimit, description.stepLimit ?? .max)
    let limit =
      world == nil ? first?.stepLimit ?? usual : description.stepLimit ?? usual
    return (policies, description, limit)
  }
}
