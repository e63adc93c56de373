public import CoppiceGridWorld
public import CoppiceRandom
public import CoppiceTensors

/// A learner that plays all groups of a world against itself, and learns from what every agent did.
///
/// Checkpoints are taken between games; what follows one does not depend on how often the training was
/// interrupted, nor on the number of threads.
///
/// ## Randomness
/// The key alone: games, exploration and batches each have keys of their own, by their number.
///
/// ## Source
/// The training of MAgent's battle (Zheng et al. 2018, arXiv 1712.00600).
/// **Differences**: learns during the games, where the source learns after each; every agent is recorded.
public final class SelfPlay {
  /// How the training goes.
  public struct Schedule: Codable, Sendable, Equatable {
    /// Steps after which a game is cut short; at least 1.
    public var stepLimit = 400
    /// Agents' steps for each update; at least 1.
    public var agentStepsPerUpdate = 128
    /// Agents' steps before the first update.
    public var firstAgentSteps = 5000
    /// ε at the beginning, in [0, 1].
    public var initialExploration = 1.0
    /// ε at the end.
    public var finalExploration = 0.05
    /// Agents' steps over which ε falls evenly; at least 1.
    public var explorationAgentSteps = 500_000
    /// What rewards are multiplied by for learning; positive.
    public var rewardScale = 1.0

    /// The values above.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case stepLimit = "step_limit"
      case agentStepsPerUpdate = "agent_steps_per_update"
      case firstAgentSteps = "first_agent_steps"
      case initialExploration = "initial_exploration"
      case finalExploration = "final_exploration"
      case explorationAgentSteps = "exploration_agent_steps"
      case rewardScale = "reward_scale"
    }

    /// ε after so many agents' steps.
    public func exploration(after agentSteps: Int) -> Double {
      let progress = min(1, Double(agentSteps) / Double(max(1, explorationAgentSteps)))
      return initialExploration + (finalExploration - initialExploration) * progress
    }
  }

  /// The learner.
  public let learner: DQN
  /// How the training goes.
  public let schedule: Schedule
  /// What is played.
  public let description: WorldDescription
  /// Games so far.
  public private(set) var games = 0
  /// Steps of agents so far.
  public private(set) var agentSteps = 0
  /// Updates so far.
  public private(set) var updates = 0

  private let key: RandomKey
  private let policy: LearnedPolicy
  /// For each agent by its number: the row of what it saw last, or −1.
  private var rows: [Int] = []

  /// A training from its parts.
  ///
  /// - Precondition: The groups of the world see and do alike, as `learner`'s network reads it.
  public init(
    _ description: WorldDescription, learner: DQN, schedule: Schedule = Schedule(), key: RandomKey
  ) {
    (self.description, self.learner, self.schedule, self.key) = (
      description, learner, schedule, key
    )
    policy = LearnedPolicy(learner)
  }

  /// Plays and learns from one game.
  ///
  /// - Returns: What agents earned in it, on average over all agents' steps.
  /// - Throws: `UserError` of kind `configuration` when the description makes no sense.
  @discardableResult
  public func playGame() throws(UserError) -> Double {
    let key = key.split("games").split(games)
    let game = try CrowdGame(
      description, stepLimit: schedule.stepLimit, key: key.split("world"), pool: learner.pool)
    rows = [Int](repeating: -1, count: game.world.groups.reduce(0) { $0 + $1.count })
    var (earned, before) = (0.0, agentSteps)
    var pending: [Step] = []
    while !game.isFinished {
      policy.exploration = schedule.exploration(after: agentSteps)
      let step = key.split("steps").split(game.world.stepCount)
      see(game, pending) { group, body in
        policy.act(for: group, in: game, key: step.split(group), body)
      }
      pending = note(game)
      earned += pending.reduce(0) { $0 + Double($1.reward) }
      agentSteps += pending.count
      game.world.clearDead()
      learn()
    }
    see(game, pending) { group, body in policy.observe(group, in: game, body) }
    games += 1
    before = agentSteps - before
    return earned / Double(max(1, before))
  }

  /// What an agent did at a row, while it is not known yet what it saw next.
  private struct Step {
    var number: Int
    var row: Int
    var action: Int
    var reward: Float
  }

  /// Opens rows for all that everybody sees, and links those of the step before to them.
  private func see(
    _ game: CrowdGame, _ pending: [Step],
    _ observe: (
      _ group: Int, _ body: (_ panels: Panels<Float>, _ first: Int, _ count: Int) -> Void
    ) -> Void
  ) {
    for group in 0..<game.groupCount {
      let numbers = game.world.numbers(of: group)
      observe(group) { panels, first, count in
        for sample in 0..<count {
          rows[numbers[first + sample]] = learner.history.open(panels, sample: sample)
        }
      }
    }
    for step in pending {
      learner.history.link(
        step.row, to: rows[step.number], action: step.action, reward: step.reward)
    }
  }

  /// Steps the world, and notes what came of it: at once for those that died.
  private func note(_ game: CrowdGame) -> [Step] {
    let world = game.world
    // what agents do is forgotten by the step
    let actions = (0..<game.groupCount).map { group in
      (0..<game.agentCount(of: group)).map { Int(game.actions(of: group)[$0]) }
    }
    world.step()
    var pending: [Step] = []
    for group in 0..<game.groupCount {
      let (numbers, rewards, alive) = (
        world.numbers(of: group), world.rewards(of: group), world.isAlive(of: group)
      )
      for agent in numbers.indices {
        let step = Step(
          number: numbers[agent], row: rows[numbers[agent]], action: actions[group][agent],
          reward: rewards[agent] * Float(schedule.rewardScale))
        if alive[agent] {
          pending.append(step)
        } else {
          learner.history.end(step.row, action: step.action, reward: step.reward)
        }
      }
    }
    return pending
  }

  /// Updates as often as agents' steps are due to be learned from.
  private func learn() {
    let due = (agentSteps - schedule.firstAgentSteps) / schedule.agentStepsPerUpdate
    while updates < due {
      updates += 1
      learner.update(step: updates, key: key.split("updates").split(updates))
    }
  }
}

extension SelfPlay: Checkpointable {
  /// Saves the learner and how far the training is.
  public func save(into tensors: inout NamedTensors) {
    var own = NamedTensors()
    learner.save(into: &own)
    tensors.merge(own, prefix: "learner")
    tensors.set("progress", [Int64(games), Int64(agentSteps), Int64(updates)])
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    let progress: [Int64] = try tensors.get("progress")
    guard progress.count == 3 else {
      throw UserError(
        .checkpoint, found: "\(progress.count) numbers of progress", expected: "3",
        action: "use a checkpoint that was not altered")
    }
    try learner.restore(from: tensors.under("learner"))
    (games, agentSteps, updates) = (Int(progress[0]), Int(progress[1]), Int(progress[2]))
  }
}
