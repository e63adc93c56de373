import CoppiceTensors

/// What a pool knows while it runs.
struct StudyRound {
  private let folder: StudyFolder

  /// The processes that run.
  var children: [StudyChild] = []
  /// Whether the children were asked to stop.
  var isStopping = false
  /// Whether it was told that memory is short.
  var saidMemoryIsShort = false

  private var standings: StudyStandings?
  private var records: [String: MemberRecord] = [:]
  /// Failures that there were before this pool, which count no more.
  private var forgotten: [String: Int]?
  /// Failures of own children, also those that nobody could write down.
  private var failures: [String: Int] = [:]
  /// What went wrong last with members of own children.
  private var errors: [String: String] = [:]
  private var byteCounts: [String: Int] = [:]
  private var lookedAt = 0.0

  init(_ folder: StudyFolder) { self.folder = folder }

  /// Reads the journals.
  mutating func look() throws(UserError) {
    let events = try folder.events()
    standings = try folder.standings(after: events)
    records = Dictionary(grouping: events, by: \.member).mapValues(MemberRecord.init)
    if forgotten == nil { forgotten = records.mapValues(\.failureCount) }
    lookedAt = secondsNow()
  }

  /// Reads the journals where that was `seconds` ago: others may write.
  ///
  /// - Returns: Whether it did.
  mutating func lookIfDue(every seconds: Double) throws(UserError) -> Bool {
    guard secondsNow() - lookedAt >= seconds else { return false }
    try look()
    return true
  }

  /// The first member that is to be run and that nobody runs.
  mutating func next() -> StudyMember? {
    folder.study.members.first { member in
      isDue(member) && !isRunning(member)
        && !FileLock.isHeld(folder.claimPath(of: member))
    }
  }

  /// Whether nothing is left to run, here or elsewhere.
  var isOver: Bool { children.isEmpty && !folder.study.members.contains(where: isDue) }

  /// The members that failed twice, here or elsewhere, and did not get further since.
  var givenUp: [StudyPool.Failure] {
    folder.study.members.compactMap { member in
      guard case .due? = standings?[member], failureCount(member) >= 2 else { return nil }
      let error = records[member.name]?.last?.error ?? errors[member.name]
      return StudyPool.Failure(member: member, error: error ?? "it ended without a word")
    }
  }

  /// How much memory `member` will take.
  mutating func byteCount(of member: StudyMember) throws(UserError) -> Int {
    if let count = byteCounts[member.name] { return count }
    let count = try member.configuration.estimatedByteCount()
    byteCounts[member.name] = count
    return count
  }

  private func isDue(_ member: StudyMember) -> Bool {
    guard case .due? = standings?[member] else { return false }
    return failureCount(member) < 2
  }

  private func isRunning(_ member: StudyMember) -> Bool {
    children.contains { $0.member.name == member.name }
  }

  private func failureCount(_ member: StudyMember) -> Int {
    let written = records[member.name]?.failureCount ?? 0
    return max(failures[member.name] ?? 0, written - (forgotten?[member.name] ?? 0))
  }

  /// Writes down that a child was killed, which it could not do itself.
  func noteKilled(_ child: StudyChild, by signal: Int32) throws(UserError) {
    // a request to stop that came twice or too early is no failure
    if isStopping { return }
    let event = StudyEvent(
      .failed, child.member, step: records[child.member.name]?.reached ?? 0, seconds: 0,
      error: Self.killed(child, signal))
    try StudyJournal(in: folder.journalPath).append(event)
  }

  /// Takes note of how a child ended, after the journals were read.
  ///
  /// - Returns: That in words.
  mutating func note(
    _ ending: StudyChild.Ending, of child: StudyChild
  ) throws(UserError) -> String {
    let member = child.member
    let last = records[member.name]?.last
    switch ending {
    case .exited(0):
      guard case .finished? = standings?[member] else { return "took \(last?.step ?? 0) steps" }
      let mean = last?.finalReturn.map { ", return \(($0 * 10).rounded() / 10)" } ?? ""
      return "finished\(mean)"
    case .exited(let code) where isStopping || code == 130 || code == 143:
      return "stopped at step \(last?.step ?? 0)"
    case .killed where isStopping: return "killed while it stopped"
    case .exited:
      // somebody else was faster
      if FileLock.isHeld(folder.claimPath(of: member)) { return "runs elsewhere" }
      return fail(member, child.lastComplaint ?? "it ended without a word")
    case .killed(let signal): return fail(member, Self.killed(child, signal))
    }
  }

  private mutating func fail(_ member: StudyMember, _ error: String) -> String {
    failures[member.name, default: 0] += 1
    errors[member.name] = error
    return failureCount(member) < 2
      ? "failed, and is tried once more: \(error)" : "failed again: \(error)"
  }

  private static func killed(_ child: StudyChild, _ signal: Int32) -> String {
    let complaint = child.lastComplaint.map { " (\($0))" } ?? ""
    return "its process was killed by signal \(signal)\(complaint)"
  }
}
