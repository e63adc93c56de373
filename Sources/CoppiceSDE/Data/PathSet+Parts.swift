public import CoppiceRandom
public import CoppiceTensors

extension PathSet {
  /// The paths in two parts, shuffled.
  ///
  /// - Parameters:
  ///   - testShare: Which share of the paths is held back, between 0 and 1; rounded to whole paths, and at
  ///     least one on either side.
  ///   - key: Decides which; the same key and number of paths give the same parts.
  /// - Returns: Both parts.
  /// - Throws: `UserError` of kind `configuration` when the share is not between 0 and 1, when there is only
  ///   one path, and when a channel has no value in one of the parts.
  public func split(
    testShare: Double, key: RandomKey
  ) throws(UserError) -> (training: PathSet, test: PathSet) {
    guard testShare > 0, testShare < 1 else {
      throw UserError(
        .configuration, found: "a test share of \(testShare)", expected: "between 0 and 1",
        action: "change the share")
    }
    guard pathCount > 1 else {
      throw UserError(
        .configuration, found: "one path", expected: "at least two to split",
        action: "use more paths, or test on those that train")
    }
    var random = key.stream()
    let order = (0..<pathCount).shuffled(using: &random)
    let wanted = Int((testShare * Double(pathCount)).rounded())
    let testCount = min(max(1, wanted), pathCount - 1)
    return (
      training: try selecting(order[testCount...]), test: try selecting(order[..<testCount])
    )
  }

  /// The same paths with some of their values taken away.
  ///
  /// - Parameters:
  ///   - share: Which share of the values that are there, from 0 to below 1; rounded down to whole values.
  ///   - key: Decides which.
  /// - Returns: The paths with more gaps.
  /// - Throws: `UserError` of kind `configuration` when the share is no such number, and when a path or a
  ///   channel is left without any value.
  public func dropping(share: Double, key: RandomKey) throws(UserError) -> PathSet {
    guard share >= 0, share < 1 else {
      throw UserError(
        .configuration, found: "a share of \(share) to drop", expected: "from 0 to below 1",
        action: "change the share")
    }
    var present = values.indices.filter { !values[$0].isNaN }
    var left = values
    var random = key.stream()
    // the beginning of a shuffle: every set of values of that size is as likely
    for drawn in 0..<Int(share * Double(present.count)) {
      present.swapAt(drawn, drawn + random.nextIndex(below: present.count - drawn))
      left[present[drawn]] = .nan
    }
    return try PathSet(times: times, channelNames: channelNames, values: left)
  }
}
