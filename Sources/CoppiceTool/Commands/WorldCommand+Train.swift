import ArgumentParser
import Coppice

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
        let groups = try training.playGame().groups
        let reward =
          groups.reduce(0) { $0 + $1.reward }
          / Double(max(1, groups.reduce(0) { $0 + $1.agentSteps }))
        let measured = training.learners[0].measurements.map { "\($0.name) \(Float($0.value))" }
        Console.say(
          "game \(training.games): \(training.agentSteps) steps, \(training.updates) updates, reward "
            + "\((reward * 1e4).rounded() / 1e4), \(measured.joined(separator: ", ")), "
            + "\((clock.now - start).components.seconds) s")
      }
      try BattlePolicy.write(training, settings, to: out)
      Console.say("wrote \(out)")
    }

    private var settings: BattleSettings {
      var settings = BattleSettings()
      (settings.size, settings.sparsity, settings.agentSteps) = (size, sparsity, steps)
      settings.seed = UInt64(seed)
      if let batch { settings.dqn.dqn.batchSize = batch }
      if let returnSteps { settings.dqn.dqn.returnSteps = returnSteps }
      if let learningRate { settings.dqn.dqn.learningRate = learningRate }
      if let discount { settings.dqn.dqn.discount = discount }
      if let stepsPerUpdate { settings.dqn.schedule.agentStepsPerUpdate = stepsPerUpdate }
      if let explorationSteps { settings.dqn.schedule.explorationAgentSteps = explorationSteps }
      return settings
    }
  }
}
