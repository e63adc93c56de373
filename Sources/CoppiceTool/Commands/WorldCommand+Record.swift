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

    @Argument(help: "Which world: battle, battlefield, combined-arms, pursuit or tiger-deer.")
    var world: String

    @OptionGroup var options: PlayedWorldOptions

    @Option(parsing: .unconditional, help: "How many steps.", transform: Amount.positive)
    var steps = 200

    @Option(
      name: .customLong("out"),
      help: ArgumentHelp("The recording. (default: WORLD.world)", valueName: "file"))
    var file: String?

    func run() throws {
      let (played, players) = try options.open(world)
      let path = file ?? "\(world).world"
      let report = try WorldRecorder.record(played, players, steps: steps, to: path)
      Console.complain(report.description)
      Console.say(path)
    }
  }
}
