public import CoppiceTensors

extension PathSet {
  /// Pieces of `count` times, one after the other, each as a path of its own at the times of the first piece.
  ///
  /// What is left over at the end falls away. So one long observation becomes many that a model can learn from.
  ///
  /// - Parameter count: Times of a piece.
  /// - Returns: The pieces of the first path, then those of the second, and so on.
  /// - Throws: `UserError` of kind `configuration` when a piece has fewer than two times or more than the paths, when
  ///   times are not at equal distances, to a millionth, and when a piece has no value.
  public func pieces(of count: Int) throws(UserError) -> PathSet {
    guard count >= 2, count <= timeCount else {
      throw UserError(
        .configuration, found: "pieces of \(count) times from paths of \(timeCount)",
        expected: "from 2 to \(timeCount)", action: "change the length of pieces")
    }
    let step = (times[timeCount - 1] - times[0]) / Double(timeCount - 1)
    for index in 1..<timeCount where abs(times[index] - times[index - 1] - step) > 1e-6 * step {
      throw UserError(
        .configuration,
        found: "times \(times[index - 1]) and \(times[index]), where others are \(step) apart",
        expected: "times at equal distances, so that pieces can share theirs",
        action: "number the observations instead, or give each path a name")
    }
    let perPath = timeCount * channelCount
    let perPiece = count * channelCount
    var cut: [Float] = []
    for path in 0..<pathCount {
      for piece in 0..<(timeCount / count) {
        let start = path * perPath + piece * perPiece
        cut += values[start..<start + perPiece]
      }
    }
    return try PathSet(
      times: Array(times.prefix(count)), channelNames: channelNames, values: cut)
  }
}
