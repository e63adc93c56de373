import ArgumentParser
import Coppice

/// `coppice benchmark`.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measures how fast this machine learns.",
    discussion: """
      Variants take turns of a fraction of a second, so that whatever disturbs the machine disturbs \
      all of them. Ratios are taken within a round.

      Example:

        coppice benchmark update --env HalfCheetah-v5 --sparsity dense,2:4,1:4,1:8
      """,
    subcommands: [Update.self])

  /// `coppice benchmark update`.
  struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "update",
      abstract: "Measures gradient steps on a full replay of a million transitions.",
      discussion: """
        Runs the update of training itself, mask updates included. Needs no MuJoCo. The peak is what \
        one core could do: lanes × FMA units × 2 × the clock measured on the spot.

        Example:

          coppice benchmark update --batch 256 --threads 1 --sparsity dense,2:4,1:4,1:8 --json
        """)

    @Option(
      name: .customLong("env"),
      help: ArgumentHelp("The environment whose sizes count.", valueName: "id"))
    var environment = "HalfCheetah-v5"

    @Option(parsing: .unconditional, help: "Samples of a batch.", transform: Amount.positive)
    var batch = 256

    @Option(parsing: .unconditional, help: "Threads of an update.", transform: Amount.positive)
    var threads = 1

    @Option(help: "Which variants, between commas.")
    var sparsity = "dense,2:4"

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("Units of each hidden layer.", valueName: "units"),
      transform: Amount.list)
    var hidden = [256, 256]

    @Option(parsing: .unconditional, help: "How often each variant takes its turn.", transform: Amount.positive)
    var rounds = 15

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let specification = try EnvironmentCatalogue.standard.specification(environment)
      var configuration = RunConfiguration()
      (configuration.threads, configuration.hidden) = (threads, hidden)
      configuration.td3.batchSize = batch
      try configuration.validate()
      var benchmark = UpdateBenchmark(
        observationCount: specification.observationSpace.size,
        actionCount: specification.actionSpace.size)
      benchmark.configuration = configuration.td3
      benchmark.threads = threads
      benchmark.hidden = hidden
      benchmark.rounds = rounds
      let report = try benchmark.run(try variants)
      if json {
        try Console.say(json: report)
      } else {
        Console.say(report.table.description)
      }
    }

    private var variants: [(name: String, rule: (any TopologyRule)?)] {
      get throws {
        try sparsity.split(separator: ",", omittingEmptySubsequences: false).map { text in
          let catalogue = SparsityCatalogue.standard
          let expression = try SparsityExpression(String(text), methods: catalogue.methods)
          return (expression.spelling, try catalogue.rule(for: expression))
        }
      }
    }
  }
}
