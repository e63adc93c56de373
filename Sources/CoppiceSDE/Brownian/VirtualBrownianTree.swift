public import CoppiceTensors

/// Brownian motion of which nothing is kept: every value is found by halving from the whole span.
///
/// The baseline that ``BrownianInterval`` is measured against. It gives the same paths as that with
/// `halves(tolerance:)` to rounding, at log₂(span / tolerance) bridges for each end of a query.
///
/// ## Randomness
/// A sample's path depends on its key and on the tolerance alone.
///
/// ## Source
/// Li, Wong, Chen, Duvenaud 2020, "Scalable Gradients for Stochastic Differential Equations", algorithm
/// 3.
public final class VirtualBrownianTree<Scalar: NetworkScalar>: DrivingPath {
  /// When the motion begins and ends.
  public let span: ClosedRange<Double>
  /// `M`.
  public let channelCount: Int
  /// How many bridges were computed since the beginning.
  public private(set) var bridgeCount = 0

  private let noise: BrownianNoise<Scalar>
  private let depth: Int
  private let root: IntervalTree
  private let parts: (AlignedBuffer<Scalar>, AlignedBuffer<Scalar>)
  private let normals: AlignedBuffer<Scalar>

  /// Brownian motion over `span` whose times are rounded to `tolerance`.
  ///
  /// - Precondition: There are samples and channels, the span is not empty, the tolerance is positive.
  public init(
    keys: SampleKeys, channelCount: Int, span: ClosedRange<Double>, tolerance: Double
  ) {
    precondition(keys.count > 0 && channelCount > 0, "Brownian motion of nobody")
    precondition(span.upperBound > span.lowerBound, "Brownian motion over no time")
    precondition(tolerance > 0, "a tolerance of \(tolerance) is never reached")
    self.span = span
    self.channelCount = channelCount
    noise = BrownianNoise(keys: keys, channelCount: channelCount)
    root = IntervalTree(span: span, dividesInHalves: true)
    depth = halvings(of: span, tolerance: tolerance)
    let count = channelCount * panelWidth
    parts = (AlignedBuffer(count: count), AlignedBuffer(count: count))
    normals = AlignedBuffer(count: count)
  }

  /// `P`.
  public var panelCount: Int { noise.keys.panelCount }

  /// Areas are not known.
  public var hasArea: Bool { false }

  /// Writes what happened from time `start` to time `end`.
  public func query(
    from start: Double, to end: Double, increment: UnsafeMutablePointer<Scalar>,
    area: UnsafeMutablePointer<Scalar>?
  ) {
    precondition(area == nil, "a virtual Brownian tree knows no areas")
    let (s, t) = (span.clamped(start), span.clamped(end))
    precondition(s <= t, "an increment from \(start) back to \(end)")
    let count = channelCount * panelWidth
    for panel in 0..<panelCount {
      let place = increment + panel * count
      place.zero(count: count)
      add(factor: 1, motionAt: t, panel: panel, to: place)
      add(factor: -1, motionAt: s, panel: panel, to: place)
    }
  }

  /// Adds W(time) − W(beginning), times `factor`.
  private func add(
    factor: Scalar, motionAt time: Double, panel: Int, to sum: UnsafeMutablePointer<Scalar>
  ) {
    let count = channelCount * panelWidth
    var (low, high) = (span.lowerBound, span.upperBound)
    var name = root[0].name
    var (value, other) = (parts.0.pointer, parts.1.pointer)
    noise.write(.increment, of: name, panel: panel, into: value)
    scale(value, count: count, by: Scalar((high - low).squareRoot()))
    for _ in 0..<depth {
      let middle = low + (high - low) / 2
      noise.write(.first, of: name, panel: panel, into: normals.pointer)
      let isRight = time >= middle
      // the part that is not gone into is overwritten by the next division
      let left = isRight ? normals.pointer : other
      let right = isRight ? other : normals.pointer
      BrownianBridge(start: low, middle: middle, end: high).divide(
        count: count, whole: value, noise: normals.pointer, left: left, right: right)
      if isRight { accumulate(count, factor, left, into: sum) }
      bridgeCount += 1
      name = childName(of: name, isRight: isRight)
      if isRight { low = middle } else { high = middle }
      swap(&value, &other)
    }
    if time - low >= high - time { accumulate(count, factor, value, into: sum) }
  }
}

/// How often `span` is halved until its parts are no longer than `tolerance`; at least once.
func halvings(of span: ClosedRange<Double>, tolerance: Double) -> Int {
  var (length, count) = ((span.upperBound - span.lowerBound) / 2, 1)
  while length > tolerance {
    length /= 2
    count += 1
  }
  return count
}
