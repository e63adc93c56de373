import ArgumentParser
import Coppice

extension WorldCommand {
  /// `coppice world play`.
  struct Play: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "play",
      abstract: "Plays a world with agents that act by chance.",
      discussion: """
        The digest is the same for the same world, seed and steps, on any number of threads.

        Example:

          coppice world play tiger-deer --steps 300 --seed 1 --measures hunt.csv
        """)

    @OptionGroup var choice: Choice

    @Option(parsing: .unconditional, help: "At most how many steps.", transform: Amount.positive)
    var steps = 100

    @Option(help: "Where all randomness comes from.")
    var seed: UInt64 = 0

    @Option(parsing: .unconditional, help: "Threads of a step.", transform: Amount.positive)
    var threads = 1

    @OptionGroup var measured: MeasureOptions

    @Flag(help: "Prints JSON.")
    var json = false

    func validate() throws {
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
    }

    func run() throws {
      var play = WorldPlay()
      (play.threads, play.steps, play.seed) = (threads, steps, seed)
      let report = try play.run(choice.description(), measures: measured.open())
      if json { return try Console.say(json: report) }
      Console.say(report.table.description)
      Console.say("\(report.end) after \(report.steps) steps, digest \(report.digest)")
    }
  }
}
