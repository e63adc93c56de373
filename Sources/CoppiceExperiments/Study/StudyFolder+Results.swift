import CoppiceReports
public import CoppiceTensors

/// What a member of a study gave so far.
public struct StudyResult: Sendable, Equatable {
  /// One evaluation.
  public struct Evaluation: Sendable, Equatable {
    /// The environment step.
    public let step: Int
    /// The sum of rewards of each episode.
    public let returns: [Double]
    /// Wall-clock seconds of training until then, over all parts of a run that was resumed; nothing where
    /// no line of metrics is of this step.
    public let elapsedSeconds: Double?

    /// The mean over the episodes.
    public var meanReturn: Double { returns.reduce(0, +) / Double(max(1, returns.count)) }
  }

  /// Which member, with its configuration.
  public let member: StudyMember
  /// Whether it took all its steps.
  public let isFinished: Bool
  /// Its evaluations, by step.
  public let evaluations: [Evaluation]

  /// The mean return of the last ten evaluations; nothing without any.
  public var finalReturn: Double? { FinalReturn.of(evaluations.map { ($0.step, $0.meanReturn) }) }
}

extension StudyFolder {
  /// What each member gave so far, in the order of the plan; those that run are read as far as they are.
  ///
  /// - Throws: `UserError` of kind `checkpoint` that names the file and line of a log that cannot be read.
  public func results() throws(UserError) -> [StudyResult] {
    let standings = try standings(after: try events())
    var results: [StudyResult] = []
    for member in study.members {
      results.append(
        StudyResult(
          member: member, isFinished: standings[member] == .finished,
          evaluations: try StudyResult.evaluations(inRun: runPath(of: member))))
    }
    return results
  }

  /// The mean return of the last ten evaluations of `member`.
  func finalReturn(of member: StudyMember) throws(UserError) -> Double? {
    let records: [EvaluationRecord] = try JSONLines.read(
      "\(runPath(of: member))/evaluations.jsonl")
    return FinalReturn.of(records.map { ($0.step, $0.meanReturn) })
  }

  /// Counts members as finished whose results lie elsewhere, so that nobody runs them here.
  func takeAsFinished(_ members: [StudyMember]) throws(UserError) {
    let standings = try standings(after: try events())
    let journal = try StudyJournal(in: journalPath)
    for member in members where standings[member] != .finished {
      try journal.append(
        StudyEvent(.finished, member, step: member.configuration.steps, seconds: 0))
    }
  }
}

extension StudyResult {
  /// The evaluations in a run folder, by step.
  static func evaluations(inRun path: String) throws(UserError) -> [Evaluation] {
    let seconds = try elapsedSeconds("\(path)/metrics.jsonl")
    let records: [EvaluationRecord] = try JSONLines.read("\(path)/evaluations.jsonl")
    return records.map {
      Evaluation(step: $0.step, returns: $0.returns, elapsedSeconds: seconds[$0.step])
    }
  }

  /// The seconds of training by environment step; each part of a run counts its own from 0.
  private static func elapsedSeconds(_ path: String) throws(UserError) -> [Int: Double] {
    struct Line: Decodable {
      let step: Int
      let seconds: Double?

      enum CodingKeys: String, CodingKey {
        case step = "environment_step"
        case seconds = "speed/elapsed-seconds"
      }
    }
    var seconds = [0: 0.0]
    var (before, last) = (0.0, 0.0)
    for line in try JSONLines.read(path, as: Line.self) {
      guard let own = line.seconds else { continue }
      if own < last { before += last }
      last = own
      seconds[line.step] = before + own
    }
    return seconds
  }
}
