import ArgumentParser
import Coppice

/// `coppice evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Plays episodes with the policy of a run.",
    discussion: """
      The policy acts as well as it can, without the noise of exploration, in environments of its \
      own. The episodes follow from the seed of the run, so the result can be repeated; --seed \
      gives others.

      Examples:

        coppice evaluate runs/first --episodes 10
        coppice evaluate runs/first --best --json
        coppice evaluate runs/first --from 50000 --seed 99
      """)

  @Argument(help: ArgumentHelp("The run folder.", valueName: "folder"))
  var folder: String

  @Option(parsing: .unconditional, help: "How many episodes.", transform: Amount.positive)
  var episodes = 10

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The checkpoint that plays. (default: the last)", valueName: "step"),
    transform: Amount.whole)
  var from: Int?

  @Flag(help: "Lets the policy of the best evaluation play.")
  var best = false

  @Option(
    parsing: .unconditional, help: "The seed of the episodes. (default: that of the run)",
    transform: Amount.whole)
  var seed: Int?

  @Flag(help: "Prints JSON.")
  var json = false

  func validate() throws {
    if best, from != nil { throw ValidationError("--best and --from exclude each other.") }
  }

  func run() throws {
    let record = try Evaluator.evaluate(
      run: folder, episodes: episodes, from: from, best: best, seed: seed.map(UInt64.init))
    let configuration = try RunFolder(opening: folder).configuration()
    let report = EvaluationReport(record, of: configuration, path: folder)
    if json {
      try Console.say(json: report)
    } else {
      Console.say(report.description)
    }
  }
}
