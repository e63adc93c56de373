import ArgumentParser
import Coppice

extension WorldCommand {
  /// `coppice world evaluate`.
  struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets a policy play against an opponent, from either side by turns.",
      discussion: """
        The opponent is `random`; `nearest`, who goes to the nearest enemy and strikes; or another policy's \
        file. Who has more survivors has won.

        Example:

          coppice world evaluate battle.safetensors --opponent nearest --games 50
        """)

    @Argument(help: ArgumentHelp("The policy.", valueName: "file"))
    var file: String

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

    func run() throws {
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
      let policy = try BattlePolicy(path: file, pool: WorkerPool(threadCount: threads))
      let rows = try measured.open()
      let measurement = MatchMeasurement(policy: file, opponent: opponent, file: rows)
      let match = try policy.match(
        against: opponent, games: games, key: RandomKey(seed: UInt64(seed)), watcher: measurement)
      try rows?.finish()
      let report = MatchReport(
        match, policy: file, opponent: opponent, measures: measurement.means)
      if json { return try Console.say(json: report) }
      Console.say(report.description)
    }
  }
}
