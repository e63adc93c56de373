import ArgumentParser
import Coppice

/// `coppice train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a new agent.",
    discussion: """
      The recipe of the algorithm and the environment gives all settings; --recipe overrides it, \
      flags override both. The run folder records the result: run.toml holds every setting.

      Ctrl-C and SIGTERM end a run with a checkpoint; `coppice resume` goes on from there to the \
      same numbers, bit for bit. So does it after a crash, from the last checkpoint.

      --seeds trains several agents in one process, each on threads and in a run folder of its own, \
      with the same bits as one after the other. One that fails does not stop the others.

      --tune measures for every sparse layer which kernels are the fastest on this machine, and writes \
      the choice into run.toml as [kernels]; a resume uses it and measures nothing. Without it a fixed \
      model of costs decides, so that machines with the same instructions give the same bits.

      --tensorboard writes all that is logged as event files of TensorBoard as well; `tensorboard \
      --logdir runs` shows every run, also while it trains.

      Examples:

        coppice train --env HalfCheetah-v5 --sparsity 2:4
        coppice train --env Pendulum-v1 --sparsity dense --steps 15000 --seed 7
        coppice train --env Hopper-v5 --recipe ds-td3-base --sparsity static
        coppice train --env Hopper-v5 --seeds 1-4 --parallel 2
        coppice train --env Ant-v5 --sparsity 90% --tune
        coppice train --env Hopper-v5 --from runs/Hopper-v5-td3-dense-s1 --sparsity gmp@90%
      """)

  @Option(help: "What learns; see `coppice list algorithms`. (default: td3)")
  var algorithm: String?

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp(
      "The environment; see `coppice list environments`. (default: Pendulum-v1)",
      valueName: "id"))
  var environment: String?

  @Option(
    help: ArgumentHelp(
      "Which weights are kept: dense, 2:4, 2:4x4, rigl@90%, gmp@90%, ds, …; see "
        + "`coppice list sparsity`. (default: dense)"))
  var sparsity: String?

  @Option(
    parsing: .unconditional, help: "Environment steps in all, such as 200000 or 1e6.",
    transform: Amount.positive)
  var steps: Int?

  @Option(
    parsing: .unconditional, help: "The number that all randomness is from. (default: 1)",
    transform: Amount.whole)
  var seed: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Several seeds, each in a run of its own: 1,2 or 1-4 or 1-4,9.", valueName: "list"),
    transform: Amount.distinct)
  var seeds: [Int]?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many of the seeds train at once. (default: as many as have cores)",
      valueName: "count"),
    transform: Amount.positive)
  var parallel: Int?

  @Option(
    parsing: .unconditional,
    help: "Threads that share the work; the result does not depend on them. (default: 1)",
    transform: Amount.positive)
  var threads: Int?

  @Option(
    name: .customLong("out"),
    help: ArgumentHelp(
      "The run folder; with --seeds, each adds -sSEED. "
        + "(default: runs/ENVIRONMENT-ALGORITHM-SPARSITY-sSEED)",
      valueName: "folder"))
  var folder: String?

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp(
      "A run whose networks this one begins with, for pruning and fine-tuning; it also gives "
        + "algorithm, environment and hidden layers where no flag and no --recipe does.",
      valueName: "run"))
  var source: String?

  @Option(
    help: ArgumentHelp(
      "A TOML file of settings, or the name of a recipe; see `coppice list recipes`.",
      valueName: "file"))
  var recipe: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Environment steps between two checkpoints; 0 for one at the end only.", valueName: "steps"),
    transform: Amount.whole)
  var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many checkpoints stay. (default: 2)", valueName: "count"),
    transform: Amount.positive)
  var keep: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Environment steps between two evaluations; 0 for none.", valueName: "steps"),
    transform: Amount.whole)
  var evaluateEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Episodes of an evaluation. (default: 10)", valueName: "count"),
    transform: Amount.positive)
  var episodes: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Units of each hidden layer. (default: 256,256)", valueName: "units"),
    transform: Amount.list)
  var hidden: [Int]?

  @Option(
    name: .customLong("envs"), parsing: .unconditional,
    help: ArgumentHelp(
      "Copies of the environment that step together. (default: 1)", valueName: "count"),
    transform: Amount.positive)
  var environments: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Environment steps with random actions, before learning.", valueName: "steps"),
    transform: Amount.whole)
  var warmUpSteps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Gradient steps for each environment step. (default: 1)", valueName: "ratio"),
    transform: Amount.number)
  var updateToData: Double?

  @Option(
    help: ArgumentHelp(
      "constant, linear (to 0) or linear:0.1 (to a tenth). (default: constant)",
      valueName: "schedule"))
  var learningRateSchedule: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most transitions remembered. (default: 1e6)", valueName: "count"),
    transform: Amount.positive)
  var replayCapacity: Int?

  @Option(
    help: ArgumentHelp(
      "Instructions of the kernels; see `coppice doctor`. (default: auto)", valueName: "name"))
  var instructionSet: String?

  @Flag(help: "Measures first which kernels are the fastest for each sparse layer.")
  var tune = false

  @Flag(help: "Writes metrics and evaluations for TensorBoard as well, into the run folder.")
  var tensorboard = false

  @Option(
    help: ArgumentHelp(
      "What products multiply: float32 or bf16, whose sums are in float32 as well. "
        + "(default: float32)",
      valueName: "name"))
  var precision: String?

  @Flag(help: "Shows no progress; errors and warnings still appear.")
  var quiet = false

  func validate() throws {
    if seed != nil, seeds != nil {
      throw ValidationError("--seed and --seeds exclude each other; give one of them")
    }
    if parallel != nil, seeds == nil {
      throw ValidationError("--parallel says how many of the --seeds train at once; give --seeds")
    }
  }

  func run() throws {
    guard let seeds else {
      let configuration = try tuned([try configuration(seed)])[0]
      return try Training.conduct(try start(configuration, from: initialWeights()), quiet: quiet)
    }
    var configurations = try seeds.map { try configuration($0) }
    // said before any folder is made
    for path in configurations.compactMap(namedFolder) where RunKind.agent.isHeld(by: path) {
      throw UserError(
        .configuration, found: "\(path) already holds a run", action: "choose another --out")
    }
    configurations = try tuned(configurations)
    let initial = try initialWeights()
    let runs = try configurations.map { try start($0, from: initial) }
    let threads = configurations[0].threads
    try Training.conduct(
      runs, atOnce: parallel ?? max(1, availableCoreCount() / threads), quiet: quiet)
  }

  private func configuration(_ seed: Int?) throws -> RunConfiguration {
    // a run that begins with the networks of another one is of the same kind, where nothing else is said
    let model = try source.map { try RunFolder(opening: $0).configuration() }
    return try RunConfiguration.resolve(
      algorithm: algorithm, environment: environment, recipe: recipe, flags: flags(seed),
      like: model)
  }

  /// The configurations with one table of kernels, measured where that is asked for: seeds have the
  /// same layers.
  private func tuned(_ configurations: [RunConfiguration]) throws -> [RunConfiguration] {
    guard tune, let first = configurations.first else { return configurations }
    let kernels = try first.tuned().kernels
    if !quiet {
      for (layer, plan) in kernels.plans.sorted(by: { $0.key < $1.key }) {
        Console.complain("tuned: \(layer) runs by \(plan)")
      }
    }
    return configurations.map { configuration in
      var configuration = configuration
      configuration.kernels = kernels
      return configuration
    }
  }

  /// The networks to begin with, where a run was named.
  private func initialWeights() throws -> InitialWeights? {
    try source.map { try InitialWeights(run: $0) }
  }

  /// The folder that was asked for, for one of the seeds.
  private func namedFolder(_ configuration: RunConfiguration) -> String? {
    folder.map { seeds == nil ? $0 : "\($0)-s\(configuration.seed)" }
  }

  /// Starts in the folder asked for, or in the first free one, which others may take meanwhile.
  private func start(
    _ configuration: RunConfiguration, from initial: InitialWeights?
  ) throws -> TrainingRun {
    if let folder = namedFolder(configuration) {
      return try TrainingRun(configuration, at: folder, from: initial)
    }
    for _ in 0..<100 {
      let path = RunFolder.unusedPath(for: configuration)
      do {
        return try TrainingRun(configuration, at: path, from: initial)
      } catch {
        guard RunKind.agent.isHeld(by: path) else { throw error }
      }
    }
    throw UserError(
      .file, found: "every free folder in runs/ was taken at once", action: "name one with --out")
  }

  /// The settings that were given as flags, by their names in recipes.
  private func flags(_ seed: Int?) -> StructuredValue {
    var values: [String: StructuredValue] = [:]
    values["sparsity"] = sparsity.map(StructuredValue.string)
    values["steps"] = steps.map(StructuredValue.integer)
    values["seed"] = seed.map(StructuredValue.integer)
    values["threads"] = threads.map(StructuredValue.integer)
    values["checkpoint_every"] = checkpointEvery.map(StructuredValue.integer)
    values["keep"] = keep.map(StructuredValue.integer)
    values["evaluation_every"] = evaluateEvery.map(StructuredValue.integer)
    values["evaluation_episodes"] = episodes.map(StructuredValue.integer)
    values["hidden"] = hidden.map { .array($0.map(StructuredValue.integer)) }
    values["environments"] = environments.map(StructuredValue.integer)
    values["warm_up_steps"] = warmUpSteps.map(StructuredValue.integer)
    values["update_to_data"] = updateToData.map(StructuredValue.number)
    values["learning_rate_schedule"] = learningRateSchedule.map(StructuredValue.string)
    values["replay_capacity"] = replayCapacity.map(StructuredValue.integer)
    values["instruction_set"] = instructionSet.map(StructuredValue.string)
    values["precision"] = precision.map(StructuredValue.string)
    if tensorboard { values["tensorboard"] = .bool(true) }
    return .table(values)
  }
}
