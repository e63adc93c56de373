import CoppiceRandom
import CoppiceReports
import CoppiceTensors
import Foundation
import Testing

/// What the package rliable says; Scripts/record-rliable.py wrote it.
private struct Recording: Decodable {
  struct Case: Decodable {
    var name: String
    var scores: [[Double]]
    var others: [[Double]]
    var aggregates: [String: Double]
    var intervals: [String: [Double]]
    var improvement: Double
    var improvement_interval: [Double]
    var thresholds: [Double]
    var profile: [Double]
    var profile_interval: [[Double]]
    var mean_profile: [Double]
  }
  var cases: [Case]

  static func load() throws -> [Case] {
    let url = try #require(
      Bundle.module.url(forResource: "rliable", withExtension: "json", subdirectory: "Golden"))
    return try JSONDecoder().decode(Recording.self, from: Data(contentsOf: url)).cases
  }
}

@Suite("Statistics")
struct StatisticsTests {
  private let bootstrap = StratifiedBootstrap(key: RandomKey(seed: 1), resampleCount: 20_000)

  @Test("point estimates are those of rliable")
  func points() throws {
    let cases = try Recording.load()
    #expect(cases.count == 9)
    for recorded in cases {
      let scores = try Scores(runs: recorded.scores)
      #expect(recorded.aggregates.count == Aggregate.all.count)
      for aggregate in Aggregate.all {
        let expected = try #require(recorded.aggregates[aggregate.name])
        #expect(abs(aggregate(scores) - expected) <= 1e-9, "\(aggregate.name) of \(recorded.name)")
      }
      let improvement = try bootstrap.improvement(of: scores, over: Scores(runs: recorded.others))
      #expect(abs(improvement.value - recorded.improvement) <= 1e-9, "\(recorded.name)")
      let profile = bootstrap.scoreProfile(recorded.thresholds, of: scores).map(\.value)
      #expect(zip(profile, recorded.profile).allSatisfy { abs($0 - $1) <= 1e-9 })
      let means = bootstrap.meanProfile(recorded.thresholds, of: scores).map(\.value)
      #expect(zip(means, recorded.mean_profile).allSatisfy { abs($0 - $1) <= 1e-9 })
    }
  }

