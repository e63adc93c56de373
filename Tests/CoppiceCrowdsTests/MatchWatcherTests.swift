import CoppiceCrowds
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("A match that is watched")
struct MatchWatcherTests {
  /// Remembers what it is shown.
  private final class Notes: MatchWatcher {
    var sides: [Int] = []
    var steps: [Int] = []
    var deaths = 0
    var survivors: [[Int]] = []
    var mostGames = Int.max

    func begin(_ game: WorldEpisode, number: Int, side: Int) {
      #expect(number == sides.count && game.stepCount == 0)
      sides.append(side)
      steps.append(0)
    }

    func see(_ game: WorldEpisode) throws(UserError) {
      steps[steps.count - 1] += 1
      #expect(game.stepCount == steps.last)
      // the dead of the step are still there
      deaths += game.groups.reduce(0) { $0 + $1.deadCount }
      guard sides.count <= mostGames else {
        throw UserError(.file, found: "enough", action: "stop")
      }
    }

    func end(_ game: WorldEpisode) {
      #expect(game.isFinished)
      survivors.append(game.groups.map(\.livingCount))
    }
  }

  private func play(_ watcher: Notes?) throws -> Match {
    try Match.play(
      .battle(size: 16), stepLimit: 60, games: 5, NearestEnemyPolicy(), against: RandomPolicy(),
      key: RandomKey(seed: 2), pool: WorkerPool(threadCount: 1), watcher: watcher)
  }

  @Test("every step of every game is shown, and each game has a result")
  func everyStep() throws {
    let notes = Notes()
    let match = try play(notes)
    #expect(notes.sides == [0, 1, 0, 1, 0] && match.results.map(\.side) == notes.sides)
    #expect(match.results.map(\.steps) == notes.steps)
    for (game, survivors) in zip(match.results, notes.survivors) {
      #expect([game.survivors, game.enemies] == [survivors[game.side], survivors[1 - game.side]])
    }
    #expect(match.results.reduce(0) { $0 + $1.survivors } == match.survivors)
    #expect(match.results.reduce(0) { $0 + $1.enemies } == match.enemies)
    #expect(match.results.count { $0.survivors > $0.enemies } == match.won)
    let soldiers = try GridWorld(.battle(size: 16), key: RandomKey(seed: 1)).groups.reduce(0) {
      $0 + $1.count
    }
    #expect(notes.deaths == 5 * soldiers - match.survivors - match.enemies && notes.deaths > 0)
    #expect(try play(nil) == match)
  }

  @Test("what a watcher throws ends the match")
  func throwing() throws {
    let notes = Notes()
    notes.mostGames = 2
    #expect { try play(notes) } throws: { ($0 as? UserError)?.found == "enough" }
    #expect(notes.sides.count == 3)
  }
}
