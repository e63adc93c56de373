import CoppiceAgents
import CoppiceRandom
import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors

/// One variant in the ring.
final class Contestant {
  let name: String
  private let agent: any Algorithm
  private let learner: GradientStep
  private let stopwatch = UpdateStopwatch()
  private var step = 0
  private(set) var rates: [Double] = []
  private var percents: [Double] = []

  init(name: String, agent: any Algorithm, replay: ReplayBuffer) {
    self.name = name
    self.agent = agent
    agent.stopwatch = stopwatch
    learner = GradientStep(agent: agent, replay: replay, key: RandomKey(seed: 2))
  }

  /// Runs until caches, clocks and the first masks have settled.
  func warmUp(seconds: Double) { _ = run(seconds) }

  /// Goes to gradient step `start`, with what the last revision before it keeps.
  func jump(to start: Int) {
    var revisions: Set<Int> = []
    for entry in agent.learners {
      guard let rule = entry.learner.rule else { continue }
      var last = start
      while last > 0, !rule.isDue(after: last, role: entry.learner.role) { last -= 1 }
      if last > 0 { revisions.insert(last) }
    }
    for revision in revisions.sorted() { learner.perform(step: revision) }
    let cycle = agent.learners.map(\.learner.role.delay).max() ?? 1
    step = start / cycle * cycle
  }

  /// Updates per second over one turn.
  func rate(seconds: Double) -> Double {
    let (count, elapsed) = run(seconds)
    return Double(count) / elapsed
  }

  func takeTurn(seconds: Double, peak: Double) {
    let before = stopwatch.total(.products)
    let (count, elapsed) = run(seconds)
    let inProducts = stopwatch.total(.products) - before
    rates.append(Double(count) / elapsed)
    percents.append(
      100 * agent.productOperations * Double(count) / (inProducts * peak * 1e9))
  }

  /// Just so many updates; returns the seconds that they took.
  func perform(updates: Int) -> Double {
    let start = secondsNow()
    for _ in 0..<updates {
      step += 1
      learner.perform(step: step)
    }
    return secondsNow() - start
  }

  /// Whole cycles of the longest delay of a network for about `seconds`.
  private func run(_ seconds: Double) -> (count: Int, elapsed: Double) {
    let cycle = agent.learners.map(\.learner.role.delay).max() ?? 1
    let start = secondsNow()
    var count = 0
    while true {
      for _ in 0..<(8 * cycle) {
        step += 1
        count += 1
        learner.perform(step: step)
      }
      let elapsed = secondsNow() - start
      if elapsed >= seconds { return (count, elapsed) }
    }
  }

  /// What was measured, with ratios to `dense` round by round.
  func row(against dense: Contestant?) -> UpdateBenchmarkRow {
    let total = UpdateStopwatch.Work.allCases.reduce(0) { $0 + stopwatch.total($1) }
    return UpdateBenchmarkRow(
      sparsity: name, updatesPerSecond: Spread(rates),
      speedup: dense.map { dense in Spread(zip(rates, dense.rates).map { $0 / $1 }) },
      share: UpdateBenchmarkRow.Share(
        products: stopwatch.total(.products) / total,
        elementwise: stopwatch.total(.elementwise) / total,
        replay: stopwatch.total(.replay) / total,
        topology: stopwatch.total(.topology) / total, other: stopwatch.total(.other) / total),
      densePercentOfPeak: Spread(percents).median)
  }
}
