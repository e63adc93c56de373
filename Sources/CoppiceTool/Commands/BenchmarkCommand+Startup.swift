import ArgumentParser
import Coppice

extension BenchmarkCommand {
  /// `coppice benchmark startup`.
  struct Startup: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "startup",
      abstract: "Measures the time and memory from the start of a process to its first update.",
      discussion: """
        Starts this program anew for every measurement. The time ends when the first training step, \
        its update included, is done on a replay that is full; the memory is the most that the \
        process held until then.

        Example:

          coppice benchmark startup --env HalfCheetah-v5 --sparsity dense,2:4 --json
        """)

    @OptionGroup var options: Options

    func run() throws {
      let variants = try options.variants()
      var benchmark = try StartupBenchmark(environment: options.environment)
      benchmark.training.update.replayRows = 100_000
      try options.configure(&benchmark.training.update)
      let report = try benchmark.run(variants.map(\.name))
      if options.json { return try Console.say(json: report) }
      Console.say(report.table.description)
    }
  }
}
