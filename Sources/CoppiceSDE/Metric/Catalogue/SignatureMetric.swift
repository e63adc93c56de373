public import CoppiceRandom
public import CoppiceTensors

/// The maximum mean discrepancy of signatures.
///
/// Before signatures are taken, values are shifted and scaled channel by channel by the mean and deviation of the
/// real paths, and the unit of time is the length of the paths: the number does not depend on the units of the data
/// nor on how a model was trained.
///
/// ## Source
/// Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs", with signatures of
/// depth 5. **Differences**: the paper does not say in which units; ours is our choice.
public struct SignatureMetric: PathMetric {
  /// The longest words.
  public var depth = 5

  /// With words of at most 5 channels.
  public init() {}

  /// `signature-mmd`.
  public var name: String { "signature-mmd" }
  /// What it is.
  public var summary: String {
    "distance of the mean signatures of depth \(depth): what paths do, in which order"
  }
  /// Nothing is trained.
  public var learns: Bool { false }

  /// One number.
  public func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement] {
    try samples.checkComparable(with: real)
    let scale = try PathNormalisation(of: real, over: .everyTime)
    // so many terms that words of full length would not fit
    var depth = depth
    while depth > 1,
      Signature.termCount(channelCount: samples.channelCount + 1, depth: depth) ?? .max > 200_000
    {
      depth -= 1
    }
    let first = try MeanSignature(of: scale.apply(to: samples), depth: depth, unit: .length)
    let second = try MeanSignature(of: scale.apply(to: real), depth: depth, unit: .length)
    return [PathMeasurement(name, first.distance(to: second))]
  }
}
