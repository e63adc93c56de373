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

        Example:

          coppice world record battle --agents 100000 --steps 300 --out battle.world
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
      let (played, players) = try options.open()
      let path = file ?? "\(options.choice.name).world"
      let names = played.groups.map { _ in options.policy ?? "random" }
      let report = try WorldRecorder.record(
        played, players, steps: steps, to: path,
        measures: measured.open().map { (file: $0, players: names) })
      Console.complain(report.description)
      Console.say(path)
    }
  }
}
