import ArgumentParser
import Coppice

extension WorldCommand {
  /// `coppice world evaluate`.
  struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "evaluate",
      abstract: "Lets trained policies play against an opponent.",
      discussion: """
        The policies are those of a run folder, or one of a file; they play in the world that they were trained \
        in. The opponent is `random`; `nearest`, who goes to the nearest enemy and strikes; `still`; `self`, where \
        all groups play as they were trained; or a run folder or file. In a world of two groups that are alike, \
        they change sides after every game, and who has more survivors has won; in others each policy plays its \
        own groups, and its reward counts.

        Examples:

          coppice world evaluate runs/battle-dqn-dense-s1 --opponent nearest --games 50
          coppice world evaluate predators.safetensors --opponent random
        """)

    @Argument(help: ArgumentHelp("A run folder, or a policy.", valueName: "folder-or-file"))
    var path: String

    @Option(help: ArgumentHelp("Who plays against it.", valueName: "opponent"))
    var opponent = "random"

    @Option(parsing: .unconditional, help: "How many games.", transform: Amount.positive)
    var games = 20

    @Option(parsing: .unconditional, help: "Everything random.", transform: Amount.whole)
    var seed = 1

    @Option(parsing: .unconditional, help: "Threads.", transform: Amount.positive)
    var threads = 2

    @OptionGroup var measured: MeasureOptions

    @Flag(help: "Prints JSON.")
    var json = false

    func validate() throws {
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
    }

    func run() throws {
      let players = try WorldPlayers(path: path, pool: WorkerPool(threadCount: threads))
      let key = RandomKey(seed: UInt64(seed))
      if players.playMatches {
        let rows = try measured.open()
        let report = try MatchReport(players, against: opponent, games: games, key: key, rows)
        try rows?.finish()
        if json { return try Console.say(json: report) }
        return Console.say(report.description)
      }
      guard measured.path == nil else {
        throw ValidationError("--measures is for worlds of two groups that are alike")
      }
      let report = try WorldEvaluationReport(players, against: opponent, games: games, key: key)
      if json { return try Console.say(json: report) }
      Console.say(report.description)
    }
  }
}
