import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

struct LearnedMetricTests {
  private func paths(_ count: Int, seed: UInt64) throws -> PathSet {
    var process = OrnsteinUhlenbeck(.constant)
    process.times = (0..<10).map { Double($0) * 2 }
    return try process.paths(count: count, key: RandomKey(seed: seed))
  }

  /// The same values at every time, dealt to other paths: only what connects them is lost.
  private func dealt(_ paths: PathSet) throws -> PathSet {
    var random = RandomKey(seed: 90).stream()
    var values = paths.values
    for time in paths.times.indices {
      let order = (0..<paths.pathCount).shuffled(using: &random)
      for path in 0..<paths.pathCount {
        values[path * paths.timeCount + time] = paths[path: order[path], time: time, channel: 0]
      }
    }
    return try PathSet(times: paths.times, channelNames: paths.channelNames, values: values)
  }

  private func training() -> ScorerTraining {
    var training = ScorerTraining()
    (training.batch, training.steps, training.judgeInterval) = (128, 400, 25)
    (training.sizes.state, training.sizes.width) = (16, 16)
    training.learningRate = 5e-3
    return training
  }

  private func realOrFake(
    _ generated: PathSet, seed: UInt64 = 91, threads: Int = 1
  ) throws -> RealOrFake {
    try RealOrFake(
      real: try paths(800, seed: 92), generated: generated, training: training(),
      key: RandomKey(seed: seed), pool: WorkerPool(threadCount: threads))
  }

  @Test func pathsOfOneLawCannotBeToldApart() throws {
    let found = try realOrFake(try paths(700, seed: 93))
    #expect(found.testCount == 420)
    // four standard errors of 420 guesses
    #expect(abs(found.accuracy - 0.5) < 0.1)
    #expect(abs(found.loss - 0.693) < 0.05)
  }

  @Test func pathsWithTheSameValuesAndOtherConnectionsAreTold() throws {
    let found = try realOrFake(try dealt(try paths(800, seed: 93)))
    #expect(found.accuracy > 0.9 && found.accuracy <= 1)
    #expect(found.loss < 0.3)
  }

  @Test func aForecastIsBetterForWhoSawTheSameLaw() throws {
    let (real, same) = (try paths(800, seed: 92), try paths(800, seed: 93))
    func forecast(_ generated: PathSet) throws -> PredictionOnReal {
      try PredictionOnReal(
        real: real, generated: generated, training: training(), key: RandomKey(seed: 94))
    }
    let (right, wrong) = (try forecast(same), try forecast(try dealt(same)))
    #expect(right.futureCount == 2)
    #expect(right.error < 0.8 * wrong.error)
    #expect(right.error < right.persistenceError)
    #expect(right.persistenceError == wrong.persistenceError)
  }

  @Test func gapsArePartOfNoError() throws {
    let real = try paths(200, seed: 92)
    var (values, held) = (real.values, [Float]())
    for path in 0..<real.pathCount {
      // the last value but one is missing, and one in the middle
      values[path * 10 + 8] = .nan
      values[path * 10 + 4] = .nan
      held.append(values[path * 10 + 9] - values[path * 10 + 7])
    }
    let gapped = try PathSet(times: real.times, channelNames: ["value"], values: values)
    var short = training()
    short.steps = 25
    let found = try PredictionOnReal(
      real: gapped, generated: real, training: short, key: RandomKey(seed: 95))
    let deviation = try PathNormalisation(of: gapped, over: .everyTime).deviations[0]
    let expected = mean(held.map { Double($0) * Double($0) }) / (deviation * deviation)
    #expect(abs(found.persistenceError - expected) < 1e-4 * expected)
    #expect(found.error.isFinite && found.error > 0)
  }

  @Test func keysDecideAndThreadsDoNot() throws {
    let other = try dealt(try paths(300, seed: 93))
    var short = training()
    short.steps = 50
    func both(_ seed: UInt64, _ threads: Int) throws -> (RealOrFake, PredictionOnReal) {
      let (real, pool) = (try paths(300, seed: 92), WorkerPool(threadCount: threads))
      return (
        try RealOrFake(
          real: real, generated: other, training: short, key: RandomKey(seed: seed), pool: pool),
        try PredictionOnReal(
          real: real, generated: other, training: short, key: RandomKey(seed: seed), pool: pool)
      )
    }
    let (one, two, different) = (try both(96, 1), try both(96, 2), try both(97, 1))
    #expect(one == two)
    #expect(one.0.loss != different.0.loss && one.1.error != different.1.error)
  }

  @Test func setsThatCannotBeComparedAreRefused() throws {
    let real = try paths(20, seed: 92)
    let shorter = try PathSet(times: [0, 1], channelNames: ["value"], values: [0, 1, 2, 4])
    let key = RandomKey(seed: 1)
    #expect(throws: UserError.self) { try RealOrFake(real: real, generated: shorter, key: key) }
    #expect(throws: UserError.self) {
      try PredictionOnReal(real: real, generated: shorter, key: key)
    }
    #expect(throws: UserError.self) {
      try PredictionOnReal(real: shorter, generated: shorter, key: key)
    }
    #expect(throws: UserError.self) {
      try PredictionOnReal(real: real, generated: real, futureShare: 1, key: key)
    }
    #expect(throws: UserError.self) {
      try RealOrFake(real: real, generated: real, testShare: 0, key: key)
    }
    var wrong = ScorerTraining()
    wrong.batch = 0
    #expect(throws: UserError.self) {
      try RealOrFake(real: real, generated: real, training: wrong, key: key)
    }
  }
}
