public import CoppiceTensors

/// Paths as continuous curves, with the time as the first channel: what drives a controlled differential equation.
///
/// A curve is a function of a parameter that goes through ``knots``: the time, or for
/// ``Interpolation/rectilinear`` a count. Before the first knot and after the last one it stands still.
///
/// ## Shapes
/// - `N` paths, `T` times, `C` channels; a point of a curve `[1 + C]`, the time first
public struct PathControl: Sendable {
  /// How values between the times are thought.
  public let scheme: Interpolation

  /// The parameters between which the curves are smooth: `[T]` times, or 0, 1, …, 2(`T` − 1).
  public let knots: [Double]

  /// The paths without gaps.
  private let paths: PathSet

  /// Curves through the values of `paths`.
  ///
  /// - Throws: `UserError` of kind `configuration` when a channel has no value in one of the paths.
  public init(_ paths: PathSet, by scheme: Interpolation) throws(UserError) {
    self.scheme = scheme
    self.paths = try paths.filled(scheme.filling)
    knots =
      scheme == .rectilinear ? (0...2 * (paths.timeCount - 1)).map(Double.init) : paths.times
  }

  /// `N`.
  public var pathCount: Int { paths.pathCount }

  /// 1 + `C`.
  public var channelCount: Int { paths.channelCount + 1 }

  /// The point of a curve: `[1 + C]`.
  public func value(path: Int, at parameter: Double) -> [Double] {
    combination(path: path, of: point(at: parameter))
  }

  /// How far a curve goes from one parameter to another: `[1 + C]`.
  public func increment(path: Int, from first: Double, to last: Double) -> [Double] {
    zip(value(path: path, at: last), value(path: path, at: first)).map { $0 - $1 }
  }

  /// Writes the points of several curves.
  ///
  /// - Parameters:
  ///   - parameter: Where on the curves.
  ///   - paths: Which curves, one a sample.
  ///   - panels: Receives them: at least 1 + `C` features.
  /// - Complexity: O(samples · `C`); allocates nothing.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func writeValues<Scalar: NetworkScalar>(
    at parameter: Double, of paths: [Int], into panels: Panels<Scalar>
  ) {
    write(point(at: parameter), minus: nil, of: paths, into: panels)
  }

  /// Writes how far several curves go from one parameter to another: the driver of one step of a solver.
  ///
  /// - Parameters:
  ///   - first: Where the step begins.
  ///   - last: Where it ends.
  ///   - paths: Which curves, one a sample.
  ///   - panels: Receives the increments: at least 1 + `C` features.
  /// - Complexity: O(samples · `C`); allocates nothing.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func writeIncrements<Scalar: NetworkScalar>(
    from first: Double, to last: Double, of paths: [Int],
    into panels: Panels<Scalar>
  ) {
    write(point(at: last), minus: point(at: first), of: paths, into: panels)
  }

  /// A point of every curve: the time, and weights of the values at three times in a row.
  private struct Point {
    var time: Double
    /// The last of the three times.
    var place: Int
    /// Of the time before the one before, the one before, and `place`.
    var weights: (Double, Double, Double)
  }

  private func point(at parameter: Double) -> Point {
    let parameter = min(max(parameter, knots[0]), knots[knots.count - 1])
    guard paths.timeCount > 1 else {
      return Point(time: paths.times[0], place: 0, weights: (0, 0, 1))
    }
    let (knot, share) = piece(at: parameter)
    switch scheme {
    case .linear:
      return Point(time: parameter, place: knot + 1, weights: (0, 1 - share, share))
    case .cubicHermite:
      // Hermite's cubic from x with the slope that led here, m, to x + Δ with the slope Δ/h:
      // x + h m u (1 − u)² + Δ u² (2 − u)
      let bend = share * (1 - share) * (1 - share)
      let forward = share * share * (2 - share)
      guard knot > 0 else {
        return Point(time: parameter, place: 1, weights: (0, 1 - share, share))
      }
      let ratio = (knots[knot + 1] - knots[knot]) / (knots[knot] - knots[knot - 1])
      return Point(
        time: parameter, place: knot + 1,
        weights: (-ratio * bend, 1 + ratio * bend - forward, forward))
    case .rectilinear:
      let place = knot / 2
      if knot.isMultiple(of: 2) {
        let (from, to) = (paths.times[place], paths.times[place + 1])
        return Point(
          time: (1 - share) * from + share * to, place: place + 1, weights: (0, 1, 0))
      }
      return Point(
        time: paths.times[place + 1], place: place + 1, weights: (0, 1 - share, share))
    }
  }

  /// Between which knots a parameter lies, and which share of the way it has gone.
  private func piece(at parameter: Double) -> (knot: Int, share: Double) {
    var (low, high) = (0, knots.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if knots[middle] <= parameter { low = middle } else { high = middle }
    }
    return (low, (parameter - knots[low]) / (knots[high] - knots[low]))
  }

  private func combination(path: Int, of point: Point) -> [Double] {
    [point.time] + (0..<paths.channelCount).map { combination(path, $0, point) }
  }

  @inline(__always)
  private func combination(_ path: Int, _ channel: Int, _ point: Point) -> Double {
    let values = paths.values
    let (count, last) = (
      paths.channelCount, (path * paths.timeCount + point.place) * paths.channelCount + channel
    )
    var sum = point.weights.2 * Double(values[last])
    if point.weights.1 != 0 { sum += point.weights.1 * Double(values[last - count]) }
    if point.weights.0 != 0 { sum += point.weights.0 * Double(values[last - 2 * count]) }
    return sum
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func write<Scalar: NetworkScalar>(
    _ point: Point, minus other: Point?, of chosen: [Int],
    into panels: Panels<Scalar>
  ) {
    precondition(panels.featureCount >= channelCount, "a feature for the time and each channel")
    for (sample, path) in chosen.enumerated() {
      let lane = panels.panel(sample / panelWidth) + sample % panelWidth
      lane[0] = Scalar(point.time - (other?.time ?? 0))
      for channel in 0..<paths.channelCount {
        var value = combination(path, channel, point)
        if let other { value -= combination(path, channel, other) }
        lane[(channel + 1) * panelWidth] = Scalar(value)
      }
    }
  }
}
