public import CoppiceTensors

/// How gaps between values are closed.
public enum GapFilling: String, Codable, Sendable, CaseIterable {
  /// On a straight line from the value before to the value after, which looks ahead.
  case linear
  /// With the value before, as it is known at the time.
  case forward
}

extension PathSet {
  /// The paths without gaps.
  ///
  /// Before the first value of a channel stands that value, however gaps are filled, and after the last one the
  /// last.
  ///
  /// - Throws: `UserError` of kind `configuration` when a channel has no value in one of the paths.
  public func filled(_ filling: GapFilling) throws(UserError) -> PathSet {
    guard missingCount > 0 else { return self }
    var filled = values
    for path in 0..<pathCount {
      for channel in 0..<channelCount {
        let first = path * timeCount * channelCount + channel
        guard fill(&filled, from: first, filling) else {
          throw UserError(
            .configuration,
            found: "path \(path) without any value of \"\(channelNames[channel])\"",
            expected: "at least one to interpolate from",
            action: "leave out the path or the channel")
        }
      }
    }
    return PathSet(checked: times, channelNames, filled)
  }

  /// Closes the gaps of one channel of one path, whose first value is at `first`; false when it has none.
  private func fill(_ filled: inout [Float], from first: Int, _ filling: GapFilling) -> Bool {
    var last: (time: Int, value: Float)?
    for time in 0..<timeCount {
      let value = filled[first + time * channelCount]
      if value.isNaN { continue }
      for gap in (last.map { $0.time + 1 } ?? 0)..<time {
        filled[first + gap * channelCount] =
          last.map { filling == .forward ? $0.value : line($0, (time, value), at: gap) } ?? value
      }
      last = (time, value)
    }
    guard let last else { return false }
    for time in last.time + 1..<max(timeCount, last.time + 1) {
      filled[first + time * channelCount] = last.value
    }
    return true
  }

  private func line(
    _ from: (time: Int, value: Float), _ to: (time: Int, value: Float), at time: Int
  ) -> Float {
    let share = (times[time] - times[from.time]) / (times[to.time] - times[from.time])
    return Float(Double(from.value) + share * (Double(to.value) - Double(from.value)))
  }
}
