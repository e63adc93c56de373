import ArgumentParser
import Coppice

/// `coppice plot`.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws recorded results as one SVG.",
    discussion: """
      Takes a CSV such as those in Results/, which Scripts/record-results.sh writes: a line for each \
      evaluation of each run. Draws the mean over the seeds of each sparsity, and a band from the \
      lowest seed to the highest.

      Example:

        coppice plot Results/td3-Pendulum-v1.csv --out curve.svg
      """)

  @Argument(help: ArgumentHelp("The results.", valueName: "csv"))
  var results: String

  @Option(name: .customLong("out"), help: ArgumentHelp("The picture.", valueName: "svg"))
  var picture: String

  func run() throws {
    let curve = try RecordedResults(contentsOf: results).learningCurve()
    try TextFile.write(curve.svg(), to: picture)
    Console.say(picture)
  }
}
