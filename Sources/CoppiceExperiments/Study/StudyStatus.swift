import CoppiceSparsity
public import CoppiceTensors

/// How far a study is.
public struct StudyStatus: Codable, Sendable, Equatable {
  /// What a member is doing.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// A process works on it.
    case running
    /// It failed when it was last tried.
    case failed
    /// It has begun, and nobody works on it.
    case interrupted
    /// It has not begun.
    case open
    /// It waits for others that it is to be compared with.
    case paused
    /// Others were better.
    case dropped
    /// It took all its steps.
    case finished
  }

  /// One member.
  public struct Entry: Codable, Sendable, Equatable {
    /// Its number.
    public var number: Int
    /// Its name.
    public var name: String
    /// What it is doing.
    public var state: State
    /// How far it is; of one that runs, its last line of metrics.
    public var step: Int
    /// Environment steps in all.
    public var totalSteps: Int
    /// Environment steps per second, where it runs.
    public var stepsPerSecond: Double?
    /// Seconds until all steps are taken, at this rate.
    public var secondsLeft: Double?
    /// The mean return of the last evaluation.
    public var lastReturn: Double?
    /// The mean return of the last ten evaluations, where it is finished.
    public var finalReturn: Double?
    /// Why it failed.
    public var error: String?

    private enum CodingKeys: String, CodingKey {
      case number
      case name
      case state
      case step = "environment_step"
      case totalSteps = "total_steps"
      case stepsPerSecond = "steps_per_second"
      case secondsLeft = "seconds_left"
      case lastReturn = "last_return"
      case finalReturn = "final_return"
      case error
    }
  }

  /// The format of this value.
  public var schema = 1
  /// The name of the study.
  public var study: String
  /// Its members, by number.
  public var members: [Entry]

  /// How far the study in `folder` is at this moment.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when a journal cannot be read.
  public init(of folder: StudyFolder) throws(UserError) {
    let events = try folder.events()
    let standings = try folder.standings(after: events)
    let records = Dictionary(grouping: events, by: \.member).mapValues(MemberRecord.init)
    study = folder.study.name
    members = folder.study.members.map {
      folder.entry($0, standings[$0], records[$0.name] ?? MemberRecord([]))
    }
  }

  /// How many members are in each state, in words: `3 of 6 finished, 2 running, 1 open`.
  public var summary: String {
    var parts = ["\(count(.finished)) of \(members.count) finished"]
    for state in State.allCases where state != .finished && count(state) > 0 {
      parts.append("\(count(state)) \(state.rawValue)")
    }
    return parts.joined(separator: ", ")
  }

  /// How many members are in `state`.
  public func count(_ state: State) -> Int { members.count { $0.state == state } }
}

extension StudyFolder {
  fileprivate func entry(
    _ member: StudyMember, _ standing: StudyStandings.Standing, _ record: MemberRecord
  ) -> StudyStatus.Entry {
    struct Line: Decodable {
      let step: Int
      let rate: Double?

      enum CodingKeys: String, CodingKey {
        case step = "environment_step"
        case rate = "speed/environment-steps-per-second"
      }
    }
    let path = runPath(of: member)
    let state = state(member, standing, record)
    let evaluations = JSONLines.tail("\(path)/evaluations.jsonl", as: EvaluationRecord.self)
    let checkpoint = (try? CheckpointStore("\(path)/checkpoints").steps().last) ?? 0
    var entry = StudyStatus.Entry(
      number: member.number, name: member.name, state: state,
      step: max(checkpoint, record.reached), totalSteps: member.configuration.steps,
      lastReturn: evaluations.last?.meanReturn)
    if state == .running, let line = JSONLines.tail("\(path)/metrics.jsonl", as: Line.self).last {
      entry.step = max(entry.step, line.step)
      entry.stepsPerSecond = line.rate
      entry.secondsLeft = line.rate.map { Double(entry.totalSteps - entry.step) / max($0, 1e-9) }
    }
    if state == .finished { entry.finalReturn = record.last?.finalReturn }
    if state == .failed { entry.error = record.last?.error }
    return entry
  }

  private func state(
    _ member: StudyMember, _ standing: StudyStandings.Standing, _ record: MemberRecord
  ) -> StudyStatus.State {
    switch standing {
    case .finished: return .finished
    case .waiting: return .paused
    case .dropped: return .dropped
    case .due:
      if StudyClaim.isHeld(claimPath(of: member)) { return .running }
      if record.last?.event == .failed { return .failed }
      return RunKind.agent.isHeld(by: runPath(of: member)) ? .interrupted : .open
    }
  }
}
