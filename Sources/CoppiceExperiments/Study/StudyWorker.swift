import CoppiceSparsity
public import CoppiceTensors

/// Runs one member of a study: begins it, or goes on from its last checkpoint.
///
/// ```swift
/// let study = try Study(contentsOf: "sparse-pendulum.toml")
/// let folder = try StudyFolder(at: "studies/sparse-pendulum", for: study)
/// for member in study.members { _ = try StudyWorker(folder).run(member.number) }
/// ```
public struct StudyWorker: Sendable {
  /// How the work on a member ended.
  public enum Outcome: Sendable, Equatable {
    /// It took all its steps, now or before.
    case finished
    /// It took the steps before the next comparison, or before one that it lost.
    case paused(step: Int)
    /// Somebody asked it to stop.
    case stopped(step: Int)
  }

  private let folder: StudyFolder
  private let threads: Int?

  /// A worker for the members in `folder`.
  ///
  /// - Parameters:
  ///   - folder: Where to work.
  ///   - threads: How many threads share the work; as the study says without. No influence on results.
  public init(_ folder: StudyFolder, threads: Int? = nil) {
    self.folder = folder
    self.threads = threads
  }

  /// Runs the member with a number as far as it should go at present.
  ///
  /// - Parameters:
  ///   - number: Which member, from 1.
  ///   - begun: Told of the run before it begins.
  ///   - observer: Somebody who watches.
  ///   - shouldStop: Asked between any two steps.
  /// - Returns: How it ended.
  /// - Throws: `UserError` of kind `file` when another process works on it, of kind `checkpoint` when a
  ///   journal or the run is damaged, and what the run throws, which is also written into the journal.
  public func run(
    _ number: Int, begun: (TrainingRun) -> Void = { _ in },
    observer: some TrainingObserver = SilentObserver(), shouldStop: () -> Bool = { false }
  ) throws(UserError) -> Outcome {
    let member = try folder.study.member(number)
    // a journal that cannot be read is said before anything is claimed
    _ = try folder.events()
    let claim = try StudyClaim(folder.claimPath(of: member), of: member)
    defer { withExtendedLifetime(claim) {} }
    // others may have worked on it until now
    let target: Int
    switch try folder.standings(after: try folder.events())[member] {
    case .finished: return .finished
    case .waiting(let step), .dropped(let step): return .paused(step: step)
    case .due(let step): target = step
    }
    let journal = try StudyJournal(in: folder.journalPath)
    let start = secondsNow()
    var step = 0
    do throws(UserError) {
      let run = try beginning(member)
      step = run.environmentStep
      try journal.append(
        StudyEvent(step > 0 ? .resumed : .started, member, step: step, seconds: 0))
      begun(run)
      let summary = try run.run(observer: observer) {
        step = run.environmentStep
        return step >= target || shouldStop()
      }
      step = summary.environmentStep
      let kind: StudyEvent.Kind =
        summary.finished ? .finished : step >= target ? .paused : .stopped
      try journal.append(
        StudyEvent(
          kind, member, step: step, seconds: secondsNow() - start,
          finalReturn: try folder.finalReturn(of: member)))
      switch kind {
      case .finished: return .finished
      case .paused: return .paused(step: step)
      default: return .stopped(step: step)
      }
    } catch {
      try journal.append(
        StudyEvent(
          .failed, member, step: step, seconds: secondsNow() - start, error: "\(error)"))
      throw error
    }
  }

  /// The run of `member`, at its first step or at its last checkpoint.
  private func beginning(_ member: StudyMember) throws(UserError) -> TrainingRun {
    let path = folder.runPath(of: member)
    var configuration = member.configuration
    configuration.threads = threads ?? configuration.threads
    if RunKind.agent.isHeld(by: path) {
      let run = try RunFolder(opening: path)
      if try !removedWithoutCheckpoint(run) {
        try check(try run.configuration(), is: configuration, path)
        return try TrainingRun(resuming: path, threads: threads)
      }
    } else {
      try removeRemains(path)
    }
    return try TrainingRun(configuration, at: path)
  }

  /// Removes `run` where it was killed before its first checkpoint: there is nothing to go on from.
  private func removedWithoutCheckpoint(_ run: RunFolder) throws(UserError) -> Bool {
    // also puts back what an interrupted write moved aside, and keeps others out
    let lock = try run.lock()
    defer { withExtendedLifetime(lock) {} }
    guard try run.checkpoints.steps().isEmpty else { return false }
    // without run.toml the folder is no run any more, however far the removal gets
    try Folder(run.settingsPath).remove()
    try Folder(run.path).remove()
    return true
  }

  /// Removes what is left of a run that was killed while it began, or while it was removed.
  private func removeRemains(_ path: String) throws(UserError) {
    let kept = try Folder("\(path)/checkpoints").names().filter { !$0.hasPrefix(".partial-") }
    guard kept.isEmpty else {
      throw UserError(
        .checkpoint, found: "\(path) holds checkpoints, but no run.toml",
        action: "restore run.toml from a copy, or move the folder away")
    }
    try Folder(path).remove()
  }

  /// Checks that a run was made with the settings that the study gives its member.
  private func check(
    _ found: RunConfiguration, is wanted: RunConfiguration, _ path: String
  ) throws(UserError) {
    var (found, wanted) = (found, try wanted.spellingOutSparsity(.standard))
    (found.threads, wanted.threads) = (1, 1)
    guard found != wanted else { return }
    let values = (try StructuredValue(encoding: found), try StructuredValue(encoding: wanted))
    var names: [String] = []
    if case .table(let own) = values.0, case .table(let others) = values.1 {
      names = Set(own.keys).union(others.keys).filter { own[$0] != others[$0] }.sorted()
    }
    throw UserError(
      .checkpoint, found: "\(path) holds a run with another \(names.joined(separator: ", "))",
      expected: "the settings of the study", action: "move that folder away to train anew")
  }
}
