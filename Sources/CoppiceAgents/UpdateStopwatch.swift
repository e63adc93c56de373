#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Adds up the time that each kind of work of an update took on the first thread.
///
/// - Complexity: about 30 ns for each ``lap(_:)``; an agent without a stopwatch pays nothing.
public final class UpdateStopwatch {
  /// Kinds of work.
  public enum Work: Int, CaseIterable, Sendable {
    /// Matrix products, forward and backward, with what is fused into them and what lays out their
    /// inputs.
    case products
    /// What follows from new gradients and is no product: optimiser, target averaging, and bringing
    /// the new weights into the order of the backward pass.
    case elementwise
    /// Drawing and gathering a batch.
    case replay
    /// Choosing masks anew and moving numbers to their new places.
    case topology
    /// Everything else: noise, squashing, losses.
    case other
  }

  private var seconds = [Double](repeating: 0, count: Work.allCases.count)
  private var last = 0.0

  /// A stopwatch at zero.
  public init() {}

  /// Starts the first lap of an update.
  public func start() { last = Self.now() }

  /// Ends a lap and books it as `work`.
  public func lap(_ work: Work) {
    let now = Self.now()
    seconds[work.rawValue] += now - last
    last = now
  }

  /// Seconds booked as `work` so far.
  public func total(_ work: Work) -> Double { seconds[work.rawValue] }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
