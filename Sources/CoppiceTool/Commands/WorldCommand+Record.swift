import ArgumentParser
import Coppice

extension WorldCommand {
  /// `coppice world record`.
  struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "record",
      abstract: "Plays a world with random actions and writes a recording of it.",
      discussion: """
        The recording has a frame of the beginning and one after each step; it ends early when a group has \
        nobody left. The same call gives the same bytes.

        Examples:

          coppice world record battle --agents 100000 --steps 300 --out battle.world
          coppice world record pursuit --player predator=nearest --measures greedy.csv
        """)

    @OptionGroup var options: PlayedOptions

    @Option(parsing: .unconditional, help: "How many steps.", transform: Amount.positive)
    var steps = 200

    @Option(
      name: .customLong("out"),
      help: ArgumentHelp(
        "The recording. (default: the name of the world and .world)", valueName: "file"))
    var file: String?

    @OptionGroup var measured: MeasureOptions

    func run() throws {
      let (played, players, names) = try options.open()
      let path = file ?? "\(options.choice.name).world"
      guard measured.path != path else {
        throw UserError(
          .configuration, found: "\(path) for the recording and for the measures",
          expected: "a file for each", action: "change --out or --measures")
      }
      let report = try WorldRecorder.record(
        played, players, steps: steps, to: path,
        measures: measured.open().map { (file: $0, players: names) })
      Console.complain(report.description)
      Console.say(path)
    }
  }
}
