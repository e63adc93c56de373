/// How games between players went: for each pair how often one won, the other won, and nobody did.
public struct PairedGames: Sendable, Equatable {
  /// The games of a pair, as the first of it sees them.
  public struct Pair: Sendable, Equatable {
    /// Who is first, by number.
    public var first: Int
    /// Who is second.
    public var second: Int
    /// Games that the first won.
    public var won = 0
    /// Games that nobody won.
    public var drawn = 0
    /// Games that the second won.
    public var lost = 0

    /// A pair that has not played yet.
    public init(_ first: Int, _ second: Int) { (self.first, self.second) = (first, second) }

    /// Games in all.
    public var games: Int { won + drawn + lost }

    /// What the first scored: 1 for a game that it won, ½ for a draw.
    public var score: Double { Double(won) + Double(drawn) / 2 }
  }

  /// How many players there are.
  public let playerCount: Int
  /// The pairs that played.
  public private(set) var pairs: [Pair]

  /// The games of some pairs.
  ///
  /// - Precondition: Each pair is of two players that there are.
  public init(playerCount: Int, _ pairs: [Pair]) {
    precondition(
      pairs.allSatisfy {
        (0..<playerCount).contains($0.first) && (0..<playerCount).contains($0.second)
          && $0.first != $0.second
      }, "pairs are of two players that there are")
    (self.playerCount, self.pairs) = (playerCount, pairs)
  }

  /// What a player scored in all its games, and how many they were.
  public func score(of player: Int) -> (score: Double, games: Int) {
    pairs.reduce((0.0, 0)) { sum, pair in
      if pair.first == player { return (sum.0 + pair.score, sum.1 + pair.games) }
      if pair.second == player {
        return (sum.0 + Double(pair.games) - pair.score, sum.1 + pair.games)
      }
      return sum
    }
  }
}
