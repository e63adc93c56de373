/// A fixed team of threads that cut work into equal parts, always in the same way.
///
/// Part `i` of `n` always runs on thread `i`, and no part is ever moved: which thread computes a
/// number is decided by the number of threads alone, never by timing. With one thread there are no
/// others, and ``run(_:)`` is a plain call.
///
/// A waiting thread watches for work for some microseconds and then sleeps, so a team on a shared
/// machine does not take time from others.
///
/// ```swift
/// pool.run { worker in
///   fill(worker.part.range(of: rows))
///   worker.barrier()
///   sumColumns(worker.part.range(of: columns))
/// }
/// ```
///
/// - Complexity: about a microsecond for each ``run(_:)`` that soon follows another, some more where
///   threads have to be woken. No allocation where the closure captures one object and nothing else,
///   which the compiler hands over as it is.
public final class WorkerPool: Sendable {
  /// How many threads work, the caller among them.
  public let threadCount: Int

  private let team: Team

  /// A team of `threadCount` threads.
  ///
  /// - Precondition: `threadCount` is at least 1.
  public init(threadCount: Int) {
    precondition(threadCount >= 1, "a pool needs at least one thread, found \(threadCount)")
    self.threadCount = threadCount
    team = Team(threadCount: threadCount)
  }

  deinit { team.dismiss() }

  /// Runs `body` once for every part, one on each thread, and returns when all have finished.
  ///
  /// - Parameter body: What each worker does; between two barriers they write to different memory.
  /// - Precondition: Nobody else is running something on the same pool.
  public func run(_ body: @escaping (Worker) -> Void) { team.run(body) }
}
