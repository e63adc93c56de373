import CoppiceExperiments
import CoppiceGridWorld
import CoppiceRandom
import CoppiceReports
import CoppiceTensors
import Testing

@Suite("Ratings of policies of worlds")
struct WorldRatingTests {
  private func rating(threads: Int = 1, seed: UInt64 = 1) -> WorldRating {
    var rating = WorldRating()
    rating.world = .battle(size: 16)
    rating.world?.stepLimit = 80
    rating.games = 6
    (rating.key, rating.pool) = (RandomKey(seed: seed), WorkerPool(threadCount: threads))
    return rating
  }

  @Test("who strikes is stronger than who does anything, and who does nothing is beaten")
  func order() throws {
    var pairs: [[String]] = []
    let report = try rating().run(["random", "nearest", "still"]) { pairs.append([$0, $1]) }
    #expect(pairs == [["random", "nearest"], ["random", "still"], ["nearest", "still"]])
    #expect(report.ratings.first?.policy == "nearest")
    #expect(report.pairs.map { $0.won + $0.drawn + $0.lost } == [6, 6, 6])
    #expect(report.ratings.map(\.games) == [12, 12, 12])
    #expect(abs(report.ratings.reduce(0) { $0 + $1.elo.value } - 3000) < 1e-6)
    #expect(abs(report.ratings.reduce(0) { $0 + $1.score } - 1.5) < 1e-9)
    for pair in report.pairs {
      #expect(pair.winRate.value == Double(pair.won) / 6)
      #expect((pair.winRate.interval.low...pair.winRate.interval.high).contains(pair.winRate.value))
    }
    #expect(report.pairTable.rows.count == 3 && report.ratingTable.rows.count == 3)
    var anchored = rating()
    anchored.anchor = "random"
    let other = try anchored.run(["random", "nearest", "still"])
    #expect(other.pairs == report.pairs)
    #expect(other.ratings.first { $0.policy == "random" }?.elo.value == 1000)
  }

  @Test("the same key gives the same report on any number of threads")
  func threads() throws {
    let names = ["nearest", "random"]
    let report = try rating().run(names)
    #expect(try rating(threads: 2).run(names) == report)
    #expect(report.pairs[0].won == 6)
  }

  @Test("what makes no sense is said in one line")
  func errors() {
    var anchored = rating()
    anchored.anchor = "nobody"
    var crowded = rating()
    crowded.world = .combinedArms()
    for (rating, names, words) in [
      (rating(), ["random"], "one policy"), (rating(), ["random", "random"], "random twice"),
      (anchored, ["random", "nearest"], "nobody is to be the anchor"),
      (crowded, ["random", "nearest"], "a world of 4 groups"),
      (rating(), ["random", "/nowhere/a.safetensors"], "/nowhere/a.safetensors"),
    ] {
      #expect { try rating.run(names) } throws: { error in
        (error as? UserError)?.found.contains(words) ?? false
      }
    }
  }
}
