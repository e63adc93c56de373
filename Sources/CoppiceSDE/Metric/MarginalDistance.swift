public import CoppiceTensors

/// How far the values of two sets of paths are apart, each time taken alone.
///
/// At every time and in every channel it is the area between the two distribution functions (the 1-Wasserstein
/// distance): how far values have to be moved on average to make one sample of the other, in the unit of the channel.
/// What connects the values of a path is not seen; see ``AutocorrelationDistance`` and ``MeanSignature``.
public struct MarginalDistance: Sendable, Equatable {
  /// The distances, `[T, C]`; NaN where a set has no value at a time.
  public let distances: [Double]

  /// The mean of the distances that there are.
  public let mean: Double

  /// The distances of two sets.
  ///
  /// - Throws: `UserError` of kind `configuration` when the sets differ in times or channels, or share no time at
  ///   which both have a value.
  /// - Complexity: O(`T C N` log `N`).
  public init(_ first: PathSet, _ second: PathSet) throws(UserError) {
    try first.checkComparable(with: second)
    var distances: [Double] = []
    for time in 0..<first.timeCount {
      for channel in 0..<first.channelCount {
        distances.append(
          wassersteinDistance(
            first.marginal(time: time, channel: channel),
            second.marginal(time: time, channel: channel)))
      }
    }
    let found = distances.filter { !$0.isNaN }
    guard !found.isEmpty else {
      throw UserError(
        .configuration, found: "two sets that have no value at any common time",
        expected: "at least one", action: "compare other sets")
    }
    self.distances = distances
    mean = found.reduce(0, +) / Double(found.count)
  }
}

/// ∫ |F − G| of the distribution functions of two samples; NaN when one is empty.
package func wassersteinDistance(_ first: [Float], _ second: [Float]) -> Double {
  guard !first.isEmpty, !second.isEmpty else { return .nan }
  let (first, second) = (first.sorted(), second.sorted())
  var (index, otherIndex, area) = (0, 0, 0.0)
  var last = Double(min(first[0], second[0]))
  while index < first.count || otherIndex < second.count {
    let value = min(
      index < first.count ? first[index] : .infinity,
      otherIndex < second.count ? second[otherIndex] : .infinity)
    let difference =
      Double(index) / Double(first.count) - Double(otherIndex) / Double(second.count)
    area += abs(difference) * (Double(value) - last)
    last = Double(value)
    while index < first.count, first[index] <= value { index += 1 }
    while otherIndex < second.count, second[otherIndex] <= value { otherIndex += 1 }
  }
  return area
}
