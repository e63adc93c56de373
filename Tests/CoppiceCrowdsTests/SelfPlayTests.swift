import CoppiceCrowds
import CoppiceGridWorld
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Self-play")
struct SelfPlayTests {
  private func training(threads: Int) throws -> SelfPlay {
    var battle = WorldDescription.battle(size: 16)
    battle.groups[0].type.health = 1
    battle.groups[1].type.health = 1
    let pool = WorkerPool(threadCount: threads)
    let world = try GridWorld(battle, key: RandomKey(seed: 1))
    var shape = CrowdGame.shape(of: 0, in: world)
    shape.convolutions = [ConvolutionShape(size: 3, stride: 3, channels: 4)]
    (shape.viewUnits, shape.featureUnits) = (16, 16)
    var configuration = DQN.Configuration()
    (configuration.batchSize, configuration.historyCapacity) = (150, 900)
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression("set@80%"), horizon: 100
    ).rule
    var schedule = SelfPlay.Schedule()
    (schedule.stepLimit, schedule.firstAgentSteps, schedule.agentStepsPerUpdate) = (40, 100, 50)
    schedule.explorationAgentSteps = 2000
    return SelfPlay(
      battle,
      learner: try DQN(
        configuration, shape: shape, rule: rule, key: RandomKey(seed: 3), pool: pool,
        // fewer than there are agents of a group would be the point of it in a large world
        evaluationSize: 64), schedule: schedule, key: RandomKey(seed: 4))
  }

  private func saved(_ training: SelfPlay) -> NamedTensors {
    var tensors = NamedTensors()
    training.save(into: &tensors)
    return tensors
  }

  @Test("any number of threads, and saving between games, give the same bits")
  func bits() throws {
    let straight = try training(threads: 1)
    for _ in 0..<4 { try straight.playGame() }
    #expect(straight.updates > 10)
    #expect(straight.agentSteps > 4 * 100)
    let first = try training(threads: 2)
    try first.playGame()
    let second = try training(threads: 3)
    try second.restore(from: saved(first))
    for _ in 0..<3 { try second.playGame() }
    #expect(saved(second) == saved(straight))
  }

  /// Two soldiers of one group and an enemy, at places in a field of 12 × 12.
  private func field(_ own: [Placement.Place], _ enemies: [Placement.Place]) throws -> CrowdGame {
    let world = WorldDescription(
      width: 12, height: 12,
      groups: [
        WorldDescription.Group("red", .soldier, [.at(own)]),
        WorldDescription.Group("blue", .soldier, [.at(enemies)]),
      ])
    return try CrowdGame(
      world, stepLimit: 100, key: RandomKey(seed: 1), pool: WorkerPool(threadCount: 1))
  }

  @Test("the scripted opponent strikes who is beside it, and else goes to the nearest enemy")
  func nearest() throws {
    let game = try field([.init(5, 5), .init(2, 2)], [.init(6, 6), .init(10, 2)])
    NearestEnemyPolicy().act(for: 0, in: game, key: RandomKey(seed: 1))
    let space = game.world.groups[0].actions
    let actions = game.actions(of: 0)
    // to the lower right is the last of eight attacks
    #expect(Int(actions[0]) == space.firstAttack + 7)
    // (6, 6) is nearer than (10, 2), and of the moves within 2 the diagonal one gains most
    let move = space.moves[Int(actions[1])]
    #expect((move.x, move.y) == (1, 1))
  }

  @Test("the scripted opponent beats one that does anything, from either side")
  func match() throws {
    let pool = WorkerPool(threadCount: 1)
    let found = try Match.play(
      .battle(size: 20), stepLimit: 200, games: 6, NearestEnemyPolicy(), against: RandomPolicy(),
      key: RandomKey(seed: 2), pool: pool)
    #expect(found.games == 6)
    #expect(found.won == 6)
    #expect(found.winRate == 1)
    #expect(found.survivors > found.enemies)
    let reversed = try Match.play(
      .battle(size: 20), stepLimit: 200, games: 6, RandomPolicy(), against: NearestEnemyPolicy(),
      key: RandomKey(seed: 2), pool: pool)
    #expect(reversed.lost == 6)
  }
}
