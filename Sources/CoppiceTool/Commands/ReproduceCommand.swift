import ArgumentParser
import Coppice

/// `coppice reproduce`.
struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Makes a paper's table, or a part of it, and prints it beside the paper's figures.",
    discussion: """
      The table is a study (see `coppice study`): its runs lie in a folder of their own, several at once, \
      and the same command goes on where it was stopped or killed. --records keeps a small CSV of every \
      finished run; a run whose file is there is not made again, so a table can be made over several \
      machines and sessions. --adopt looks for finished runs of the same settings in other folders first.

      \(Self.list)

      Examples:

        coppice reproduce rnm-td3 --env HalfCheetah-v5,Ant-v5 --seeds 3 --records Results/rnm-td3
        coppice reproduce rnm-td3 --env Pendulum-v1 --seeds 2 --steps 10000
        coppice reproduce ds-td3 --plan
        coppice reproduce rnm-td3 --records Results/rnm-td3 --table-only
      """)

  private static var list: String {
    let lines = ReproductionCatalogue.standard.reproductions.map {
      "\($0.name): \($0.claim) (\($0.source))."
    }
    return "The tables: " + lines.joined(separator: " ")
  }

  @Argument(help: ArgumentHelp("Which table.", valueName: "name"))
  var name: String

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp(
      "Which environments, between commas. (default: the table's)", valueName: "ids"))
  var environments: String?

  @Option(help: "Which variants, between commas. (default: the table's)")
  var sparsity: String?

  @Option(
    parsing: .unconditional, help: "How many seeds, from 1 on. (default: the table's)",
    transform: Amount.positive)
  var seeds: Int?

  @Option(
    parsing: .unconditional, help: "Environment steps of each run. (default: the table's)",
    transform: Amount.positive)
  var steps: Int?

  @Option(
    name: .customLong("out"),
    help: ArgumentHelp(
      "The folder of the study. (default: studies/NAME, with the steps where they are not the table's)",
      valueName: "folder"))
  var folder: String?

  @Option(help: ArgumentHelp("Keeps a CSV of every finished run here.", valueName: "folder"))
  var records: String?

  @Option(
    help: ArgumentHelp(
      "Takes finished runs of the same settings from this folder.", valueName: "folder"))
  var adopt: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many runs at once. (default: as many as have cores)", valueName: "count"),
    transform: Amount.positive)
  var workers: Int?

  @Flag(help: "Prints the runs that would be made, and makes none.")
  var plan = false

  @Flag(help: "Prints the table of what is there, and makes no run.")
  var tableOnly = false

  @Flag(help: "Prints JSON.")
  var json = false

  @Flag(help: "Shows no progress; errors and warnings still appear.")
  var quiet = false

  func run() throws {
    let interruption = Interruption()
    let reproduction = try ReproductionCatalogue.standard.named(name)
    let part = ReproductionPart(
      environments: environments.map(Self.items), sparsities: sparsity.map(Self.items),
      seedCount: seeds, steps: steps)
    let study = try reproduction.study(part)
    let work = ReproductionWork(
      reproduction, study, records: records.map(ReproductionFolder.init),
      command: "coppice reproduce \(name)")
    for other in adopt { try work.adopt(from: other) }
    if plan { return Console.say(try work.plan().description) }
    let path = folder ?? "studies/\(name)" + (steps.map { "-\($0)" } ?? "")
    var failures: [StudyPool.Failure] = []
    if !tableOnly {
      let open = try StudyFolder(at: path, for: study, extending: true)
      let display = StudyDisplay(open, isQuiet: quiet)
      let outcome: StudyPool.Outcome
      do throws(UserError) {
        outcome = try work.run(
          in: open, workers: workers, observer: display,
          shouldStop: { interruption.signalNumber != nil })
      } catch {
        display.finish()
        throw error
      }
      display.finish()
      failures = outcome.failures
      for failure in failures {
        Console.complain("Error: \(failure.member.name): \(failure.error)")
      }
      if outcome.wasStopped, let code = interruption.exitCode {
        Console.complain("Stopped, with checkpoints; run it again to go on.")
        throw ExitCode(code)
      }
    }
    let table = try work.table(runsIn: path)
    if json {
      try Console.say(json: table)
    } else {
      Console.say(table.table.description)
      for note in table.notes { Console.say(note) }
    }
    if !failures.isEmpty { throw ExitCode(1) }
  }

  private static func items(_ text: String) -> [String] {
    text.split(separator: ",").map { item in
      String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }
}
