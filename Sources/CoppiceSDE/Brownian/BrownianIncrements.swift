public import CoppiceTensors

/// Independent increments of Brownian motion between fixed times: the cheapest noise for a fixed grid.
///
/// Knows nothing of what happens between its times; asked for an interval of several steps, it adds
/// them up.
///
/// ## Randomness
/// A sample's path depends on its key, and each increment on its index among the times.
///
/// - Complexity: one draw for each query of a step; no allocation after the initialiser.
public final class BrownianIncrements<Scalar: NetworkScalar>: DrivingPath {
  /// `M`.
  public let channelCount: Int
  /// Whether areas can be asked for.
  public let hasArea: Bool

  private let noise: BrownianNoise<Scalar>
  private let times: [Double]
  private let step: AlignedBuffer<Scalar>
  private var cursor = 0

  /// Brownian motion that can be asked between any two of `times`.
  ///
  /// - Precondition: At least two times, increasing; there are samples and channels.
  public init(keys: SampleKeys, channelCount: Int, times: [Double], hasArea: Bool = false) {
    precondition(keys.count > 0 && channelCount > 0, "Brownian motion of nobody")
    precondition(
      times.count > 1 && zip(times, times.dropFirst()).allSatisfy(<),
      "increments need increasing times")
    self.channelCount = channelCount
    self.times = times
    self.hasArea = hasArea
    noise = BrownianNoise(keys: keys, channelCount: channelCount)
    step = AlignedBuffer(count: (hasArea ? 2 : 1) * channelCount * panelWidth)
  }

  /// `P`.
  public var panelCount: Int { noise.keys.panelCount }

  /// Only its own times are known.
  public var knowsEveryTime: Bool { false }

  /// From the first time to the last.
  public var span: ClosedRange<Double> { times[0]...times[times.count - 1] }

  /// Writes what happened from time `start` to time `end`.
  ///
  /// - Precondition: Both are among the times, to the bit.
  public func query(
    from start: Double, to end: Double, increment: UnsafeMutablePointer<Scalar>,
    area: UnsafeMutablePointer<Scalar>?
  ) {
    precondition(area == nil || hasArea, "this Brownian motion was made without areas")
    let (first, last) = (index(of: start), index(of: end))
    precondition(first <= last, "an increment from \(start) back to \(end)")
    cursor = first
    let count = channelCount * panelWidth
    for panel in 0..<panelCount {
      let (sum, sumArea) = (increment + panel * count, area.map { $0 + panel * count })
      sum.zero(count: count)
      sumArea?.zero(count: count)
      for index in first..<last {
        let (from, to) = (times[index], times[index + 1])
        let name = mixed(UInt64(index))
        let isOnly = first + 1 == last
        let place = isOnly ? sum : step.pointer
        noise.write(.increment, of: name, panel: panel, into: place)
        scale(place, count: count, by: Scalar((to - from).squareRoot()))
        let placeArea = isOnly ? sumArea : sumArea.map { _ in step.pointer + count }
        if let placeArea {
          noise.write(.area, of: name, panel: panel, into: placeArea)
          scale(placeArea, count: count, by: Scalar(((to - from) / 12).squareRoot()))
        }
        if !isOnly {
          append(
            count: count, from: start, by: from, to: to, increment: place,
            area: placeArea.map { UnsafePointer($0) }, onto: sum, sumArea: sumArea)
        }
      }
    }
  }

  private func index(of time: Double) -> Int {
    for near in [cursor, cursor + 1, cursor - 1]
    where times.indices.contains(near) && times[near] == time { return near }
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    precondition(
      low < times.count && times[low] == time, "\(time) is none of the times of the increments")
    return low
  }
}
