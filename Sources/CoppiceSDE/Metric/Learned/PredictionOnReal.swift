public import CoppiceRandom
public import CoppiceTensors

/// How well the future of real paths is forecast by a network that has seen generated ones alone.
///
/// A neural controlled equation reads the first part of a path and ends in all values of the last part. It learns
/// from generated paths, some of which it is judged by, and is then asked about real ones ("train on synthetic,
/// test on real"). Gaps of the first part are filled along straight lines within it; missing values of the last
/// part are not asked for. Values are normalised by those of the real paths, so that errors have no unit: 1 is
/// about what the mean of all values would give.
///
/// ## Randomness
/// Which paths are learned from, in which order, and the initial weights follow from the key alone.
///
/// ## Source
/// Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs", section 4, forecasts the
/// last 20 % from the first 80 %: lower is better. **Differences**: all values are read off at once, where the
/// paper has a model from sequence to sequence.
public struct PredictionOnReal: Sendable, Equatable {
  /// The mean squared error on real paths, in normalised units.
  public let error: Double
  /// What forecasting the last value of the first part would give there.
  public let persistenceError: Double
  /// How many of the times were forecast.
  public let futureCount: Int

  /// Trains the network and asks it.
  ///
  /// - Parameters:
  ///   - real: Real paths.
  ///   - generated: Paths of a model, at the same times and with as many channels.
  ///   - training: How it is trained.
  ///   - futureShare: Which share of the times is forecast; rounded to whole times, at least one, and at least
  ///     two are read.
  ///   - key: See above.
  ///   - pool: Whose threads share a batch.
  /// - Throws: `UserError` of kind `configuration` when the sets differ in times or channels, when there are
  ///   too few paths or times, when a channel has no value in the first part of a path, and for settings that
  ///   cannot be.
  public init(
    real: PathSet, generated: PathSet, training: ScorerTraining = ScorerTraining(),
    futureShare: Double = 0.2, key: RandomKey, pool: WorkerPool = WorkerPool(threadCount: 1)
  ) throws(UserError) {
    try real.checkComparable(with: generated)
    guard futureShare > 0, futureShare < 1, real.timeCount > 2 else {
      throw UserError(
        .configuration,
        found: "a share of \(futureShare) of \(real.timeCount) times to forecast",
        expected: "a share between 0 and 1 of at least 3 times",
        action: "change the share, or take longer paths")
    }
    let wanted = Int((futureShare * Double(real.timeCount)).rounded())
    let past = real.timeCount - min(max(1, wanted), real.timeCount - 2)
    let normalisation = try PathNormalisation(of: real, over: .everyTime)
    let (own, validation) = try generated.split(
      testShare: training.validationShare, key: key.split("validation"))
    let scorer = try TrainedScorer(
      training, times: Array(real.times[..<past]), channelCount: real.channelCount,
      outputCount: (real.timeCount - past) * real.channelCount, name: "prediction", key: key,
      pool: pool)
    func examples(_ paths: PathSet) throws(UserError) -> Futures {
      try Futures(normalisation.apply(to: paths), past: past)
    }
    scorer.learn(from: try examples(own), judgedBy: try examples(validation))
    let test = try examples(real)
    var (sum, held) = (0.0, 0.0)
    scorer.forEachScore(of: test) { (number, scores) in
      sum += test.squaredError(of: number) { Double(scores[$0 * panelWidth]) }
      held += test.squaredError(of: number) { test.last(number, channel: $0 % real.channelCount) }
    }
    let valueCount = Double(test.valueCount)
    guard valueCount > 0 else {
      throw UserError(
        .configuration, found: "real paths without a value from time \(real.times[past]) on",
        expected: "at least one to forecast", action: "forecast a larger share of the times")
    }
    (error, persistenceError) = (sum / valueCount, held / valueCount)
    futureCount = real.timeCount - past
  }
}

/// The first parts of paths, and the last ones to be forecast.
private struct Futures: ScorerExamples {
  private let paths: PathSet
  private let pasts: PathSet

  /// - Throws: `UserError` of kind `configuration` when a channel has no value in a first part.
  init(_ paths: PathSet, past: Int) throws(UserError) {
    self.paths = paths
    var values: [Float] = []
    let (perPath, read) = (paths.timeCount * paths.channelCount, past * paths.channelCount)
    values.reserveCapacity(paths.pathCount * read)
    for path in 0..<paths.pathCount {
      values += paths.values[(path * perPath)..<(path * perPath + read)]
    }
    pasts = try PathSet(checked: Array(paths.times[..<past]), paths.channelNames, values)
      .filled(.linear)
  }

  var count: Int { paths.pathCount }

  /// How many values of all last parts are there.
  var valueCount: Int {
    var count = 0
    for number in 0..<self.count { forEachValue(of: number) { (_, _) in count += 1 } }
    return count
  }

  func write(_ number: Int, to scorer: PathScorer, sample: Int) {
    scorer.write(number, of: pasts, sample: sample)
  }

  func loss(
    of number: Int, scores: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>?,
    share: Float
  ) -> Double {
    let outputs = (paths.timeCount - pasts.timeCount) * paths.channelCount
    if let gradients {
      for output in 0..<outputs { gradients[output * panelWidth] = 0 }
      forEachValue(of: number) { (output, value) in
        let difference = scores[output * panelWidth] - value
        gradients[output * panelWidth] = share * 2 * difference / Float(outputs)
      }
    }
    return squaredError(of: number) { Double(scores[$0 * panelWidth]) } / Double(outputs)
  }

  /// The sum of squared differences of a forecast, by output, from the values that are there.
  func squaredError(of number: Int, _ forecast: (Int) -> Double) -> Double {
    var sum = 0.0
    forEachValue(of: number) { (output, value) in
      let difference = forecast(output) - Double(value)
      sum += difference * difference
    }
    return sum
  }

  /// The last value of the first part.
  func last(_ number: Int, channel: Int) -> Double {
    Double(pasts[path: number, time: pasts.timeCount - 1, channel: channel])
  }

  private func forEachValue(of number: Int, _ body: (Int, Float) -> Void) {
    let channels = paths.channelCount
    for output in 0..<((paths.timeCount - pasts.timeCount) * channels) {
      let value = paths[
        path: number, time: pasts.timeCount + output / channels, channel: output % channels]
      if !value.isNaN { body(output, value) }
    }
  }
}
