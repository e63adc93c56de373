public import CoppiceTensors

/// What times are shifted and scaled by, so that a model sees steps of the size that it is made for.
///
/// Networks read the time as a number, and a step of the solver has a length: neither works for seconds since 1970.
public struct TimeNormalisation: Codable, Sendable, Equatable {
  /// The unit of the times that a model sees.
  public enum Unit: String, Codable, Sendable, CaseIterable {
    /// As the paths have it.
    case given
    /// The mean distance of two times; the first becomes 0.
    case spacing
  }

  /// What is taken from every time.
  public let start: Double
  /// What it is then divided by.
  public let unit: Double

  /// The normalisation of the times of `paths`.
  public init(of paths: PathSet, unit: Unit) {
    let (first, last) = (paths.times[0], paths.times[paths.timeCount - 1])
    guard unit == .spacing, last > first else {
      (start, self.unit) = (0, 1)
      return
    }
    (start, self.unit) = (first, (last - first) / Double(paths.timeCount - 1))
  }

  /// The paths at the times that a model sees.
  ///
  /// - Throws: `UserError` of kind `configuration` where times are so close that they become one.
  public func apply(to paths: PathSet) throws(UserError) -> PathSet {
    try PathSet(
      times: paths.times.map { ($0 - start) / unit }, channelNames: paths.channelNames,
      values: paths.values)
  }
}
