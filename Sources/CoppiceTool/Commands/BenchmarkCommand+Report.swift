import ArgumentParser
import Coppice

extension BenchmarkCommand {
  /// `coppice benchmark report`.
  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract: "Measures a report of many runs, and a bootstrap.",
      discussion: """
        Writes made-up runs to a folder, reports them as `coppice report` does, and removes them. The \
        bootstrap is of the interquartile mean of 10 runs on 26 tasks.

        Example:

          coppice benchmark report --runs 100 --evaluations 1000
        """)

    @Option(parsing: .unconditional, help: "How many runs.", transform: Amount.positive)
    var runs = 100

    @Option(
      parsing: .unconditional, help: "How many evaluations each run has.",
      transform: Amount.positive)
    var evaluations = 1000

    @Option(
      parsing: .unconditional, help: "How many samples the bootstrap draws.",
      transform: Amount.positive)
    var resamples = 50_000

    @Option(
      parsing: .unconditional, help: "How often all is measured.", transform: Amount.positive)
    var rounds = 5

    @Option(
      help: ArgumentHelp("A new folder for the runs, removed at the end.", valueName: "folder"))
    var scratch = "coppice-benchmark-report"

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      var benchmark = ReportBenchmark()
      (benchmark.runCount, benchmark.evaluationCount) = (runs, evaluations)
      (benchmark.resampleCount, benchmark.rounds) = (resamples, rounds)
      let result = try benchmark.run(in: scratch)
      if json { return try Console.say(json: result) }
      var table = TextTable([
        ("measured", .left), ("median/s", .right), ("low", .right), ("high", .right),
      ])
      for (name, spread) in [("report", result.report), ("bootstrap", result.bootstrap)] {
        table.add(
          [name]
            + [spread.median, spread.low, spread.high].map { "\(($0 * 1000).rounded() / 1000)" })
      }
      Console.say(table.description)
    }
  }
}
