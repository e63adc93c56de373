import ArgumentParser
import Coppice

extension WorldCommand {
  /// `coppice world train`.
  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "train",
      abstract: "Lets the groups of a world learn from what their agents do.",
      discussion: """
        All agents of a group share a network, and so do groups that are alike, such as the two sides of a \
        battle; --apart gives each group its own. Steps count those of every agent that learns. The run folder \
        records the result; Ctrl-C, SIGTERM and --minutes end it after a game with a checkpoint, and \
        `coppice resume` goes on from there to the same numbers, bit for bit.

        --opponent has a group played by others: random, nearest, still, a run folder or the file of a policy; \
        with @P% in a share of the games, and otherwise always, so that nobody learns to play it.

        Settings may stand in a TOML file (--settings); flags override it. --set reaches every setting by its \
        name in files, and with `learner_options.` those of the learner: `coppice list learners --json` has them.

        Examples:

          coppice world train battle --seed 1 --sparsity static@80% --steps 2e6
          coppice world train pursuit --opponent prey=random --out runs/predators
          coppice world train battle --opponent blue=nearest@25% --minutes 20
          coppice world train tiger-deer --channels none --units 128
        """)

    @Argument(help: ArgumentHelp("A world of Coppice, or a file.", valueName: "name-or-file"))
    var world: String

    @Option(help: ArgumentHelp("A TOML file of settings.", valueName: "file"))
    var settings: String?

    @Option(help: "What learns; see `coppice list learners`. (default: dqn)")
    var learner: String?

    @Option(
      parsing: .unconditional,
      help: "Steps of agents that learn; the last game is played to its end. (default: 2e6)",
      transform: Amount.positive)
    var steps: Int?

    @Option(
      parsing: .unconditional, help: "Cells of a side. (default: as usual)",
      transform: Amount.positive)
    var size: Int?

    @Option(
      parsing: .unconditional,
      help: "So many agents in all, anywhere, in a world as large as they need.",
      transform: Amount.positive)
    var agents: Int?

    @Option(help: ArgumentHelp("With --agents: how many for each cell.", valueName: "agents"))
    var density: Double?

    @Flag(help: "Has views show a small map of the world besides, and tells agents where they are.")
    var minimap = false

    @Option(
      parsing: .unconditional, help: "Steps after which a game is cut short. (default: 400)",
      transform: Amount.positive)
    var stepLimit: Int?

    @Option(
      name: .customLong("opponent"),
      help: ArgumentHelp(
        "Who plays a group: GROUP=WHO, or GROUP=WHO@P% of the games; may be repeated.",
        valueName: "group=who"))
    var opponents: [String] = []

    @Flag(help: "Gives every group a learner of its own, also those that are alike.")
    var apart = false

    @OptionGroup var flags: TrainingFlags
    @OptionGroup(title: "Learning") var learning: Learning
    @OptionGroup(title: "Record") var record: Record

    /// Hyper-parameters that have flags.
    struct Learning: ParsableArguments {
      @Option(parsing: .unconditional, help: "Samples of a batch.", transform: Amount.positive)
      var batch: Int?

      @Option(parsing: .unconditional, help: "Rewards of a return.", transform: Amount.positive)
      var returnSteps: Int?

      @Option(
        parsing: .unconditional, help: "Agents' steps per update.", transform: Amount.positive)
      var stepsPerUpdate: Int?

      @Option(parsing: .unconditional, help: "The learning rate.", transform: Amount.number)
      var learningRate: Double?

      @Option(parsing: .unconditional, help: "γ.", transform: Amount.number)
      var discount: Double?

      @Option(
        parsing: .unconditional, help: "Agents' steps until hardly any are random.",
        transform: Amount.positive)
      var explorationSteps: Int?

      @Option(
        help: ArgumentHelp(
          "Channels of each convolution, or none for a dense layer. (default: 32,32)",
          valueName: "channels"))
      var channels: String?

      @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
          "Units behind the view and behind the features. (default: 256)", valueName: "units"),
        transform: Amount.positive)
      var units: Int?

      @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Units of each layer behind both.", valueName: "units"),
        transform: Amount.list)
      var hidden: [Int]?
    }

    /// What is written down, and how often.
    struct Record: ParsableArguments {
      @Option(
        help: ArgumentHelp(
          "The run folder. (default: runs/WORLD-LEARNER-SPARSITY-sSEED)", valueName: "folder"))
      var out: String?

      @Option(
        parsing: .unconditional,
        help: "Agents' steps between two checkpoints; 0 for one at the end. (default: 250000)",
        transform: Amount.whole)
      var checkpointEvery: Int?

      @Option(
        parsing: .unconditional,
        help: "Agents' steps between two evaluations; 0 for none. (default: 250000)",
        transform: Amount.whole)
      var evaluateEvery: Int?

      @Option(
        name: .customLong("games"), parsing: .unconditional,
        help: "Games of an evaluation against each opponent. (default: 10)",
        transform: Amount.positive)
      var games: Int?
    }

    func run() throws {
      let settings = try WorldTrainingSettings.resolve(file: settings, flags: try named())
      let path = record.out ?? WorldRunFolder.unusedPath(for: settings)
      try WorldTrainingConduct.conduct(
        WorldTraining(settings, at: path), minutes: flags.minutes, quiet: flags.quiet)
    }

    /// The settings that were given as flags, by their names in files.
    private func named() throws -> StructuredValue {
      var values: [String: StructuredValue] = ["world": .string(world)]
      values["learner"] = learner.map(StructuredValue.string)
      values["steps"] = steps.map(StructuredValue.integer)
      values["size"] = size.map(StructuredValue.integer)
      values["agents"] = agents.map(StructuredValue.integer)
      values["density"] = density.map(StructuredValue.number)
      if minimap { values["minimap"] = .bool(true) }
      values["step_limit"] = stepLimit.map(StructuredValue.integer)
      if !opponents.isEmpty {
        values["opponents"] = .array(opponents.map(StructuredValue.string))
      }
      if apart { values["apart"] = .bool(true) }
      values["checkpoint_every"] = record.checkpointEvery.map(StructuredValue.integer)
      values["evaluation_every"] = record.evaluateEvery.map(StructuredValue.integer)
      values["evaluation_games"] = record.games.map(StructuredValue.integer)
      let (options, network) = (learning.options, try learning.network())
      if !options.isEmpty { values["learner_options"] = .table(options) }
      if !network.isEmpty { values["network"] = .table(network) }
      return try flags.settings(with: values)
    }
  }
}

