import CoppiceCrowds
import CoppiceGridWorld
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

/// That every learner learns, on a world that takes seconds.
@Suite("Learning of every learner")
struct LearningTests {
  /// Four soldiers on each side of a narrow field, of whom a strike kills one.
  private static var skirmish: WorldDescription {
    var soldier = AgentType.soldier
    (soldier.health, soldier.view) = (1, Reach(radius: 3))
    var world = WorldDescription(
      width: 9, height: 8,
      groups: [
        WorldDescription.Group("red", soldier, [.filling(x: 2, y: 2, width: 1, height: 4)]),
        WorldDescription.Group("blue", soldier, [.filling(x: 5, y: 2, width: 1, height: 4)]),
      ])
    world.rules = WorldDescription.battle().rules
    world.stepLimit = 40
    return world
  }

  /// What a side of four earns in a game against one that does anything, on average over many.
  private func earnings(_ policy: any GroupPolicy) throws -> Double {
    let opponent = RandomPolicy()
    let episode = try WorldEpisode(Self.skirmish, key: RandomKey(seed: 11).split(0))
    var sum = 0.0
    for game in 0..<60 {
      let key = RandomKey(seed: 11).split(game)
      try episode.reset(key: key)
      while !episode.isFinished {
        let step = key.split(episode.stepCount)
        policy.act(for: 0, in: episode, key: step.split("own"))
        opponent.act(for: 1, in: episode, key: step.split("other"))
        episode.step()
        sum += episode.rewards(of: 0).reduce(0) { $0 + Double($1) }
        episode.clearDead()
      }
    }
    return sum / 60
  }

  @Test(
    "a side of four that learned earns more than one that does anything",
    arguments: EveryLearnerTests.names, ["dense", "static@50%"])
  func learns(name: String, sparsity: String) throws {
    let pool = WorkerPool(threadCount: 1)
    let world = try GridWorld(Self.skirmish, key: RandomKey(seed: 1))
    var setup = CrowdLearnerSetup(
      AgentShape(of: 0, in: world), key: RandomKey(seed: 3), pool: pool)
    setup.encoder.channels = []
    (setup.encoder.viewUnits, setup.encoder.featureUnits) = (32, 16)
    setup.sparsity = try SparsityExpression(sparsity)
    setup.agentSteps = 20_000
    var options = SmallOptions()
    options.numbers = [
      "batch_size": 128, "history_capacity": 8000, "first_agent_steps": 500,
      "agent_steps_per_update": 16, "exploration_agent_steps": 6000, "sequences": 32,
      "sequence_length": 6, "recurrent_units": 24, "learning_rate": 2e-3,
      "target_update_rate": 0.02, "return_steps": 3, "discount": 0.9, "rollout_steps": 4,
    ]
    let learner = try CrowdLearnerCatalogue.standard.entry(name).learner(options, setup: setup)
    let untrained = try earnings(learner.makePolicy())
    let training = try CrowdTraining(
      Self.skirmish, learners: [learner],
      roles: [CrowdRole(learner: 0), CrowdRole(opponent: RandomPolicy())],
      key: RandomKey(seed: 4), pool: pool)
    while learner.agentSteps < setup.agentSteps { try training.playGame() }
    let (random, trained) = (try earnings(RandomPolicy()), try earnings(learner.makePolicy()))
    // four kills are worth 20
    #expect(trained > max(random, untrained) + 4, "\(random), \(untrained), \(trained)")
  }
}
