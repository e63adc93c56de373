import CoppiceRandom
import CoppiceReports
import Foundation
import Testing

@Suite("Ratings")
struct RatingTests {
  private func pair(_ first: Int, _ second: Int, _ won: Int, _ drawn: Int, _ lost: Int)
    -> PairedGames.Pair
  {
    var pair = PairedGames.Pair(first, second)
    (pair.won, pair.drawn, pair.lost) = (won, drawn, lost)
    return pair
  }

  private func rate(
    _ players: Int, _ pairs: [PairedGames.Pair], anchor: Int? = nil, seed: UInt64 = 1
  ) -> [Estimate] {
    EloRating(key: RandomKey(seed: seed), anchor: anchor, resampleCount: 400).estimates(
      of: PairedGames(playerCount: players, pairs))
  }

  @Test(
    "Wilson's interval, worked out by hand",
    arguments: [
      (8.0, 10, 0.4902, 0.9433), (0.0, 10, 0.0, 0.2775), (10.0, 10, 0.7225, 1.0),
      (5.0, 10, 0.2366, 0.7634), (0.0, 0, 0.0, 1.0), (90.5, 100, 0.8317, 0.9484),
    ])
  func wilson(successes: Double, trials: Int, low: Double, high: Double) {
    let interval = Interval(wilson: successes, of: trials)
    #expect(abs(interval.low - low) < 5e-5 && abs(interval.high - high) < 5e-5, "\(interval)")
  }

  @Test("two players are as far apart as the odds of their games and half a game to each")
  func two() {
    // odds of 30.5 to 10.5
    let ratings = rate(2, [pair(0, 1, 25, 10, 5)])
    #expect(abs(ratings[0].value - ratings[1].value - 400 * log10(30.5 / 10.5)) < 1e-6)
    #expect(abs(ratings[0].value + ratings[1].value - 2000) < 1e-6)
    #expect(ratings[0].runCount == 40)
    let equal = rate(2, [pair(0, 1, 3, 0, 3)])
    #expect(abs(equal[0].value - 1000) < 1e-9)
    #expect(equal[0].interval.low < 900 && equal[0].interval.high > 1100)
  }

  @Test("one who won all games has a finite rating, which grows with the games")
  func allWins() {
    let leads = [5, 20, 500].map { games in
      let ratings = rate(2, [pair(1, 0, games, 0, 0)])
      return ratings[1].value - ratings[0].value
    }
    #expect(abs(leads[1] - 400 * log10(41)) < 1e-6)
    #expect(leads[0] < leads[1] && leads[1] < leads[2] && leads[2] < 1300)
    // a player who beats everybody, and one who loses to everybody
    let ratings = rate(
      3, [pair(0, 1, 9, 0, 0), pair(0, 2, 9, 0, 0), pair(1, 2, 9, 0, 0)])
    #expect(ratings.allSatisfy { $0.value.isFinite })
    #expect(ratings[0].value > ratings[1].value + 100 && ratings[1].value > ratings[2].value + 100)
  }

  @Test("everybody is expected to score what they scored, with half a game more for and against")
  func likelihoodIsLargest() {
    for seed in 0..<20 {
      var stream = RandomKey(seed: UInt64(seed)).stream()
      let players = 2 + stream.nextIndex(below: 6)
      var pairs: [PairedGames.Pair] = []
      for first in 0..<players {
        for second in (first + 1)..<max(players, first + 1) {
          pairs.append(
            pair(
              first, second, stream.nextIndex(below: 30), stream.nextIndex(below: 5),
              1 + stream.nextIndex(below: 3)))
        }
      }
      let ratings = rate(players, pairs).map(\.value)
      for player in 0..<players {
        let own = pairs.filter { $0.first == player || $0.second == player }
        let expected = own.reduce(0.0) { sum, pair in
          let other = pair.first == player ? pair.second : pair.first
          let chance = 1 / (1 + pow(10, (ratings[other] - ratings[player]) / 400))
          return sum + chance * Double(pair.games + 1)
        }
        let scored = own.reduce(0.0) { sum, pair in
          sum + (pair.first == player ? pair.score : Double(pair.games) - pair.score) + 0.5
        }
        #expect(abs(expected - scored) < 1e-6)
      }
      #expect(abs(ratings.reduce(0, +) / Double(players) - 1000) < 1e-6)
    }
  }

  @Test("strengths that games were drawn from are found again, within their intervals")
  func recovers() {
    let truth = [1250.0, 1050, 900, 800]
    var stream = RandomKey(seed: 5).stream()
    var pairs: [PairedGames.Pair] = []
    for first in truth.indices {
      for second in (first + 1)..<truth.count {
        var pair = PairedGames.Pair(first, second)
        let chance = 1 / (1 + pow(10, (truth[second] - truth[first]) / 400))
        for _ in 0..<1000 {
          if stream.nextUniform() < chance { pair.won += 1 } else { pair.lost += 1 }
        }
        pairs.append(pair)
      }
    }
    let ratings = rate(4, pairs)
    for (rating, strength) in zip(ratings, truth) {
      // a standard error is some 6 points; 20 are more than three
      #expect(abs(rating.value - strength) < 20)
      #expect(rating.interval.low < rating.value && rating.value < rating.interval.high)
      #expect(rating.interval.high - rating.interval.low < 40)
    }
    let anchored = rate(4, pairs, anchor: 2)
    #expect(abs(anchored[2].value - 1000) < 1e-9 && anchored[2].interval.high == 1000)
    #expect(
      abs(anchored[0].value - anchored[3].value - (ratings[0].value - ratings[3].value)) < 1e-6)
    #expect(rate(4, pairs) == ratings)
    #expect(rate(4, pairs, seed: 2) != ratings)
    #expect(rate(4, pairs, seed: 2).map(\.value) == ratings.map(\.value))
  }

  @Test("players who never meet, not even through others, keep to the mean")
  func apart() {
    let ratings = rate(5, [pair(0, 1, 3, 0, 1), pair(2, 3, 1, 0, 3)])
    #expect(abs(ratings[4].value - 1000) < 1e-3)
    #expect(abs(ratings[0].value + ratings[1].value - 2000) < 1e-3)
    #expect(abs(ratings[2].value + ratings[3].value - 2000) < 1e-3)
    #expect(rate(1, [])[0].value == 1000)
    #expect(rate(0, []).isEmpty)
  }
}
