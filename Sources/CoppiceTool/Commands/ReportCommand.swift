import ArgumentParser
import Coppice

/// `coppice report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Makes a page of runs or of a study, with their curves, scores and settings.",
    discussion: """
      Takes run folders, folders that hold them, the folder of a study, or CSV files of recorded runs as \
      they lie in Results/, or a folder of these. Runs that differ in nothing but \
      their seed are one variant. Writes index.html, which needs nothing else, and beside it \
      figures/NAME.svg and figures/NAME.csv for each figure.

      The same runs give the same report, byte for byte. A report that is there is replaced.

      Examples:

        coppice report studies/sparse-pendulum
        coppice report runs --out report
        coppice report runs/dense runs/sparse
        coppice report Results/rnm-td3 --out report
      """)

  @Argument(
    help: ArgumentHelp(
      "Run folders, folders that hold them, a study, or CSV files.", valueName: "run"))
  var runs: [String]

  @Option(
    name: .customLong("out"),
    help: ArgumentHelp(
      "Where the report goes. (default: report/ in the study, or next to the runs)",
      valueName: "folder"))
  var folder: String?

  func run() throws {
    let source = try ReportSource(runs)
    let report = try source.report()
    let place = ReportFolder(folder ?? source.folder)
    try place.write(report)
    Console.say(place.pagePath)
  }
}
