public import CoppiceRandom

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Elo ratings from games between players, with intervals.
///
/// A lead of 400 is odds of 10 to 1, one of 100 a chance of 64 %.
///
/// ```swift
/// var pair = PairedGames.Pair(0, 1)
/// (pair.won, pair.lost) = (30, 10)
/// let ratings = EloRating(key: RandomKey(seed: 1)).estimates(of: PairedGames(playerCount: 2, [pair]))
/// ```
///
/// Ratings are the strengths of the model of Bradley and Terry that make the games most likely, a draw counting as half a
/// game won and half a game lost, and every pair as if it had drawn one game more, so that a player who won all games
/// has a rating as well.
///
/// ## Intervals
/// Games are drawn anew within every pair, with replacement, and rated each time; an interval is the middle part of these
/// ratings. Where a pair's games all ended alike, drawing them anew changes nothing, so that of such pairs an interval knows
/// nothing: the interval of the win rate (``Interval/init(wilson:of:deviations:)``) does.
///
/// ## Randomness
/// The key alone: the same key and games give the same intervals.
///
/// - Complexity: O(resamples · (games + players³)).
///
/// ## Source
/// Bradley, Terry 1952, "Rank analysis of incomplete block designs"; Elo 1978, "The Rating of Chessplayers, Past and
/// Present"; percentile intervals, Efron 1979.
public struct EloRating: Sendable {
  /// What everything random is from.
  public let key: RandomKey
  /// What the mean of all ratings is, or the rating of ``anchor``.
  public let origin: Double
  /// Whose rating is ``origin``; nothing for the mean of all.
  public let anchor: Int?
  /// How many times games are drawn anew.
  public let resampleCount: Int
  /// How likely an interval is to hold the truth.
  public let level: Double

  /// A way to rate.
  ///
  /// - Parameters:
  ///   - key: Randomness.
  ///   - origin: What the mean of all ratings is, or the rating of `anchor`.
  ///   - anchor: Whose rating is `origin`, by number; nothing for the mean of all.
  ///   - resampleCount: 1 or more.
  ///   - level: Above 0, below 1.
  /// - Precondition: The last two are in their ranges.
  public init(
    key: RandomKey, origin: Double = 1000, anchor: Int? = nil, resampleCount: Int = 2000,
    level: Double = 0.95
  ) {
    precondition(resampleCount > 0 && level > 0 && level < 1, "games are drawn at least once")
    (self.key, self.origin, self.anchor) = (key, origin, anchor)
    (self.resampleCount, self.level) = (resampleCount, level)
  }

  /// The rating of every player.
  ///
  /// - Parameter games: Who played whom, and how it went. Players that no chain of games joins cannot be compared:
  ///   each such part has a mean of its own.
  /// - Returns: For each player, in the order of their numbers.
  /// - Precondition: The anchor is one of the players.
  public func estimates(of games: PairedGames) -> [Estimate] {
    precondition(
      anchor.map { (0..<games.playerCount).contains($0) } ?? true, "an anchor that plays")
    guard games.playerCount > 0 else { return [] }
    let values = ratings(of: games)
    var drawn = [[Double]](repeating: [], count: games.playerCount)
    for resample in 0..<resampleCount {
      var stream = key.split(resample).stream()
      for (player, rating) in ratings(of: games.drawnAnew(&stream)).enumerated() {
        drawn[player].append(rating)
      }
    }
    return values.indices.map { player in
      Estimate(
        value: values[player], interval: Interval(middle: level, of: drawn[player]),
        runCount: games.score(of: player).games)
    }
  }

  private func ratings(of games: PairedGames) -> [Double] {
    let strengths = BradleyTerry(games).strengths
    let zero = anchor.map { strengths[$0] } ?? 0
    return strengths.map { origin + ($0 - zero) * 400 / log(10) }
  }
}

extension PairedGames {
  /// As many games of each pair, each one of those that it played.
  func drawnAnew(_ stream: inout RandomStream) -> PairedGames {
    let drawn = pairs.map { pair in
      var other = Pair(pair.first, pair.second)
      for _ in 0..<pair.games {
        let game = stream.nextIndex(below: pair.games)
        if game < pair.won {
          other.won += 1
        } else if game < pair.won + pair.drawn {
          other.drawn += 1
        } else {
          other.lost += 1
        }
      }
      return other
    }
    return PairedGames(playerCount: playerCount, drawn)
  }
}
