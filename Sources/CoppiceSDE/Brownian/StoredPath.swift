public import CoppiceTensors

/// A path that is given at some times: data that drives an equation, or noise of one's own.
///
/// Between its times it is a straight line.
///
/// ## Shapes
/// - `N` times, `P` panels, `M` channels: values `[N, P, M, 64]`
public final class StoredPath<Scalar: NetworkScalar>: DrivingPath {
  /// `P`.
  public let panelCount: Int
  /// `M`.
  public let channelCount: Int
  /// When the values hold; increasing.
  public let times: [Double]
  /// `[N, P, M, 64]`; whoever made the path may change them between solves.
  public let values: AlignedBuffer<Scalar>

  private var cursor = 0

  /// A path of zeros.
  ///
  /// - Precondition: At least two times, increasing.
  public init(times: [Double], sampleCount: Int, channelCount: Int) {
    precondition(
      times.count > 1 && zip(times, times.dropFirst()).allSatisfy(<),
      "a path needs increasing times")
    self.times = times
    self.channelCount = channelCount
    panelCount = panelCountFor(samples: sampleCount)
    values = AlignedBuffer(count: times.count * panelCount * channelCount * panelWidth)
  }

  /// From the first time to the last.
  public var span: ClosedRange<Double> { times[0]...times[times.count - 1] }

  /// Areas are not known.
  public var hasArea: Bool { false }

  /// The values at time `index`, `[P, M, 64]`.
  public func value(at index: Int, panel: Int = 0) -> UnsafeMutablePointer<Scalar> {
    values.pointer + (index * panelCount + panel) * channelCount * panelWidth
  }

  /// Writes what happened from time `start` to time `end`.
  public func query(
    from start: Double, to end: Double, increment: UnsafeMutablePointer<Scalar>,
    area: UnsafeMutablePointer<Scalar>?
  ) {
    precondition(area == nil, "a stored path knows no areas")
    let (s, t) = (span.clamped(start), span.clamped(end))
    precondition(s <= t, "an increment from \(start) back to \(end)")
    let count = panelCount * channelCount * panelWidth
    increment.zero(count: count)
    add(factor: 1, valueAt: t, count: count, to: increment)
    add(factor: -1, valueAt: s, count: count, to: increment)
  }

  private func add(
    factor: Scalar, valueAt time: Double, count: Int, to sum: UnsafeMutablePointer<Scalar>
  ) {
    let index = interval(holding: time)
    let share = (time - times[index]) / (times[index + 1] - times[index])
    if share < 1 { accumulate(count, factor * Scalar(1 - share), value(at: index), into: sum) }
    if share > 0 { accumulate(count, factor * Scalar(share), value(at: index + 1), into: sum) }
  }

  /// The last interval that begins at `time` or before.
  private func interval(holding time: Double) -> Int {
    for near in [cursor, cursor + 1, cursor - 1]
    where near >= 0 && near + 1 < times.count && times[near] <= time && time <= times[near + 1] {
      cursor = near
      return near
    }
    var (low, high) = (0, times.count - 2)
    while low < high {
      let middle = (low + high + 1) / 2
      if times[middle] <= time { low = middle } else { high = middle - 1 }
    }
    cursor = low
    return low
  }
}