  /// Two bootstraps of 20,000 samples.
  ///
  /// Near a quantile of 2.5 % the fraction of samples below it has a
  /// deviation of √(0.025 · 0.975 / 20,000) = 0.0011, so either end lies between the quantiles of
  /// 2.5 ± 5 · √2 · 0.11 % of the other. `slack` is how much of the interval's width that is: for the
  /// normal distribution 0.06 of its deviation per 0.35 %, doubled for distributions of few values.
  @Test("intervals are those of rliable within their Monte-Carlo error")
  func intervals() throws {
    for recorded in try Recording.load() {
      let scores = try Scores(runs: recorded.scores)
      let estimates = bootstrap.estimate(Aggregate.all, of: scores)
      for (aggregate, estimate) in zip(Aggregate.all, estimates) {
        let expected = try #require(recorded.intervals[aggregate.name])
        let slack = 0.08 * (expected[1] - expected[0]) + 1e-12
        #expect(
          abs(estimate.interval.low - expected[0]) <= slack, "\(aggregate.name) of \(recorded.name)"
        )
        #expect(
          abs(estimate.interval.high - expected[1]) <= slack,
          "\(aggregate.name) of \(recorded.name)")
      }
    }
  }

  /// rliable drew 2,000 samples here, so its own error is three times as large; a profile is a multiple of
  /// 1 over the number of scores besides.
  @Test(
    "intervals of improvement and of profiles are those of rliable within their Monte-Carlo error")
  func coarseIntervals() throws {
    for recorded in try Recording.load() {
      let scores = try Scores(runs: recorded.scores)
      let improvement = try bootstrap.improvement(of: scores, over: Scores(runs: recorded.others))
      let expected = recorded.improvement_interval
      let slack = 0.15 * (expected[1] - expected[0]) + 1e-12
      #expect(abs(improvement.interval.low - expected[0]) <= slack, "\(recorded.name)")
      #expect(abs(improvement.interval.high - expected[1]) <= slack, "\(recorded.name)")
      let step = 1 / Double(recorded.scores.count * recorded.scores[0].count)
      let profile = bootstrap.scoreProfile(recorded.thresholds, of: scores)
      for (estimate, expected) in zip(profile, recorded.profile_interval) {
        let slack = 0.15 * (expected[1] - expected[0]) + 1.01 * step
        #expect(abs(estimate.interval.low - expected[0]) <= slack, "\(recorded.name)")
        #expect(abs(estimate.interval.high - expected[1]) <= slack, "\(recorded.name)")
      }
    }
  }

  @Test("the same key draws the same intervals, another one others")
  func keys() throws {
    let scores = try Scores(runs: [[0.2, 1.4], [0.9, 1.1], [0.7, 0.3], [0.5, 0.8], [1.9, 0.1]])
    let other = StratifiedBootstrap(key: RandomKey(seed: 2), resampleCount: 501)
    let same = StratifiedBootstrap(key: RandomKey(seed: 1), resampleCount: 501)
    #expect(
      same.estimate(.mean, of: scores)
        == StratifiedBootstrap(key: RandomKey(seed: 1), resampleCount: 501)
        .estimate(.mean, of: scores))
    #expect(
      same.estimate(.mean, of: scores).interval != other.estimate(.mean, of: scores).interval)
  }

  @Test("random scores: order of ends, complements, falling profiles, and plain formulas")
  func properties() throws {
    var random = RandomKey(seed: 6).stream()
    let quick = StratifiedBootstrap(key: RandomKey(seed: 3), resampleCount: 300)
    for _ in 0..<40 {
      let (runs, others) = (1 + Int(random.nextUniform(0, 7)), 1 + Int(random.nextUniform(0, 7)))
      let tasks = 1 + Int(random.nextUniform(0, 6))
      // few values, so that there are ties
      let draw = { (count: Int) in
        (0..<count).map { _ in (0..<tasks).map { _ in random.nextUniform(0, 9).rounded() / 4 } }
      }
      let (rows, otherRows) = (draw(runs), draw(others))
      let (scores, otherScores) = (try Scores(runs: rows), try Scores(runs: otherRows))
      let all = rows.flatMap { $0 }.sorted()
      let cut = all.count / 4
      let middle = all[cut..<(all.count - cut)]
      #expect(
        abs(Aggregate.interquartileMean(scores) - middle.reduce(0, +) / Double(middle.count))
          < 1e-12)
      for estimate in quick.estimate(Aggregate.all, of: scores) {
        #expect(estimate.interval.low <= estimate.interval.high)
        #expect(estimate.runCount == runs)
      }
      let forth = try quick.improvement(of: scores, over: otherScores).value
      let back = try quick.improvement(of: otherScores, over: scores).value
      #expect(abs(forth + back - 1) < 1e-12)
      let profile = quick.scoreProfile([-1, 0, 0.5, 1, 1.5, 2, 3], of: scores).map(\.value)
      #expect(profile[0] == 1 && profile[6] == 0)
      #expect(zip(profile, profile.dropFirst()).allSatisfy { $0 >= $1 })
    }
  }

  @Test("a ratio is that of the means, and lies in its interval")
  func ratio() throws {
    let (scores, others) = (
      try Scores(ofOneTask: [6, 7, 8]), try Scores(ofOneTask: [5, 6, 4])
    )
    let ratio = try bootstrap.ratio(of: scores, over: others)
    #expect(abs(ratio.value - 1.4) < 1e-12)
    // one run of each in all three draws: the ends of what can be drawn are 6/6 and 8/4
    #expect(ratio.interval.low > 1 && ratio.interval.low < 1.4)
    #expect(ratio.interval.high < 2 && ratio.interval.high > 1.4)
    let error = #expect(throws: UserError.self) {
      try bootstrap.ratio(of: scores, over: Scores(ofOneTask: [-3, 1]))
    }
    #expect(error?.found.contains("-1.0") == true)
  }

  @Test("a curve of sample efficiency has an estimate for every amount")
  func curve() throws {
    let stages = try [0.1, 0.4, 0.9].map { level in
      try Scores(ofOneTask: [level, level + 0.1, level - 0.05])
    }
    let curve = bootstrap.curve(.interquartileMean, of: stages)
    #expect(curve.count == 3)
    #expect(zip(curve, stages).allSatisfy { $0.value == Aggregate.interquartileMean($1) })
    #expect(curve[0].interval.high < curve[2].interval.low)
  }

  @Test("scores that make no sense are refused with what is wrong")
  func refusals() {
    for (rows, message) in [
      ([], "no scores"), ([[]], "no scores"), ([[1, 2], [1]], "run 2 has 1 tasks"),
      ([[1, .nan]], "a score of nan"), ([[.infinity]], "a score of inf"),
    ] as [([[Double]], String)] {
      let error = #expect(throws: UserError.self) { try Scores(runs: rows) }
      #expect(error?.found.contains(message) == true)
    }
    let error = #expect(throws: UserError.self) {
      try bootstrap.improvement(of: Scores(runs: [[1, 2]]), over: Scores(runs: [[1]]))
    }
    #expect(error?.found == "2 tasks beside 1")
  }
}
