public import CoppiceTensors

/// What paths are shifted and scaled by, channel by channel, so that networks see numbers near 1.
public struct PathNormalisation: Codable, Sendable, Equatable {
  /// Which values count.
  public enum Scope: String, Codable, Sendable, CaseIterable {
    /// Those at the first time alone: what is learned then begins at a standard normal, and how it spreads
    /// from there is left to see.
    case firstTime = "first-time"
    /// All of them.
    case everyTime = "every-time"
  }

  /// What is taken from every value: `[C]`.
  public let means: [Double]

  /// What it is then divided by: `[C]`, positive.
  public let deviations: [Double]

  /// A normalisation from its numbers.
  ///
  /// - Precondition: As many means as deviations, and these are positive.
  public init(means: [Double], deviations: [Double]) {
    precondition(means.count == deviations.count, "as many means as deviations")
    precondition(deviations.allSatisfy { $0 > 0 }, "deviations are positive")
    (self.means, self.deviations) = (means, deviations)
  }

  /// Mean and standard deviation (with one degree of freedom less) of the values that are there.
  ///
  /// - Throws: `UserError` of kind `configuration` when a channel has fewer than two values in the scope, or
  ///   only equal ones.
  public init(of paths: PathSet, over scope: Scope) throws(UserError) {
    var (means, deviations): ([Double], [Double]) = ([], [])
    let timeCount = scope == .firstTime ? 1 : paths.timeCount
    for channel in 0..<paths.channelCount {
      // Welford's recursion, which does not cancel where the mean is far from 0
      var (count, mean, sum) = (0.0, 0.0, 0.0)
      for path in 0..<paths.pathCount {
        for time in 0..<timeCount {
          let value = Double(paths[path: path, time: time, channel: channel])
          if value.isNaN { continue }
          count += 1
          let distance = value - mean
          mean += distance / count
          sum += distance * (value - mean)
        }
      }
      guard count >= 2, sum > 0 else {
        let name = "channel \"\(paths.channelNames[channel])\""
        let place = scope == .firstTime ? " at the first time" : ""
        throw UserError(
          .configuration, found: "\(name) without two different values\(place)",
          expected: "values that vary",
          action: scope == .firstTime
            ? "normalise over \(Scope.everyTime.rawValue)" : "leave that channel out")
      }
      means.append(mean)
      deviations.append((sum / (count - 1)).squareRoot())
    }
    self.init(means: means, deviations: deviations)
  }

  /// The paths, shifted and scaled; missing values stay missing.
  ///
  /// - Precondition: As many channels as there are means.
  public func apply(to paths: PathSet) -> PathSet {
    map(paths) { (value, channel) in (value - means[channel]) / deviations[channel] }
  }

  /// The paths that ``apply(to:)`` made these of, to the rounding of `Float`.
  ///
  /// - Precondition: As many channels as there are means.
  public func undo(on paths: PathSet) -> PathSet {
    map(paths) { (value, channel) in value * deviations[channel] + means[channel] }
  }

  private func map(_ paths: PathSet, _ change: (Double, Int) -> Double) -> PathSet {
    let count = paths.channelCount
    precondition(means.count == count, "\(means.count) means for \(count) channels")
    let values = paths.values.enumerated().map { (index, value) in
      Float(change(Double(value), index % count))
    }
    return PathSet(checked: paths.times, paths.channelNames, values)
  }
}
