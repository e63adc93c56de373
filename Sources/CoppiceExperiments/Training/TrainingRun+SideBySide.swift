public import CoppiceTensors
import Synchronization

extension TrainingRun {
  /// Trains several runs in one process, each on a thread of its own.
  ///
  /// The runs share nothing, so each ends with the same bits as if it had been alone. One that fails
  /// ends alone; those that have not begun when somebody says stop begin and stop at once, so that
  /// every run has a checkpoint to continue from.
  ///
  /// - Parameters:
  ///   - runs: Which runs; the first are the first to begin.
  ///   - limit: How many train at once; at least 1.
  ///   - observers: Somebody who watches, for each run; nobody without.
  ///   - shouldStop: Asked between any two steps of every run, from its thread.
  /// - Returns: How each ended, in the order of `runs`.
  /// - Precondition: There are as many observers as runs, or none.
  /// - Complexity: the memory of all runs, which a replay takes as it fills.
  public static func train(
    sideBySide runs: [TrainingRun], atOnce limit: Int, observers: [any TrainingObserver] = [],
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) -> [Result<TrainingSummary, UserError>] {
    precondition(observers.isEmpty || observers.count == runs.count, "each run has an observer")
    guard !runs.isEmpty else { return [] }
    let begun = Beginnings()
    let endings = Endings(count: runs.count)
    WorkerPool(threadCount: min(max(limit, 1), runs.count)).run { _ in
      while let index = begun.next(below: runs.count) {
        let observer = observers.isEmpty ? SilentObserver() : observers[index]
        endings.note(run(runs[index], observer, shouldStop), of: index)
      }
    }
    return endings.all
  }

  private static func run(
    _ run: TrainingRun, _ observer: some TrainingObserver, _ shouldStop: () -> Bool
  ) -> Result<TrainingSummary, UserError> {
    do throws(UserError) {
      return .success(try run.run(observer: observer, shouldStop: shouldStop))
    } catch {
      return .failure(error)
    }
  }
}

/// Deals runs out to threads that have none; which thread trains a run changes no number.
private final class Beginnings: Sendable {
  private let count = Atomic<Int>(0)

  func next(below limit: Int) -> Int? {
    let index = count.add(1, ordering: .relaxed).oldValue
    return index < limit ? index : nil
  }
}

/// How runs ended, noted from their threads.
private final class Endings: Sendable {
  private let results: Mutex<[Result<TrainingSummary, UserError>?]>

  init(count: Int) { results = Mutex(Array(repeating: nil, count: count)) }

  func note(_ result: Result<TrainingSummary, UserError>, of index: Int) {
    results.withLock { $0[index] = result }
  }

  var all: [Result<TrainingSummary, UserError>] { results.withLock { $0.compactMap { $0 } } }
}
