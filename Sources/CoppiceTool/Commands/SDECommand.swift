import ArgumentParser
import Coppice

/// `coppice sde`.
struct SDECommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sde",
    abstract: "Trains models that make paths like those of a file, and compares them.",
    discussion: """
      The data are a data set of Coppice (`coppice list series`), or a CSV file with the columns path, time \
      and one for each channel; a cell that is empty is a value that was not observed. What a model makes has \
      the units and the times of the data.

      Examples:

        coppice sde train my-paths.csv --minutes 20 --out runs/mine
        coppice sde sample runs/mine --paths 1000 --out samples.csv
        coppice sde report runs/mine --out report.html
      """,
    subcommands: [Train.self, Sample.self, Evaluate.self, Report.self])

  /// The model of a run, and what is sampled from it.
  struct Sampling: ParsableArguments {
    @Argument(help: ArgumentHelp("The run folder.", valueName: "folder"))
    var folder: String

    @Option(parsing: .unconditional, help: "How many paths.", transform: Amount.positive)
    var paths = 1000

    @Option(parsing: .unconditional, help: "Seed of the noise.", transform: Amount.whole)
    var seed = 1

    @Flag(
      inversion: .prefixedNo,
      help: "Uses the mean of the weights. (default: where there is one)")
    var averaged: Bool?

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("Which checkpoint. (default: the last)", valueName: "step"),
      transform: Amount.whole)
    var from: Int?

    @Option(parsing: .unconditional, help: "Threads.", transform: Amount.positive)
    var threads = 2

    func validate() throws {
      guard paths <= 10_000_000 else {
        throw ValidationError("--paths is from 1 to 10,000,000")
      }
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
    }

    /// The model.
    func model() throws -> TrainedPathModel {
      try TrainedPathModel(
        opening: folder, from: from, pool: WorkerPool(threadCount: threads))
    }

    /// What everything random is from.
    var key: RandomKey { RandomKey(seed: UInt64(seed)) }
  }
}
