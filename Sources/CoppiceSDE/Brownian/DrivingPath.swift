public import CoppiceTensors

/// What drives an equation: increments over intervals of time, for some panels of samples.
///
/// Brownian motion is the usual member; data that drives a controlled equation is another. An object
/// belongs to one thread at a time and may be asked again, in any order, also backwards.
///
/// ## Shapes
/// - `P` panels of 64 samples, `M` channels: increments are `[P, M, 64]`
public protocol DrivingPath<Scalar>: AnyObject {
  /// The number type.
  associatedtype Scalar: NetworkScalar

  /// `P`.
  var panelCount: Int { get }

  /// `M`.
  var channelCount: Int { get }

  /// When the path begins and ends.
  var span: ClosedRange<Double> { get }

  /// Whether it knows the space-time Lévy areas besides the increments.
  var hasArea: Bool { get }

  /// Whether it can be asked for any two times of its ``span``, as steps of a length of their own want it. True
  /// unless a path says otherwise.
  var knowsEveryTime: Bool { get }

  /// Writes what happened from time `start` to time `end`.
  ///
  /// - Parameters:
  ///   - start: s; up to 4 units in the last place outside ``span`` count as its end.
  ///   - end: t, not before s.
  ///   - increment: Receives W(t) − W(s), `[P, M, 64]`; lanes behind the last sample are left open.
  ///   - area: Receives H = 1/(t − s) ∫ W(s, u) − (u − s)/(t − s) W(s, t) du over [s, t], of the same
  ///     shape, where wanted.
  /// - Precondition: Areas are asked for only where ``hasArea``.
  func query(
    from start: Double, to end: Double, increment: UnsafeMutablePointer<Scalar>,
    area: UnsafeMutablePointer<Scalar>?)

  /// Announces the times between which a solver will ask, in order.
  ///
  /// A source may prepare for them; what is asked later need not keep to them.
  func expect(times: [Double])
}

extension DrivingPath {
  /// It can.
  public var knowsEveryTime: Bool { true }

  /// Prepares nothing.
  public func expect(times: [Double]) {}
}

extension ClosedRange<Double> {
  /// `time`, or the end of the range that it is within 4 units in the last place of.
  func clamped(_ time: Double) -> Double {
    if contains(time) { return time }
    let nearest = time < lowerBound ? lowerBound : upperBound
    let slack = 4 * Swift.max(abs(lowerBound), abs(upperBound)).ulp
    precondition(
      abs(time - nearest) <= slack, "time \(time) lies outside \(lowerBound) to \(upperBound)")
    return nearest
  }
}