extension WorldCommand.Train.Learning {
  /// Hyper-parameters by their names in files.
  fileprivate var options: [String: StructuredValue] {
    var values: [String: StructuredValue] = [:]
    values["batch_size"] = batch.map(StructuredValue.integer)
    values["return_steps"] = returnSteps.map(StructuredValue.integer)
    values["agent_steps_per_update"] = stepsPerUpdate.map(StructuredValue.integer)
    values["learning_rate"] = learningRate.map(StructuredValue.number)
    values["discount"] = discount.map(StructuredValue.number)
    values["exploration_agent_steps"] = explorationSteps.map(StructuredValue.integer)
    return values
  }

  /// Sizes of networks by their names in files.
  fileprivate func network() throws -> [String: StructuredValue] {
    var values: [String: StructuredValue] = [:]
    if let channels {
      let sizes = channels == "none" ? [] : try? Amount.list(channels)
      guard let sizes else {
        throw ValidationError("--channels is \(channels); expected none, or sizes such as 32,32")
      }
      values["channels"] = .array(sizes.map(StructuredValue.integer))
    }
    if let units {
      values["view_units"] = .integer(units)
      values["feature_units"] = .integer(units)
    }
    values["hidden"] = hidden.map { .array($0.map(StructuredValue.integer)) }
    return values
  }
}
