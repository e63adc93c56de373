#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the threads of a pool share.
///
/// A region is a barrier that all threads leave with a job, and one that they leave without.
final class Team: @unchecked Sendable {
  private let threadCount: Int
  /// Whether each thread can have a core of its own.
  private let hasCores: Bool
  /// For all threads, and for each group that they may form.
  private let barriers: [Barrier]
  private var job: ((Worker) -> Void)?
  private var isDismissed = false
  private var threads: [pthread_t] = []

  init(threadCount: Int) {
    self.threadCount = threadCount
    hasCores = threadCount <= availableCoreCount()
    barriers = (0...threadCount).map { _ in Barrier() }
    for index in 1..<max(threadCount, 1) { hire(Part(index, of: threadCount)) }
  }

  func run(_ body: @escaping (Worker) -> Void) {
    let caller = Worker(Part(0, of: threadCount), team: self)
    guard threadCount > 1 else { return body(caller) }
    job = body
    caller.barrier()
    body(caller)
    caller.barrier()
    job = nil
  }

  /// Waits at a barrier of a region: shares are equal, so the others are a few microseconds behind.
  func meet(at index: Int, count: Int) { wait(at: index, count, for: 20_000) }

  /// Waits for a region: an environment may take a step in between.
  private func awaitRegion() { wait(at: 0, threadCount, for: 50_000) }

  private func wait(at index: Int, _ count: Int, for nanoseconds: UInt64) {
    // where threads share a core, the one that watches keeps the other from coming
    barriers[index].wait(for: count, patience: hasCores ? nanoseconds : 0)
  }

  /// Sends the threads home.
  func dismiss() {
    isDismissed = true
    Worker(Part(0, of: threadCount), team: self).barrier()
    for thread in threads { pthread_join(thread, nil) }
  }

  fileprivate func work(_ worker: Worker) {
    while true {
      awaitRegion()
      if isDismissed { return }
      job?(worker)
      worker.barrier()
    }
  }

  private func hire(_ part: Part) {
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
}

private final class Contract {
  let team: Team
  let part: Part
  init(team: Team, part: Part) {
    self.team = team
    self.part = part
  }

  func fulfil() { team.work(Worker(part, team: team)) }
}

#if canImport(Darwin)
  private func workerMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<Contract>.fromOpaque(argument).takeRetainedValue().fulfil()
    return nil
  }
#else
  private func workerMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<Contract>.fromOpaque(argument).takeRetainedValue().fulfil()
    return nil
  }
#endif
