public import CoppiceRandom
public import CoppiceTensors

/// A process that is known, of which any number of paths can be drawn.
///
/// Path `n` depends on the key and on `n` alone: whoever draws more paths gets the same ones and some more,
/// unless the generator says otherwise.
public protocol SeriesGenerator: Codable, Sendable {
  /// `count` paths.
  ///
  /// - Throws: `UserError` of kind `configuration` when a parameter or the count makes no sense.
  func paths(count: Int, key: RandomKey) throws(UserError) -> PathSet
}

extension SeriesGenerator {
  /// Fills paths of `channelCount` numbers at each of `times`, one after the other.
  ///
  /// - Parameters:
  ///   - count: `N`.
  ///   - times: `[T]`.
  ///   - channelNames: `[C]`.
  ///   - key: Whose random numbers are used.
  ///   - draw: Writes the path of a number, `[T, C]`, with random numbers of its own.
  /// - Returns: The paths.
  /// - Throws: `UserError` of kind `configuration` when there are no paths or times to fill, or when a number
  ///   is not finite.
  func fill(
    count: Int, times: [Double], channelNames: [String], key: RandomKey,
    _ draw: (_ path: Int, inout RandomStream, inout MutableSpan<Double>) -> Void
  ) throws(UserError) -> PathSet {
    guard count > 0 else {
      throw UserError(
        .configuration, found: "\(count) paths", expected: "at least one",
        action: "change the number of paths")
    }
    try PathSet.check(times: times)
    var path = [Double](repeating: 0, count: times.count * channelNames.count)
    var values: [Float] = []
    values.reserveCapacity(count * path.count)
    for number in 0..<count {
      var random = key.split(number).stream()
      var span = path.mutableSpan
      draw(number, &random, &span)
      for value in path { values.append(Float(value)) }
    }
    guard values.allSatisfy(\.isFinite) else {
      throw UserError(
        .configuration, found: "paths that leave the range of numbers",
        expected: "parameters of a process that stays finite",
        action: "make its rates or the time that it runs smaller")
    }
    return try PathSet(times: times, channelNames: channelNames, values: values)
  }
}

/// `count` times from `first` to `last`, both included, at equal distances; the first alone where one is asked.
func evenTimes(from first: Double, to last: Double, count: Int) -> [Double] {
  (0..<count).map { index in
    index == count - 1 && index > 0
      ? last : first + (last - first) * Double(index) / Double(max(1, count - 1))
  }
}
