import ArgumentParser
import Coppice

extension WorldCommand {
  /// `coppice world rate`.
  struct Rate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets policies play each other, and says how strong they are.",
      discussion: """
        Every two play as many games, from either side by turns. Policies are run folders or files, or the names of those that \
        never learn: random, nearest, still. Who has more survivors has won. Win rates have Wilson's intervals of \
        95 %. Elo ratings are those that make all games most likely, a draw being half a game won; their mean is \
        1000, or the rating of --anchor is. Their intervals are from drawing the games anew.

        Examples:

          coppice world rate random nearest runs/battle --games 100
          coppice world rate old.safetensors new.safetensors nearest --anchor nearest --json
        """)

    @Argument(help: ArgumentHelp("Two policies at least.", valueName: "policy"))
    var policies: [String]

    @Option(parsing: .unconditional, help: "Games of every pair.", transform: Amount.positive)
    var games = 20

    @Option(
      help: ArgumentHelp(
        "What they play: a world of two groups. (default: what the first policy was trained in, or battle)",
        valueName: "name-or-file"))
    var world: String?

    @Option(help: ArgumentHelp("Whose rating is 1000.", valueName: "policy"))
    var anchor: String?

    @Option(parsing: .unconditional, help: "Everything random.", transform: Amount.whole)
    var seed = 1

    @Option(parsing: .unconditional, help: "Threads.", transform: Amount.positive)
    var threads = 2

    @Flag(help: "Prints JSON.")
    var json = false

    func validate() throws {
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
    }

    func run() throws {
      var rating = WorldRating()
      rating.world = try world.map { try WorldFile.world(called: $0) }
      (rating.games, rating.anchor) = (games, anchor)
      (rating.key, rating.pool) = (RandomKey(seed: UInt64(seed)), WorkerPool(threadCount: threads))
      let report = try rating.run(policies) { first, second in
        Console.complain("\(first) against \(second)")
      }
      if json { return try Console.say(json: report) }
      Console.say(report.pairTable.description)
      Console.say("")
      Console.say(report.ratingTable.description)
    }
  }
}
