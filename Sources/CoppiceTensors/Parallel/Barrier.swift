import CCoppiceKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where threads wait for each other: none leaves before all have arrived.
///
/// Who waits watches for a while, since the others are mostly a few microseconds behind, and then
/// sleeps: another program may have taken the core of one of them, and can have this one.
///
/// - Complexity: about 0.2 µs where all are awake, a few microseconds to wake a sleeper. No
///   allocation, and no system call where nobody sleeps.
final class Barrier: @unchecked Sendable {
  private let arrived = Atomic<Int>(0)
  private let openings = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let opened = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(opened, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(opened)
    mutex.deallocate()
    opened.deallocate()
  }

  /// Returns when `count` threads have called.
  ///
  /// What each thread wrote before, all can read after.
  ///
  /// - Parameters:
  ///   - count: How many threads meet here; the same for all of one meeting.
  ///   - patience: For how many nanoseconds to watch before sleeping.
  func wait(for count: Int, patience: UInt64) {
    // read before arriving: the last to arrive may open at once
    let seen = openings.load(ordering: .acquiring)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      open()
    } else if !isOpened(after: seen, within: patience) {
      sleep(until: seen)
    }
  }

  private func open() {
    // either we see the sleeper here or it sees the opening before it sleeps
    openings.add(1, ordering: .sequentiallyConsistent)
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(opened)
    pthread_mutex_unlock(mutex)
  }

  private func isOpened(after seen: Int, within patience: UInt64) -> Bool {
    guard patience > 0 else { return openings.load(ordering: .acquiring) != seen }
    let deadline = nanosecondsNow() + patience
    repeat {
      for _ in 0..<32 {
        if openings.load(ordering: .acquiring) != seen { return true }
        coppice_pause()
      }
    } while nanosecondsNow() < deadline
    return false
  }

  private func sleep(until seen: Int) {
    pthread_mutex_lock(mutex)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while openings.load(ordering: .sequentiallyConsistent) == seen {
      pthread_cond_wait(opened, mutex)
    }
    sleepers.subtract(1, ordering: .relaxed)
    pthread_mutex_unlock(mutex)
  }

  private func nanosecondsNow() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
