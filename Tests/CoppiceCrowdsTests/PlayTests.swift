import CoppiceCrowds
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Policies that never learn")
struct PlayTests {
  /// Two soldiers of one group and an enemy, at places in a field of 12 × 12.
  private func field(
    _ own: [Placement.Place], _ enemies: [Placement.Place]
  ) throws -> WorldEpisode {
    let world = WorldDescription(
      width: 12, height: 12,
      groups: [
        WorldDescription.Group("red", .soldier, [.at(own)]),
        WorldDescription.Group("blue", .soldier, [.at(enemies)]),
      ])
    return try WorldEpisode(world, stepLimit: 100, key: RandomKey(seed: 1))
  }

  @Test("the scripted opponent strikes who is beside it, and else goes to the nearest enemy")
  func nearest() throws {
    let episode = try field([.init(5, 5), .init(2, 2)], [.init(6, 6), .init(10, 2)])
    NearestEnemyPolicy().act(for: 0, in: episode, key: RandomKey(seed: 1))
    let space = episode.groups[0].actions
    let actions = episode.actions(of: 0)
    // to the lower right is the last of eight attacks
    #expect(Int(actions[0]) == space.firstAttack + 7)
    // (6, 6) is nearer than (10, 2), and of the moves within 2 the diagonal one gains most
    let move = space.moves[Int(actions[1])]
    #expect((move.x, move.y) == (1, 1))
  }

  @Test("who stays still has no action, whatever was there before")
  func still() throws {
    let episode = try field([.init(5, 5), .init(2, 2)], [.init(6, 6)])
    RandomPolicy().act(for: 0, in: episode, key: RandomKey(seed: 1))
    StillPolicy().act(for: 0, in: episode, key: RandomKey(seed: 1))
    #expect(episode.actions(of: 0).allSatisfy { $0 == -1 })
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

  @Test("every line of the catalogue plays, and a world can be played without its episode")
  func players() throws {
    for entry in ScriptedPolicyCatalogue.standard.entries {
      let world = try GridWorld(.battle(size: 16), key: RandomKey(seed: 1))
      let policy = try #require(ScriptedPolicyCatalogue.standard.policy(entry.name))
      let players = GroupPlayers([policy, policy], key: RandomKey(seed: 2))
      let before = world.digest
      for _ in 0..<3 {
        players.choose(in: world)
        world.step()
      }
      #expect(world.stepCount == 3)
      #expect(world.digest != before)
    }
    #expect(ScriptedPolicyCatalogue.standard.policy("chess") == nil)
  }
}
