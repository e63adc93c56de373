public import CoppiceTensors

/// The mean signature of a set of paths, with the time as their first channel.
///
/// As the kernel whose features signatures are, the distance of two mean signatures is the maximum mean discrepancy
/// (MMD) of two sets: near 0 for sets of the same law, and 0 only for such when the depth grows. Signatures do not see
/// where a path begins; compare the first times by ``KolmogorovSmirnov``.
///
/// ## Source
/// Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs", arXiv 2102.03657, compares
/// sets of paths in this way, with signatures of depth 5. Distances depend on the units of time and values: those of
/// two models can be compared, those of two papers only where the units agree.
public struct MeanSignature: Sendable {
  /// The unit of the channel of time.
  public enum TimeUnit: String, Codable, Sendable, CaseIterable {
    /// As the paths have it.
    case given
    /// The whole length of the paths.
    case length
  }

  /// 1 + `C`.
  public let channelCount: Int
  /// How long the words are at most.
  public let depth: Int
  /// The means of the terms, in the order of ``Signature/terms``.
  public let terms: [Double]

  /// The mean signature of `paths`.
  ///
  /// Gaps are filled along straight lines.
  ///
  /// - Parameters:
  ///   - paths: At least one.
  ///   - depth: How long the words are at most; positive.
  ///   - unit: The unit of time.
  /// - Throws: `UserError` of kind `configuration` when the depth makes no sense or millions of terms, and when a
  ///   channel has no value in one of the paths.
  /// - Complexity: O(`N T` (1 + `C`)^depth).
  public init(
    of paths: PathSet, depth: Int = 5, unit: TimeUnit = .given
  ) throws(UserError) {
    let (count, timeCount) = (paths.channelCount, paths.timeCount)
    guard depth > 0,
      let size = Signature.termCount(channelCount: count + 1, depth: depth), size <= 1 << 24
    else {
      throw UserError(
        .configuration, found: "signatures of depth \(depth) of \(count) channels and the time",
        expected: "a positive depth and at most 16 million terms", action: "change the depth")
    }
    let values = try paths.filled(.linear).values
    let length = paths.times[timeCount - 1] - paths.times[0]
    let scale = unit == .length && length > 0 ? 1 / length : 1
    var sums = [Double](repeating: 0, count: size)
    var signature = Signature(channelCount: count + 1, depth: depth)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count + 1) { increment in
      increment.initialize(repeating: 0)
      for path in 0..<paths.pathCount {
        signature.reset()
        for time in 1..<max(1, timeCount) {
          increment[0] = (paths.times[time] - paths.times[time - 1]) * scale
          let place = (path * timeCount + time) * count
          for channel in 0..<count {
            increment[channel + 1] =
              Double(values[place + channel]) - Double(values[place - count + channel])
          }
          signature.extend(by: UnsafeBufferPointer(increment))
        }
        for index in 0..<size { sums[index] += signature.terms[index] }
      }
    }
    channelCount = count + 1
    self.depth = depth
    terms = sums.map { $0 / Double(paths.pathCount) }
  }

  /// The Euclidean distance of two mean signatures.
  ///
  /// - Precondition: Both have the same channels and depth.
  public func distance(to other: MeanSignature) -> Double {
    precondition(
      channelCount == other.channelCount && depth == other.depth, "signatures of the same words")
    return zip(terms, other.terms).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
}
