public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Somebody who watches a pool.
public protocol StudyPoolObserver {
  /// Called when the pool has something to tell, in one line.
  func told(_ line: String)
  /// Called about every second, while members run.
  func looked()
}

/// Runs all members of a study, several at once, each in a process of its own.
///
/// The processes are this program once more, as `coppice study work`. A member that fails is tried once
/// more. Several pools may run on one folder: they share its members, and each waits until all are done, so
/// that what one leaves behind the others take up.
public struct StudyPool {
  /// A member that failed twice.
  public struct Failure: Sendable, Equatable {
    /// Which member.
    public var member: StudyMember
    /// What went wrong, in one line.
    public var error: String
  }

  /// How a pool ended.
  public struct Outcome: Sendable, Equatable {
    /// Members that failed twice, in the order of the plan.
    public var failures: [Failure]
    /// Whether somebody asked it to stop before all was done.
    public var wasStopped: Bool
  }

  private let folder: StudyFolder
  private let workers: Int
  private let threads: Int?
  private let program: String

  /// A pool for the members in `folder`.
  ///
  /// - Parameters:
  ///   - folder: Where to work.
  ///   - workers: How many members run at once; as many as have cores without.
  ///   - threads: How many threads each has; as the study says without.
  ///   - program: The tool; this program without.
  public init(
    _ folder: StudyFolder, workers: Int? = nil, threads: Int? = nil, program: String? = nil
  ) {
    self.folder = folder
    self.threads = threads
    self.program = program ?? OwnProgram.path
    let most = threads ?? folder.study.members.map(\.configuration.threads).max() ?? 1
    self.workers = workers ?? max(1, availableCoreCount() / max(1, most))
  }

  /// Runs until every member is finished, was dropped, or failed twice.
  ///
  /// - Parameters:
  ///   - observer: Somebody who watches.
  ///   - shouldStop: Asked several times a second; the members that run then stop with a checkpoint.
  /// - Returns: How it ended.
  /// - Throws: `UserError` of kind `checkpoint` when a journal cannot be read, of kind `file` when no
  ///   process can be started; what runs is stopped with a checkpoint first.
  public func run(
    observer: some StudyPoolObserver, shouldStop: () -> Bool = { false }
  ) throws(UserError) -> Outcome {
    var round = StudyRound(folder)
    var wasStopped = false
    do throws(UserError) {
      try round.look()
      var (mayStart, nextShow) = (true, secondsNow() + 1)
      while true {
        if try reap(&round, observer) { mayStart = true }
        if shouldStop() {
          wasStopped = true
          break
        }
        // without a free place nothing follows from what others do
        if try round.lookIfDue(every: round.children.count < workers ? 1 : 10) { mayStart = true }
        if mayStart { try fill(&round, observer) }
        mayStart = false
        if round.isOver { break }
        let now = secondsNow()
        if now >= nextShow {
          observer.looked()
          // a large study takes a while to look at: a twentieth of the time at most
          nextShow = now + max(1, 20 * (secondsNow() - now))
        }
        usleep(50_000)
      }
    } catch {
      for child in round.children { child.stop() }
      for child in round.children { while child.poll() == nil { usleep(20_000) } }
      throw error
    }
    try stop(&round, observer)
    observer.looked()
    return Outcome(failures: round.givenUp, wasStopped: wasStopped)
  }

  /// Starts members as long as there are places, memory and members.
  private func fill(
    _ round: inout StudyRound, _ observer: some StudyPoolObserver
  ) throws(UserError) {
    while round.children.count < workers, let member = round.next() {
      guard try fits(member, beside: &round, observer) else { return }
      try start(member, &round, observer)
    }
  }

  private func start(
    _ member: StudyMember, _ round: inout StudyRound, _ observer: some StudyPoolObserver
  ) throws(UserError) {
    var arguments = [
      "study", "work", folder.path, "--index", "\(member.number)", "--quiet", "--until-input-ends",
    ]
    if let threads { arguments += ["--threads", "\(threads)"] }
    round.children.append(try StudyChild(program, arguments, for: member))
    observer.told("\(member.name): started")
  }

  /// Whether there is memory for one more member; one alone always runs.
  private func fits(
    _ member: StudyMember, beside round: inout StudyRound, _ observer: some StudyPoolObserver
  ) throws(UserError) -> Bool {
    guard !round.children.isEmpty, let available = MachineMemory.availableByteCount else {
      return true
    }
    // those that run have not yet taken all that they will
    var promised = 0
    for child in round.children {
      let held = MachineMemory.residentByteCount(of: child.process) ?? 0
      promised += max(0, try round.byteCount(of: child.member) - held)
    }
    let needed = try round.byteCount(of: member)
    if needed <= available - promised { return true }
    if !round.saidMemoryIsShort {
      round.saidMemoryIsShort = true
      let mebibytes = { (count: Int) in max(0, count) >> 20 }
      observer.told(
        "memory: \(mebibytes(available - promised)) MiB are free and \(member.name) needs "
          + "\(mebibytes(needed)) MiB, so \(round.children.count) run at once for now")
    }
    return false
  }

  /// Takes note of children that ended.
  ///
  /// - Returns: Whether any did.
  @discardableResult
  private func reap(
    _ round: inout StudyRound, _ observer: some StudyPoolObserver
  ) throws(UserError) -> Bool {
    var ended: [(child: StudyChild, ending: StudyChild.Ending)] = []
    round.children.removeAll { child in
      guard let ending = child.poll() else { return false }
      ended.append((child, ending))
      return true
    }
    guard !ended.isEmpty else { return false }
    for (child, ending) in ended {
      if case .killed(let signal) = ending { try round.noteKilled(child, by: signal) }
    }
    try round.look()
    for (child, ending) in ended {
      observer.told("\(child.member.name): \(try round.note(ending, of: child))")
    }
    return true
  }

  /// Asks all children to stop, and waits for them.
  private func stop(
    _ round: inout StudyRound, _ observer: some StudyPoolObserver
  ) throws(UserError) {
    for child in round.children { child.stop() }
    round.isStopping = true
    while !round.children.isEmpty {
      try reap(&round, observer)
      usleep(20_000)
    }
  }
}
