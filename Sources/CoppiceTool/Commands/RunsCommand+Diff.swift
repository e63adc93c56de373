import ArgumentParser
import Coppice

extension RunsCommand {
  /// `coppice runs diff`.
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "Compares the settings and the evaluations of two runs.",
      discussion: """
        Shows the settings that differ, then the mean returns at the steps at which both were \
        evaluated, and from which step on they differ. Runs with the same settings on the same \
        machine do not: neither threads nor interruptions change a bit.

        Examples:

          coppice runs diff runs/first runs/second
          coppice runs diff runs/first runs/second --json
        """)

    @Argument(help: ArgumentHelp("The folder of a run.", valueName: "a"))
    var first: String

    @Argument(help: ArgumentHelp("The folder of another run.", valueName: "b"))
    var second: String

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let comparison = try RunComparison(of: first, and: second)
      if json { return try Console.say(json: comparison) }
      Console.say(comparison.text)
    }
  }
}
