public import CoppiceGridWorld
public import CoppiceRandom
public import CoppiceTensors

/// Games of two policies against each other, who change sides after every game.
public struct Match: Sendable, Codable, Equatable {
  /// How one game ended.
  public struct Game: Sendable, Codable, Equatable {
    /// The group of the policy that is judged.
    public var side: Int
    /// Steps that were played.
    public var steps: Int
    /// Its survivors.
    public var survivors: Int
    /// Those of its opponent.
    public var enemies: Int

    /// A game from its parts.
    public init(side: Int, steps: Int, survivors: Int, enemies: Int) {
      (self.side, self.steps, self.survivors, self.enemies) = (side, steps, survivors, enemies)
    }
  }

  /// The games, in the order in which they were played.
  public private(set) var results: [Game] = []
  /// Games that the first policy won: it had more survivors.
  public private(set) var won = 0
  /// Games in which both had as many.
  public private(set) var drawn = 0
  /// Games that it lost.
  public private(set) var lost = 0
  /// Survivors of the first policy, over all games.
  public private(set) var survivors = 0
  /// Survivors of the other one.
  public private(set) var enemies = 0

  /// Nothing played yet.
  public init() {}

  /// Games so far.
  public var games: Int { won + drawn + lost }

  /// Games won of those played.
  public var winRate: Double { games > 0 ? Double(won) / Double(games) : 0 }

  /// Plays a match.
  ///
  /// - Parameters:
  ///   - description: A world of two groups.
  ///   - stepLimit: Steps after which a game is cut short.
  ///   - games: How many games.
  ///   - policy: Who is judged.
  ///   - opponent: The other one.
  ///   - key: Everything random.
  ///   - pool: Who shares the work of a step.
  ///   - watcher: Whoever looks on.
  /// - Returns: How it went.
  /// - Throws: `UserError` of kind `configuration` when the description makes no sense; what the watcher throws.
  /// - Precondition: The world has two groups.
  public static func play(
    _ description: WorldDescription, stepLimit: Int, games: Int, _ policy: any GroupPolicy,
    against opponent: any GroupPolicy, key: RandomKey, pool: WorkerPool,
    watcher: (any MatchWatcher)? = nil
  ) throws(UserError) -> Match {
    precondition(description.groups.count == 2, "a match is between two groups")
    var match = Match()
    let world = key.split(0).split("world")
    let game = try WorldEpisode(description, stepLimit: stepLimit, key: world, pool: pool)
    for number in 0..<games {
      let key = key.split(number)
      if number > 0 { try game.reset(key: key.split("world")) }
      let side = number % 2
      watcher?.begin(game, number: number, side: side)
      while !game.isFinished {
        let step = key.split(game.stepCount)
        policy.act(for: side, in: game, key: step.split("first"))
        opponent.act(for: 1 - side, in: game, key: step.split("second"))
        game.step()
        try watcher?.see(game)
        game.clearDead()
      }
      watcher?.end(game)
      match.count(
        Game(
          side: side, steps: game.stepCount, survivors: game.groups[side].livingCount,
          enemies: game.groups[1 - side].livingCount))
    }
    return match
  }

  /// Takes a game into account.
  mutating func count(_ game: Game) {
    results.append(game)
    if game.survivors > game.enemies {
      won += 1
    } else if game.survivors == game.enemies {
      drawn += 1
    } else {
      lost += 1
    }
    survivors += game.survivors
    enemies += game.enemies
  }
}
