public import CoppiceRandom
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How well a new network tells generated paths from real ones that it has not seen.
///
/// A neural controlled equation with one score learns by the logistic loss from a part of both sets, and is then
/// asked about the rest. Gaps are filled along straight lines, values are normalised by those of the real paths,
/// and of the larger set so many paths take part as the smaller one has. Sets whose gaps are unlike differ by
/// that as well.
///
/// ## Randomness
/// Which paths are learned from, in which order, and the initial weights follow from the key alone.
///
/// ## Source
/// Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs", section 4, and Kidger,
/// Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for Neural SDEs", tables of real/fake classification
/// accuracy: lower is better.
public struct RealOrFake: Sendable, Equatable {
  /// Which share of the held-out paths was told right, from 0 to 1: 0.5 where nothing can be told, 1 where
  /// everything can.
  public let accuracy: Double
  /// The mean logistic loss of these paths, in nats: log 2 where nothing can be told.
  public let loss: Double
  /// How many paths were held out, half of them real.
  public let testCount: Int

  /// Trains the network and asks it.
  ///
  /// - Parameters:
  ///   - real: Real paths.
  ///   - generated: Paths of a model, at the same times and with as many channels.
  ///   - training: How it is trained.
  ///   - testShare: Which share of the paths is held out.
  ///   - key: See above.
  ///   - pool: Whose threads share a batch.
  /// - Throws: `UserError` of kind `configuration` when the sets differ in times or channels, when there are
  ///   too few paths, and for settings that cannot be.
  public init(
    real: PathSet, generated: PathSet, training: ScorerTraining = ScorerTraining(),
    testShare: Double = 0.3, key: RandomKey, pool: WorkerPool = WorkerPool(threadCount: 1)
  ) throws(UserError) {
    try real.checkComparable(with: generated)
    let count = min(real.pathCount, generated.pathCount)
    let own = try Parts(real, count, testShare, training, key.split("real"))
    let other = try Parts(generated, count, testShare, training, key.split("generated"))
    let normalisation = try PathNormalisation(of: own.training, over: .everyTime)
    func both(_ part: KeyPath<Parts, PathSet>) -> LabelledPaths {
      LabelledPaths(
        real: normalisation.apply(to: own[keyPath: part]),
        generated: normalisation.apply(to: other[keyPath: part]))
    }
    let scorer = try TrainedScorer(
      training, times: real.times, channelCount: real.channelCount, outputCount: 1,
      name: "real-or-fake", key: key, pool: pool)
    scorer.learn(from: both(\.training), judgedBy: both(\.validation))
    let test = both(\.test)
    var (right, loss) = (0, 0.0)
    scorer.forEachScore(of: test) { (number, scores) in
      right += (scores[0] > 0) == test.isReal(number) ? 1 : 0
      loss += test.loss(of: number, scores: scores, gradients: nil, share: 0)
    }
    testCount = test.count
    accuracy = Double(right) / Double(test.count)
    self.loss = loss / Double(test.count)
  }

  /// Paths to learn from, to judge by, and to ask about.
  private struct Parts {
    let training: PathSet
    let validation: PathSet
    let test: PathSet

    init(
      _ paths: PathSet, _ count: Int, _ testShare: Double, _ training: ScorerTraining,
      _ key: RandomKey
    ) throws(UserError) {
      var random = key.split("choice").stream()
      let order = (0..<paths.pathCount).shuffled(using: &random).prefix(count)
      let chosen = try paths.selecting(order).filled(.linear)
      let (rest, test) = try chosen.split(testShare: testShare, key: key.split("test"))
      let (own, validation) = try rest.split(
        testShare: training.validationShare, key: key.split("validation"))
      (self.training, self.validation, self.test) = (own, validation, test)
    }
  }
}

/// Real paths, and behind them as many generated ones.
private struct LabelledPaths: ScorerExamples {
  let real: PathSet
  let generated: PathSet

  var count: Int { real.pathCount + generated.pathCount }

  func isReal(_ number: Int) -> Bool { number < real.pathCount }

  func write(_ number: Int, to scorer: PathScorer, sample: Int) {
    if isReal(number) {
      scorer.write(number, of: real, sample: sample)
    } else {
      scorer.write(number - real.pathCount, of: generated, sample: sample)
    }
  }

  /// log(1 + exp(−x)) for a real path, log(1 + exp x) for a generated one.
  func loss(
    of number: Int, scores: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>?,
    share: Float
  ) -> Double {
    let wrong = Double(isReal(number) ? -scores[0] : scores[0])
    let slope = Float(1 / (1 + exp(-wrong)))
    gradients?[0] = share * (isReal(number) ? -slope : slope)
    return max(wrong, 0) + log1p(exp(-abs(wrong)))
  }
}
