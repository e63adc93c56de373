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

      Examples:

        coppice benchmark update --env HalfCheetah-v5 --sparsity dense,2:4,1:4,1:8
        coppice benchmark train --env Pendulum-v1 --sparsity dense,2:4 --json
        coppice benchmark kernels --shapes 256x256 --sparsity dense,2:4,90%
      """,
    subcommands: [
      Update.self, Train.self, Kernels.self, Startup.self, Simulation.self, World.self,
      Crowd.self, Brownian.self, SDE.self, Report.self,
    ])

  /// What the benchmarks of learning are told.
  struct Options: ParsableArguments {
    @Option(
      name: .customLong("env"),
      help: ArgumentHelp("The environment, or whose sizes count.", valueName: "id"))
    var environment = "HalfCheetah-v5"

    @Option(help: "What learns; see `coppice list algorithms`.")
    var algorithm = "td3"

    @Option(parsing: .unconditional, help: "Samples of a batch.", transform: Amount.positive)
    var batch = 256

    @Option(parsing: .unconditional, help: "Threads of an update.", transform: Amount.positive)
    var threads = 1

    @Option(help: "Which variants, between commas.")
    var sparsity = "dense,2:4"

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("Units of each hidden layer. (default: 256,256)", valueName: "units"),
      transform: Amount.list)
    var hidden = [256, 256]

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        "Transitions in the replay, all filled. (default: 1000000; startup: 100000)",
        valueName: "rows"),
      transform: Amount.positive)
    var replayRows: Int?

    @Option(
      parsing: .unconditional, help: "How often each variant takes its turn.",
      transform: Amount.positive)
    var rounds = 15

    @Option(
      help: ArgumentHelp("Instructions of the kernels; see `coppice doctor`.", valueName: "name"))
    var instructionSet = "auto"

    @Option(
      help: ArgumentHelp("What products multiply: float32 or bf16.", valueName: "name"))
    var precision = "float32"

    @Flag(help: "Prints JSON.")
    var json = false

    /// Brings the options into a benchmark.
    func configure(_ benchmark: inout UpdateBenchmark) throws {
      var configuration = RunConfiguration()
      (configuration.threads, configuration.hidden) = (threads, hidden)
      configuration.instructionSet = instructionSet
      configuration.precision = precision
      configuration.algorithm = algorithm
      configuration.replayCapacity = replayRows ?? benchmark.replayRows
      benchmark.configuration = configuration
      benchmark.batch = batch
      try benchmark.configuration.validate()
      benchmark.rounds = rounds
      benchmark.replayRows = configuration.replayCapacity
      benchmark.arithmetic = try configuration.arithmetic()
    }

    /// The variants, in the order asked for.
    func variants() throws -> [(name: String, rule: (any TopologyRule)?)] {
      try BenchmarkCommand.variants(sparsity)
    }
  }

  /// The variants that a list of sparsities names.
  static func variants(
    _ sparsity: String
  ) throws -> [(name: String, rule: (any TopologyRule)?)] {
    let catalogue = SparsityCatalogue.standard
    return try sparsity.split(separator: ",", omittingEmptySubsequences: false).map { text in
      let expression = try SparsityExpression(String(text), methods: catalogue.methods)
      return (expression.spelling, try catalogue.choice(for: expression).rule)
    }
  }

  /// `coppice benchmark update`.
  struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "update",
      abstract: "Measures gradient steps on a full replay.",
      discussion: """
        Runs the update of training itself, mask updates included. Needs no MuJoCo. The peak is what \
        one core could do: lanes × FMA units × 2 × the clock measured on the spot.

        --agents measures several agents in one process, each with its own thread, replay and \
        networks, beside one of them alone in alternate turns.

        --at 0.9 measures what methods with a schedule are late in their training: gmp@90% is dense \
        at the beginning and has its zeros from 0.8 on.

        --updates runs so many steps of each variant once, without warm-up and rounds, for programs \
        that count instructions.

        Examples:

          coppice benchmark update --sparsity dense,2:4,1:4,1:8 --json
          coppice benchmark update --sparsity dense,1:8 --agents 2
        """)

    @OptionGroup var options: Options

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("Agents that learn at once, beside one alone.", valueName: "count"),
      transform: Amount.positive)
    var agents: Int?

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        "How far into a training of a million gradient steps, from 0 to 1.", valueName: "fraction"))
    var at = 0.0

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        "Just so many steps of each variant, instead of rounds.", valueName: "count"),
      transform: Amount.positive)
    var updates: Int?

    func validate() throws {
      guard agents == nil || updates == nil else {
        throw ValidationError("--agents measures by rounds; leave out --updates or --agents.")
      }
      guard (0...1).contains(at) else {
        throw ValidationError("--at is a fraction of the training, from 0 to 1; found \(at).")
      }
    }

    func run() throws {
      let variants = try options.variants()
      let specification = try EnvironmentCatalogue.standard.specification(options.environment)
      var benchmark = UpdateBenchmark(
        observationCount: specification.observationSpace.size,
        actionCount: specification.actionSpace.size)
      try options.configure(&benchmark)
      benchmark.progress = at
      if let agents {
        let report = try benchmark.run(agents: agents, variants)
        if options.json { return try Console.say(json: report) }
        return Console.say(report.table.description)
      }
      if let updates {
        let report = try benchmark.run(updates: updates, variants)
        if options.json { return try Console.say(json: report) }
        return Console.say(report.table.description)
      }
      let report = try benchmark.run(variants)
      if options.json { return try Console.say(json: report) }
      Console.say(report.table.description)
      Console.say("peak of one core: \(Int(report.peakGflops.rounded())) Gflop/s, measured")
    }
  }
}
