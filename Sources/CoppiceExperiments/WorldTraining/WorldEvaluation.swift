import CoppiceCrowds
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors

/// How trained policies did in games in which nobody learns.
public struct WorldEvaluation: Codable, Sendable, Equatable {
  /// Whose groups these policies are: the names of the groups.
  public var policy: String
  /// Who played the other groups: a scripted policy, or `self` where each group had its own.
  public var opponent: String
  /// How many games.
  public var games = 0
  /// Games in which its groups had more survivors than the others.
  public var won = 0
  /// Games with as many survivors.
  public var drawn = 0
  /// Games in which they had fewer.
  public var lost = 0
  /// Its survivors over all games.
  public var survivors = 0
  /// Survivors of the other groups that act.
  public var others = 0
  /// What an agent of its groups earned in a game, on average.
  public var reward = 0.0
  /// What its groups did, on average over games and groups, by the names of `WorldMeasure.standard`; those are left
  /// out that had nothing to measure.
  public var measures: [String: Double] = [:]

  /// Games won of those played.
  public var winRate: Double { games > 0 ? Double(won) / Double(games) : 0 }

  /// A line for people.
  public var description: String {
    "\(policy) against \(opponent): reward \((reward * 1000).rounded() / 1000) each, won \(won), "
      + "drew \(drawn), lost \(lost) of \(games) games"
  }
}

/// Plays games in which nobody learns, and says how they went.
struct WorldJudge {
  private let episode: WorldEpisode
  /// Groups that can do something.
  private let acting: [Int]

  /// A judge in a world.
  ///
  /// - Throws: `UserError` of kind `configuration` when the world cannot be.
  init(
    _ description: WorldDescription, stepLimit: Int, key: RandomKey, pool: WorkerPool
  ) throws(UserError) {
    let episode = try WorldEpisode(description, stepLimit: stepLimit, key: key, pool: pool)
    acting = episode.groups.indices.filter { episode.groups[$0].actions.count > 1 }
    self.episode = episode
  }

  /// The world.
  var world: GridWorld { episode.world }

  /// Whether the groups that act are two that are alike: then policies change sides after every game.
  var hasSides: Bool {
    acting.count == 2 && world.description.isAlike(acting[0], acting[1])
  }

  /// Whether others than these can do something.
  func hasOthers(than part: WorldCast.Part) -> Bool {
    acting.contains { !part.groups.contains($0) }
  }

  /// Plays games of some groups against the others.
  ///
  /// - Parameters:
  ///   - part: The groups that are judged; in a world with sides, one side by turns.
  ///   - policies: Who plays a group when it is judged.
  ///   - others: Who plays a group when it is not.
  ///   - opponent: What those are called.
  ///   - games: How many games.
  ///   - key: Everything random.
  /// - Returns: How it went.
  /// - Throws: `UserError` of kind `configuration` when somebody finds no place.
  func judge(
    _ part: WorldCast.Part, _ policies: [(any GroupPolicy)?],
    against others: [(any GroupPolicy)?], called opponent: String, games: Int, key: RandomKey
  ) throws(UserError) -> WorldEvaluation {
    var evaluation = WorldEvaluation(policy: part.name, opponent: opponent)
    var (earned, began) = (0.0, 0)
    let measurement = WorldMeasurement(of: episode.world)
    var means = MeasureMeans(measurement.measures)
    for number in 0..<games {
      let key = key.split(number)
      try episode.reset(key: key.split("world"))
      measurement.begin()
      let judged = hasSides ? [acting[number % 2]] : part.groups
      began += judged.reduce(0) { $0 + episode.groups[$1].placedCount }
      while !episode.isFinished {
        let step = key.split(episode.stepCount)
        for group in acting {
          let policy = judged.contains(group) ? policies[group] : others[group]
          policy?.act(for: group, in: episode, key: step.split(group))
        }
        episode.step()
        measurement.take()
        for group in judged {
          earned += episode.rewards(of: group).reduce(0) { $0 + Double($1) }
        }
        episode.clearDead()
      }
      let left = acting.filter { !judged.contains($0) }
      evaluation.count(living(judged), living(left))
      for group in judged { means.add(measurement, group: group) }
    }
    evaluation.reward = earned / Double(max(1, began))
    evaluation.measures = means.byName
    return evaluation
  }

  private func living(_ groups: [Int]) -> Int {
    groups.reduce(0) { $0 + episode.groups[$1].livingCount }
  }
}

extension WorldEvaluation {
  /// Takes the survivors of a game into account.
  fileprivate mutating func count(_ own: Int, _ left: Int) {
    games += 1
    if own > left { won += 1 } else if own == left { drawn += 1 } else { lost += 1 }
    survivors += own
    others += left
  }
}
