import ArgumentParser
import Coppice

/// `coppice world`.
struct WorldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "world",
    abstract: "Trains and judges the agents of worlds of many agents.",
    discussion: """
      Examples:

        coppice world train battle --seed 1 --minutes 20 --out battle.safetensors
        coppice world evaluate battle.safetensors --opponent nearest
      """,
    subcommands: [Train.self, Evaluate.self])
}

extension WorldCommand {
  /// `coppice world train`.
  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets one network play all groups of a world, and learn from it.",
      discussion: """
        All soldiers of both sides share a dueling double DQN. Steps count those of every soldier. The \
        policy is written at the end, or when the minutes are used up.

        Example:

          coppice world train battle --seed 1 --sparsity static@80% --steps 2e6 --out battle.safetensors
        """)

    @Argument(help: ArgumentHelp("Which world: battle.", valueName: "world"))
    var world: String

    @Option(parsing: .unconditional, help: "Everything random.", transform: Amount.whole)
    var seed = 0

    @Option(help: ArgumentHelp("Which weights are kept.", valueName: "expression"))
    var sparsity = "dense"

    @Option(parsing: .unconditional, help: "Soldiers' steps.", transform: Amount.positive)
    var steps = 2_000_000

    @Option(parsing: .unconditional, help: "Minutes at most.", transform: Amount.positive)
    var minutes: Int?

    @Option(parsing: .unconditional, help: "Cells of a side.", transform: Amount.positive)
    var size = 40

    @Option(parsing: .unconditional, help: "Threads.", transform: Amount.positive)
    var threads = 2

    @Option(parsing: .unconditional, help: "Samples of a batch.", transform: Amount.positive)
    var batch: Int?

    @Option(parsing: .unconditional, help: "Rewards of a return.", transform: Amount.positive)
    var returnSteps: Int?

    @Option(
      parsing: .unconditional, help: "Soldiers' steps per update.", transform: Amount.positive)
    var stepsPerUpdate: Int?

    @Option(parsing: .unconditional, help: "The learning rate.", transform: Amount.number)
    var learningRate: Double?

    @Option(parsing: .unconditional, help: "γ.", transform: Amount.number)
    var discount: Double?

    @Option(
      parsing: .unconditional, help: "Soldiers' steps until hardly any are random.",
      transform: Amount.positive)
    var explorationSteps: Int?

    @Option(help: ArgumentHelp("Where the policy goes.", valueName: "file"))
    var out = "battle.safetensors"

    func run() throws {
      guard world == "battle", threads <= 256 else {
        throw ValidationError("the world is battle, and --threads is from 1 to 256")
      }
      let settings = settings
      let training = try settings.training(pool: WorkerPool(threadCount: threads))
      let clock = ContinuousClock()
      let start = clock.now
      while training.agentSteps < steps,
        minutes.map({ clock.now - start < .seconds(60 * $0) }) ?? true
      {
        let reward = try training.playGame()
        Console.say(
          "game \(training.games): \(training.agentSteps) steps, \(training.updates) updates, reward "
            + "\((reward * 1e4).rounded() / 1e4), loss \(Float(training.learner.loss)), "
            + "\((clock.now - start).components.seconds) s")
      }
      try BattlePolicy.write(training, settings, to: out)
      Console.say("wrote \(out)")
    }

    private var settings: BattleSettings {
      var settings = BattleSettings()
      (settings.size, settings.sparsity, settings.agentSteps) = (size, sparsity, steps)
      settings.seed = UInt64(seed)
      if let batch { settings.dqn.batchSize = batch }
      if let returnSteps { settings.dqn.returnSteps = returnSteps }
      if let learningRate { settings.dqn.learningRate = learningRate }
      if let discount { settings.dqn.discount = discount }
      if let stepsPerUpdate { settings.schedule.agentStepsPerUpdate = stepsPerUpdate }
      if let explorationSteps { settings.schedule.explorationAgentSteps = explorationSteps }
      return settings
    }
  }

  /// `coppice world evaluate`.
  struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets a policy play against an opponent, from either side by turns.",
      discussion: """
        The opponent is `random`; `nearest`, who goes to the nearest enemy and strikes; or another policy's \
        file. Who has more survivors has won.

        Example:

          coppice world evaluate battle.safetensors --opponent nearest --games 50
        """)

    @Argument(help: ArgumentHelp("The policy.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Who plays against it.", valueName: "opponent"))
    var opponent = "random"

    @Option(parsing: .unconditional, help: "How many games.", transform: Amount.positive)
    var games = 20

    @Option(parsing: .unconditional, help: "Everything random.", transform: Amount.whole)
    var seed = 1

    @Option(parsing: .unconditional, help: "Threads.", transform: Amount.positive)
    var threads = 2

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
      let policy = try BattlePolicy(path: file, pool: WorkerPool(threadCount: threads))
      let match = try BattlePolicy.match(
        policy.learner, policy.settings, against: opponent, games: games,
        key: RandomKey(seed: UInt64(seed)))
      let report = MatchReport(match, policy: file, opponent: opponent)
      if json { return try Console.say(json: report) }
      Console.say(report.description)
    }
  }
}
