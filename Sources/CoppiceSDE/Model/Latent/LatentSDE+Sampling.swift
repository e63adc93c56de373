public import CoppiceRandom
public import CoppiceTensors

/// How many paths are computed side by side.
private let chunk = 1024

extension LatentSDE {
  /// Paths of the prior.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - times: When they have values, increasing, none before the first time of the data; the times of the
  ///     data without.
  ///   - observes: Whether values are drawn around what the state stands for, as observations are; that
  ///     itself without.
  ///   - key: Path `n` depends on `key.split(n)` and on the times alone.
  /// - Returns: The paths.
  /// - Throws: `UserError` of kind `configuration` for other times or no paths, of kind `divergence` where values
  ///   are not finite.
  public func sample(
    _ count: Int, at times: [Double]? = nil, observes: Bool = false, key: RandomKey
  ) throws(UserError) -> PathSet {
    let wanted = times ?? self.times
    guard count > 0, let first = wanted.first, first >= self.times[0] else {
      throw UserError(
        .configuration,
        found: "\(count) paths" + (wanted.first.map { " from \($0) on" } ?? " without times"),
        expected: "at least one, from \(self.times[0]) on", action: "change count or times")
    }
    let leads = first > self.times[0]
    let prior = try LatentPrior(
      networks, times: leads ? [self.times[0]] + wanted : wanted,
      sampleCount: min(count, chunk), method: method, step: configuration.step, pool: pool)
    var values: [Float] = []
    values.reserveCapacity(count * wanted.count * channelNames.count)
    for begin in stride(from: 0, to: count, by: chunk) {
      prior.draw(key, from: begin)
      for sample in 0..<min(chunk, count - begin) {
        var random = key.split(begin + sample).split("observations").stream()
        for index in wanted.indices {
          for channel in channelNames.indices {
            var value = prior.value(
              at: index + (leads ? 1 : 0), channel: channel, sample: sample)
            if observes {
              value += Float(configuration.observationDeviation * random.nextNormal())
            }
            values.append(value)
          }
        }
      }
    }
    return try paths(wanted, values)
  }

  /// The mean of the posterior: what observed paths were, gaps filled.
  ///
  /// - Parameters:
  ///   - data: What was observed; begins at the first time of the data that the model learns from, and has its
  ///     channels.
  ///   - drawCount: Of how many latent paths for each observed one; more than 0.
  ///   - key: Draw `d` of path `n` depends on `key.split(d).split(n)`, on the path and on the times.
  /// - Returns: As many paths at the same times, without gaps.
  /// - Throws: `UserError` of kind `configuration` for other data, of kind `divergence` where values are not
  ///   finite.
  public func reconstruction(
    of data: PathSet, drawCount: Int = 16, key: RandomKey
  ) throws(UserError) -> PathSet {
    precondition(drawCount > 0, "a mean of no draws")
    var sums = [Double](repeating: 0, count: data.values.count)
    try forEachDraw(of: data, drawCount: drawCount, key: key) { (posterior, paths) in
      for (sample, path) in paths.enumerated() {
        for time in data.times.indices {
          let values = posterior.values(at: time, panel: sample / panelWidth) + sample % panelWidth
          for channel in 0..<data.channelCount {
            sums[(path * data.timeCount + time) * data.channelCount + channel] += Double(
              values[channel * panelWidth])
          }
        }
      }
    }
    return try paths(data.times, sums.map { Float($0 / Double(drawCount)) })
  }

  /// The evidence bound of other paths, and what it is made of, with full divergences.
  ///
  /// - Parameters:
  ///   - data: As of ``reconstruction(of:drawCount:key:)``.
  ///   - drawCount: Of how many latent paths for each observed one; more than 0.
  ///   - key: As there.
  /// - Returns: Means over paths and draws.
  /// - Throws: `UserError` of kind `configuration` for other data.
  public func evaluate(
    _ data: PathSet, drawCount: Int = 1, key: RandomKey
  ) throws(UserError) -> Progress {
    precondition(drawCount > 0, "a mean of no draws")
    var sum = Progress(loss: 0, reconstruction: 0, pathDivergence: 0, initialDivergence: 0)
    let total = Double(data.pathCount * drawCount)
    try forEachDraw(of: data, drawCount: drawCount, key: key) { (posterior, paths) in
      let found = posterior.score(
        Array(paths), of: data, deviation: configuration.observationDeviation,
        writesGradients: false)
      let share = Double(paths.count) / total
      sum.loss += share * found.loss
      sum.reconstruction += share * found.reconstruction
      sum.pathDivergence += share * found.pathDivergence
      sum.initialDivergence += share * found.initialDivergence
    }
    return sum
  }

  /// Paths without gaps.
  private func paths(_ times: [Double], _ values: [Float]) throws(UserError) -> PathSet {
    guard values.allSatisfy(\.isFinite) else {
      throw UserError(
        .divergence, found: "latent paths that leave the range of numbers after \(stepCount) steps",
        expected: "finite values",
        action: "choose a smaller learning rate or step, a drift bound, or another method")
    }
    return try PathSet(times: times, channelNames: channelNames, values: values)
  }

  /// Calls `body` with every chunk of paths of every draw.
  private func forEachDraw(
    of data: PathSet, drawCount: Int, key: RandomKey,
    _ body: (LatentPosterior, Range<Int>) -> Void
  ) throws(UserError) {
    guard data.times.first == times[0], data.channelCount == channelNames.count else {
      throw UserError(
        .configuration,
        found: "paths of \(data.channelCount) channels from \(data.times[0]) on",
        expected: "\(channelNames.count) channels from \(times[0]) on, where the equations begin",
        action: "give paths like those that the model learns from")
    }
    let posterior = try LatentPosterior(
      networks, times: data.times, channelCount: data.channelCount,
      sampleCount: min(data.pathCount, chunk), method: method, step: configuration.step,
      learns: false, pool: pool)
    for begin in stride(from: 0, to: data.pathCount, by: chunk) {
      let paths = begin..<min(begin + chunk, data.pathCount)
      for (sample, path) in paths.enumerated() {
        posterior.encoder.write(path, of: data, sample: sample)
      }
      for draw in 0..<drawCount {
        posterior.draw(key.split(draw), from: begin)
        posterior.forward()
        body(posterior, paths)
      }
    }
  }
}
