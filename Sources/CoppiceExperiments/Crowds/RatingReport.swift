import CoppiceCrowds
public import CoppiceRandom
public import CoppiceReports

/// How policies did against each other, and how strong that makes them.
public struct RatingReport: Codable, Sendable, Equatable {
  /// The games of two policies.
  public struct Pair: Codable, Sendable, Equatable {
    /// Who is judged.
    public var policy: String
    /// Who played against it.
    public var opponent: String
    /// Games that the policy won.
    public var won: Int
    /// Games with as many survivors on both sides.
    public var drawn: Int
    /// Games that it lost.
    public var lost: Int
    /// Games won of those played, and where that rate lies with 95 % confidence, by Wilson's interval.
    public var winRate: Estimate

    private enum CodingKeys: String, CodingKey {
      case policy, opponent, won, drawn, lost
      case winRate = "win_rate"
    }
  }

  /// What a policy is worth.
  public struct Rating: Codable, Sendable, Equatable {
    /// Whose rating it is.
    public var policy: String
    /// Elo, with an interval of 95 %.
    public var elo: Estimate
    /// What it scored of all its games: 1 for one that it won, ½ for a draw.
    public var score: Double
    /// How many games those were.
    public var games: Int
  }

  /// The format of this report.
  public var schema = 1
  /// Whose rating is 1000; nothing where the mean of all is.
  public var anchor: String?
  /// Every pair, once.
  public var pairs: [Pair]
  /// The policies, the strongest first.
  public var ratings: [Rating]

  /// The report of games between policies.
  ///
  /// - Parameters:
  ///   - names: Of the policies, by their numbers.
  ///   - games: How they played.
  ///   - anchor: Whose rating is 1000, by number; nothing for the mean of all.
  ///   - key: Randomness of intervals.
  /// - Precondition: There is a name for each player.
  public init(names: [String], _ games: PairedGames, anchor: Int?, key: RandomKey) {
    self.anchor = anchor.map { names[$0] }
    pairs = games.pairs.map { pair in
      Pair(
        policy: names[pair.first], opponent: names[pair.second], won: pair.won, drawn: pair.drawn,
        lost: pair.lost,
        winRate: Estimate(
          value: Double(pair.won) / Double(max(1, pair.games)),
          interval: Interval(wilson: Double(pair.won), of: pair.games), runCount: pair.games))
    }
    let estimates = EloRating(key: key, anchor: anchor).estimates(of: games)
    ratings = names.indices.map { player in
      let (score, count) = games.score(of: player)
      return Rating(
        policy: names[player], elo: estimates[player], score: score / Double(max(1, count)),
        games: count)
    }
    // of equal ones the first that was named stays first
    let order = ratings.indices.sorted {
      (-ratings[$0].elo.value, $0) < (-ratings[$1].elo.value, $1)
    }
    ratings = order.map { ratings[$0] }
  }

  /// The pairs for people.
  public var pairTable: TextTable {
    var table = TextTable([
      ("policy", .left), ("opponent", .left), ("won", .right), ("drawn", .right), ("lost", .right),
      ("win rate", .right), ("95 %", .left),
    ])
    for pair in pairs {
      let interval = pair.winRate.interval
      table.add([
        pair.policy, pair.opponent, "\(pair.won)", "\(pair.drawn)", "\(pair.lost)",
        Self.percent(pair.winRate.value),
        "\(Self.percent(interval.low)) – \(Self.percent(interval.high))",
      ])
    }
    return table
  }

  /// The ratings for people.
  public var ratingTable: TextTable {
    var table = TextTable([
      ("policy", .left), ("Elo", .right), ("95 %", .left), ("score", .right), ("games", .right),
    ])
    for rating in ratings {
      let interval = rating.elo.interval
      table.add([
        rating.policy, Self.whole(rating.elo.value),
        "\(Self.whole(interval.low)) – \(Self.whole(interval.high))", Self.percent(rating.score),
        "\(rating.games)",
      ])
    }
    return table
  }

  private static func whole(_ value: Double) -> String { "\(Int(value.rounded()))" }

  private static func percent(_ value: Double) -> String {
    let tenths = Int((value * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
