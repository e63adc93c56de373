public import CoppiceTensors

/// Paths that were observed at the same times, some of their values perhaps not.
///
/// ## Shapes
/// - `N` paths, `T` times, `C` channels; values `[N, T, C]`, the channel fastest
/// - NaN where a value is missing
public struct PathSet: Sendable {
  /// When the paths were observed: `[T]`, strictly increasing, at any distances.
  public let times: [Double]

  /// What the channels are called: `[C]`.
  public let channelNames: [String]

  /// The values, `[N, T, C]`, with NaN for missing ones.
  public let values: [Float]

  /// `N`.
  public let pathCount: Int

  /// `T`.
  public var timeCount: Int { times.count }

  /// `C`.
  public var channelCount: Int { channelNames.count }

  /// A set from its parts.
  ///
  /// - Parameters:
  ///   - times: `[T]`.
  ///   - channelNames: `[C]`.
  ///   - values: `[N, T, C]`.
  /// - Throws: `UserError` of kind `configuration` when there is nothing, when times are not finite or not
  ///   strictly increasing, when the values do not fill whole paths, when one is infinite, and when a path or
  ///   a channel has no value at all.
  public init(times: [Double], channelNames: [String], values: [Float]) throws(UserError) {
    let perPath = times.count * channelNames.count
    guard perPath > 0, !values.isEmpty else {
      throw UserError(
        .configuration,
        found:
          "paths with \(times.count) times, \(channelNames.count) channels and \(values.count) values",
        expected: "at least one of each", action: "give the paths some values")
    }
    guard values.count.isMultiple(of: perPath) else {
      throw UserError(
        .configuration, found: "\(values.count) values",
        expected: "a multiple of \(times.count) times and \(channelNames.count) channels",
        action: "give every path a value or a gap for every time and channel")
    }
    self.init(checked: times, channelNames, values)
    try Self.check(times: times)
    try checkValues()
  }

  /// A set whose parts are known to be right.
  init(checked times: [Double], _ channelNames: [String], _ values: [Float]) {
    (self.times, self.channelNames, self.values) = (times, channelNames, values)
    pathCount = values.count / (times.count * channelNames.count)
  }

  /// One value; NaN where it is missing.
  @inlinable
  public subscript(path path: Int, time time: Int, channel channel: Int) -> Float {
    values[(path * timeCount + time) * channelCount + channel]
  }

  /// How many values are missing.
  public var missingCount: Int { values.count { $0.isNaN } }

  /// Some of the paths, in the order of `paths`, a path as often as it is named.
  ///
  /// - Throws: `UserError` of kind `configuration` when a channel has no value in any of them.
  public func selecting(_ paths: some Sequence<Int>) throws(UserError) -> PathSet {
    let perPath = timeCount * channelCount
    var chosen: [Float] = []
    for path in paths { chosen += values[path * perPath..<(path + 1) * perPath] }
    return try PathSet(times: times, channelNames: channelNames, values: chosen)
  }

  /// Names for channels that have none: `value` for one, `value_0` and so on for several.
  public static func names(channelCount: Int) -> [String] {
    channelCount == 1 ? ["value"] : (0..<channelCount).map { "value_\($0)" }
  }

  /// Throws `UserError` of kind `configuration` when times are not finite or do not increase strictly.
  static func check(times: [Double]) throws(UserError) {
    for (index, time) in times.enumerated() {
      guard time.isFinite else {
        throw UserError(
          .configuration, found: "time \(index) is \(time)", expected: "a finite number",
          action: "leave that time out")
      }
      guard index == 0 || times[index - 1] < time else {
        throw UserError(
          .configuration, found: "time \(time) after \(times[index - 1])",
          expected: "times that increase", action: "sort the times and name each one once")
      }
    }
  }

  private func checkValues() throws(UserError) {
    var isChannelSeen = [Bool](repeating: false, count: channelCount)
    var index = 0
    for path in 0..<pathCount {
      var isSeen = false
      for time in 0..<timeCount {
        for channel in 0..<channelCount {
          let value = values[index]
          index += 1
          if value.isNaN { continue }
          guard value.isFinite else {
            throw UserError(
              .configuration,
              found:
                "\(channelNames[channel]) of path \(path) at time \(times[time]) is infinite",
              expected: "a finite number or a gap", action: "leave that value out")
          }
          (isSeen, isChannelSeen[channel]) = (true, true)
        }
      }
      guard isSeen else {
        throw UserError(
          .configuration, found: "path \(path) without any value",
          expected: "at least one", action: "leave that path out")
      }
    }
    if let channel = isChannelSeen.firstIndex(of: false) {
      throw UserError(
        .configuration, found: "channel \"\(channelNames[channel])\" without any value",
        expected: "at least one", action: "leave that channel out")
    }
  }
}
