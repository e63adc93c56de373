import ArgumentParser
import Coppice

extension SDECommand {
  /// `coppice sde train`.
  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "train",
      abstract: "Lets a model learn to make paths like those of the data.",
      discussion: """
        Some of the paths are held back, to compare with. Values are shifted and scaled to numbers near 1 and \
        times to steps of about 1; both are kept in the run folder, so that samples come out in the units of \
        the data. Ctrl-C, SIGTERM and --minutes end training with a checkpoint, and `coppice resume` goes on \
        from there to the same numbers, bit for bit.

        A CSV file has the columns path, time and one for each channel, and an empty cell where nothing was \
        observed. A safetensors file holds times, [T], and values, [paths, T, channels], with NaN where nothing \
        was observed; the entry channels of its metadata may name the channels, with commas between them.

        Settings may stand in a TOML file, or in a recipe of Coppice (--recipe; `coppice list recipes`); \
        flags override them. --set reaches every setting by its name in files, and with `model_options.` \
        those of the model: `coppice list models --json` has them.

        Examples:

          coppice sde train ou-const --seed 1 --out runs/ou
          coppice sde train my-paths.csv --minutes 20 --sparsity static@80%
          coppice sde train my-paths.safetensors --model latent
          coppice sde train one-long-series.csv --piece 50
          coppice sde train lorenz --set model_options.generator.state=32 --batch 256
        """)

    @Argument(
      help: ArgumentHelp(
        "A data set, or a file of paths. (default: what the recipe says)", valueName: "name-or-file"
      ))
    var data: String?

    @Option(help: "What learns; see `coppice list models`. (default: gan)")
    var model: String?

    @Option(
      help: ArgumentHelp("A TOML file of settings, or a recipe of Coppice.", valueName: "recipe"))
    var recipe: String?

    @Option(
      parsing: .unconditional, help: "Updates in all. (default: 10000)",
      transform: Amount.positive)
    var steps: Int?

    @Option(parsing: .unconditional, help: "Paths of a batch.", transform: Amount.positive)
    var batch: Int?

    @Option(help: "How equations are solved. (default: the model's own)")
    var method: String?

    @OptionGroup var flags: TrainingFlags
    @OptionGroup(title: "Data") var source: Source
    @OptionGroup(title: "Record") var record: Record

    /// What becomes of the data before anything is learned.
    struct Source: ParsableArguments {
      @Option(
        parsing: .unconditional, help: "Paths that are drawn of a data set. (default: as usual)",
        transform: Amount.positive)
      var paths: Int?

      @Option(
        help: ArgumentHelp(
          "What columns beside the time are, in a file without a column path: channels of one path, or paths. (default: channels)",
          valueName: "channels-or-paths"))
      var columns: String?

      @Option(
        parsing: .unconditional,
        help: "Cuts long paths into pieces of so many times, each of which counts as a path.",
        transform: Amount.positive)
      var piece: Int?

      @Option(
        parsing: .unconditional, help: "The share of the paths that is held back. (default: 0.2)",
        transform: Amount.number)
      var testShare: Double?

      @Option(
        parsing: .unconditional,
        help: "The share of the values that is taken away. (default: 0)",
        transform: Amount.number)
      var drop: Double?

      @Option(
        help: ArgumentHelp(
          "By which values channels are shifted and scaled: every-time, first-time or none. (default: every-time)",
          valueName: "values"))
      var normalisation: String?
    }

    /// What is written down, and how often.
    struct Record: ParsableArguments {
      @Option(
        help: ArgumentHelp(
          "The run folder. (default: runs/DATA-MODEL-SPARSITY-sSEED)", valueName: "folder"))
      var out: String?

      @Option(
        parsing: .unconditional,
        help: "Updates between two checkpoints; 0 for one at the end. (default: 500)",
        transform: Amount.whole)
      var checkpointEvery: Int?

      @Option(
        parsing: .unconditional,
        help: "Updates between two evaluations; 0 for none. (default: 1000)",
        transform: Amount.whole)
      var evaluateEvery: Int?

      @Option(
        parsing: .unconditional, help: "Updates between two lines of the log. (default: 10)",
        transform: Amount.positive)
      var logEvery: Int?
    }

    func validate() throws {
      guard data != nil || recipe != nil else {
        throw ValidationError("name a data set, a file of paths or a --recipe")
      }
    }

    func run() throws {
      let settings = try PathTrainingSettings.resolve(recipe: recipe, flags: try named())
      let path = record.out ?? PathRunFolder.unusedPath(for: settings)
      try PathTrainingConduct.conduct(
        PathTraining(settings, at: path), minutes: flags.minutes, quiet: flags.quiet)
    }

    /// The settings that were given as flags, by their names in files.
    private func named() throws -> StructuredValue {
      var values: [String: StructuredValue] = [:]
      values["data"] = data.map(StructuredValue.string)
      values["model"] = model.map(StructuredValue.string)
      values["steps"] = steps.map(StructuredValue.integer)
      values["paths"] = source.paths.map(StructuredValue.integer)
      values["piece"] = source.piece.map(StructuredValue.integer)
      values["columns"] = source.columns.map(StructuredValue.string)
      values["test_share"] = source.testShare.map(StructuredValue.number)
      values["drop"] = source.drop.map(StructuredValue.number)
      values["normalisation"] = source.normalisation.map(StructuredValue.string)
      values["checkpoint_every"] = record.checkpointEvery.map(StructuredValue.integer)
      values["evaluation_every"] = record.evaluateEvery.map(StructuredValue.integer)
      values["log_every"] = record.logEvery.map(StructuredValue.integer)
      var options: [String: StructuredValue] = [:]
      options["batch"] = batch.map(StructuredValue.integer)
      options["method"] = method.map(StructuredValue.string)
      if !options.isEmpty { values["model_options"] = .table(options) }
      return try flags.settings(with: values)
    }
  }
}
