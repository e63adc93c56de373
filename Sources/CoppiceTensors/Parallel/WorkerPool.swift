import CCoppiceKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A fixed team of threads that cut work into equal parts, always in the same way.
///
/// Part `i` of `n` always runs on thread `i`, and no part is ever moved: which thread computes a
/// number is decided by the number of threads alone, never by timing. With one thread there are no
/// others, and ``run(_:)`` is a plain call.
///
/// A waiting thread watches for work for a few microseconds and then sleeps, so a team on a shared
/// machine does not take time from others.
///
/// - Complexity: a few microseconds per ``run(_:)`` with more than one thread. No allocation where
///   the closure captures one object and nothing else, which the compiler hands over as it is.
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
    team = Team()
    for index in 1..<max(threadCount, 1) { team.hire(Part(index, of: threadCount)) }
  }

  deinit { team.dismiss() }

  /// Runs `body` once for every part, one on each thread, and returns when all have finished.
  ///
  /// - Parameter body: What each part does; parts write to different memory.
  public func run(_ body: @escaping (Part) -> Void) {
    guard threadCount > 1 else { return body(.whole) }
    team.publish(body, workers: threadCount - 1)
    body(Part(0, of: threadCount))
    team.awaitWorkers()
  }
}

/// What the threads of a pool share.
private final class Team: @unchecked Sendable {
  private var job: ((Part) -> Void)?
  private let generation = Atomic<Int>(0)
  private let unfinished = Atomic<Int>(0)
  private let dismissed = Atomic<Bool>(false)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let published = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var threads: [pthread_t] = []

  /// How often a waiting thread looks before it sleeps: about ten microseconds.
  private static let looks = 1000

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(published, nil)
    pthread_cond_init(finished, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(published)
    pthread_cond_destroy(finished)
    mutex.deallocate()
    published.deallocate()
    finished.deallocate()
  }

  func hire(_ part: Part) {
    let contract = Unmanaged.passRetained(Contract(team: self, part: part))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = pthread_create(&thread, nil, workerMain, contract.toOpaque())
    precondition(status == 0, "the system gave no thread (error \(status))")
    #if canImport(Darwin)
      if let thread { threads.append(thread) }
    #else
      threads.append(thread)
    #endif
  }

  func dismiss() {
    dismissed.store(true, ordering: .releasing)
    publish(nil, workers: 0)
    for thread in threads { pthread_join(thread, nil) }
  }

  func publish(_ job: ((Part) -> Void)?, workers: Int) {
    pthread_mutex_lock(mutex)
    self.job = job
    unfinished.store(workers, ordering: .relaxed)
    generation.add(1, ordering: .releasing)
    pthread_cond_broadcast(published)
    pthread_mutex_unlock(mutex)
  }

  func awaitWorkers() {
    for _ in 0..<Self.looks where unfinished.load(ordering: .acquiring) > 0 { coppice_pause() }
    if unfinished.load(ordering: .acquiring) > 0 {
      pthread_mutex_lock(mutex)
      while unfinished.load(ordering: .acquiring) > 0 { pthread_cond_wait(finished, mutex) }
      pthread_mutex_unlock(mutex)
    }
    job = nil
  }

  func work(_ part: Part) {
    var seen = 0
    while true {
      for _ in 0..<Self.looks where generation.load(ordering: .acquiring) == seen {
        coppice_pause()
      }
      if generation.load(ordering: .acquiring) == seen {
        pthread_mutex_lock(mutex)
        while generation.load(ordering: .acquiring) == seen { pthread_cond_wait(published, mutex) }
        pthread_mutex_unlock(mutex)
      }
      seen += 1
      if dismissed.load(ordering: .acquiring) { return }
      job?(part)
      if unfinished.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
        pthread_mutex_lock(mutex)
        pthread_cond_signal(finished)
        pthread_mutex_unlock(mutex)
      }
    }
  }
}

private final class Contract {
  let team: Team
  let part: Part
  init(team: Team, part: Part) {
    self.team = team
    self.part = part
  }
}

#if canImport(Darwin)
  private func workerMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let contract = Unmanaged<Contract>.fromOpaque(argument).takeRetainedValue()
    contract.team.work(contract.part)
    return nil
  }
#else
  private func workerMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let contract = Unmanaged<Contract>.fromOpaque(argument).takeRetainedValue()
    contract.team.work(contract.part)
    return nil
  }
#endif
