public import CoppiceTensors

extension PathSet {
  /// The values of a channel at a time that are not missing, path by path.
  public func marginal(time: Int, channel: Int) -> [Float] {
    (0..<pathCount).compactMap { path in
      let value = self[path: path, time: time, channel: channel]
      return value.isNaN ? nil : value
    }
  }

  /// The distance of the two sets at each of `times`, in one channel.
  ///
  /// - Parameters:
  ///   - other: The set to compare with.
  ///   - times: Times that both sets were observed at; all times of this set without.
  ///   - channel: Which channel.
  /// - Returns: A distance and a p-value for each time.
  /// - Throws: `UserError` of kind `configuration` when a set was not observed at one of the times.
  public func kolmogorovSmirnov(
    to other: PathSet, at times: [Double]? = nil, channel: Int = 0
  ) throws(UserError) -> [KolmogorovSmirnov] {
    var distances: [KolmogorovSmirnov] = []
    for time in times ?? self.times {
      distances.append(
        KolmogorovSmirnov(
          try observed(at: time, channel), try other.observed(at: time, channel)))
    }
    return distances
  }

  private func observed(at time: Double, _ channel: Int) throws(UserError) -> [Float] {
    let index = times.firstIndex(of: time)
    let values = index.map { marginal(time: $0, channel: channel) } ?? []
    guard !values.isEmpty else {
      throw UserError(
        .configuration, found: "time \(time), at which \(pathCount) paths have no value",
        expected: "a time at which both sets were observed",
        action: index == nil
          ? "name one from \(times[0]) to \(times[times.count - 1])"
          : "name another time")
    }
    return values
  }

  /// Throws `UserError` of kind `configuration` unless both sets have the same times and as many channels.
  func checkComparable(with other: PathSet) throws(UserError) {
    guard times == other.times, channelCount == other.channelCount else {
      throw UserError(
        .configuration,
        found:
          "sets of \(timeCount) and \(other.timeCount) times, \(channelCount) and \(other.channelCount) channels",
        expected: "the same times and channels in both", action: "compare other sets")
    }
  }
}
