package import CoppiceTensors

/// What is to be done with each member of a study, as far as its journals tell.
package struct StudyStandings {
  /// What is to be done with a member.
  package enum Standing: Sendable, Equatable {
    /// It should train until this environment step.
    case due(Int)
    /// It took this many steps and is to be compared with others that have not yet.
    case waiting(Int)
    /// Others were better after this many steps.
    case dropped(Int)
    /// It took all steps.
    case finished
  }

  private var standings: [String: Standing] = [:]

  /// The standing of `member`.
  package subscript(member: StudyMember) -> Standing {
    standings[member.name] ?? .due(member.configuration.steps)
  }

  /// The standings in `study` after `events`.
  ///
  /// - Parameters:
  ///   - study: The plan.
  ///   - events: Everything that happened, in the order of time.
  ///   - score: The return of a member up to a step, by which it is compared.
  /// - Throws: What `score` throws.
  package init(
    _ study: Study, after events: [StudyEvent],
    score: (StudyMember, Int) throws(UserError) -> Double?
  ) throws(UserError) {
    let records = Dictionary(grouping: events, by: \.member).mapValues(MemberRecord.init)
    guard let halving = study.halving else {
      for member in study.members where records[member.name]?.isFinished == true {
        standings[member.name] = .finished
      }
      return
    }
    let groups = Dictionary(grouping: study.members, by: \.configuration.environment)
    for (_, members) in groups {
      let rungs = halving.rungs(to: members[0].configuration.steps)
      var candidates = try Self.candidates(members)
      for rung in rungs where !candidates.isEmpty {
        let isLast = rung == rungs.last
        var isComplete = true
        for member in candidates.flatMap({ $0 }) {
          let record = records[member.name] ?? MemberRecord([])
          let isThere = record.reached >= rung || record.isFinished
          standings[member.name] =
            isThere ? (isLast || record.isFinished ? .finished : .waiting(rung)) : .due(rung)
          if !isThere, !record.isGivenUp { isComplete = false }
        }
        guard isComplete, !isLast else { break }
        let ranked = try Self.ranked(candidates, at: rung, records, score)
        let count = halving.survivorCount(of: candidates.count)
        for candidate in ranked.dropFirst(count) {
          for member in candidate { standings[member.name] = .dropped(rung) }
        }
        candidates = Array(ranked.prefix(count))
      }
    }
  }

  /// Members that differ in their seed alone, together, in the order of the plan.
  private static func candidates(_ members: [StudyMember]) throws(UserError) -> [[StudyMember]] {
    var places: [[UInt8]: Int] = [:]
    var candidates: [[StudyMember]] = []
    for member in members {
      var configuration = member.configuration
      configuration.seed = 0
      let key = try JSONText.encode(configuration)
      if let place = places[key] {
        candidates[place].append(member)
      } else {
        places[key] = candidates.count
        candidates.append([member])
      }
    }
    return candidates
  }

  /// The candidates that took all steps of a rung, best first, equal ones in the order of the plan.
  private static func ranked(
    _ candidates: [[StudyMember]], at rung: Int, _ records: [String: MemberRecord],
    _ score: (StudyMember, Int) throws(UserError) -> Double?
  ) throws(UserError) -> [[StudyMember]] {
    var ranked: [(score: Double, place: Int)] = []
    for (place, candidate) in candidates.enumerated() {
      guard candidate.allSatisfy({ (records[$0.name]?.reached ?? 0) >= rung }) else { continue }
      var sum = 0.0
      for member in candidate { sum += try score(member, rung) ?? -.infinity }
      let mean = sum / Double(candidate.count)
      ranked.append((mean.isNaN ? -.infinity : mean, place))
    }
    ranked.sort { ($1.score, $0.place) < ($0.score, $1.place) }
    return ranked.map { candidates[$0.place] }
  }
}

/// What the journals tell of one member.
struct MemberRecord {
  /// The steps that it took for sure.
  private(set) var reached = 0
  /// Whether it took all.
  private(set) var isFinished = false
  /// How often it failed since it last got anywhere.
  private(set) var failuresInARow = 0
  /// How often it failed ever.
  private(set) var failureCount = 0
  /// What happened last.
  private(set) var last: StudyEvent?

  init(_ events: [StudyEvent]) {
    for event in events {
      last = event
      switch event.event {
      case .started, .resumed, .stopped: break
      case .paused, .finished:
        reached = max(reached, event.step)
        isFinished = isFinished || event.event == .finished
        failuresInARow = 0
      case .failed:
        failuresInARow += 1
        failureCount += 1
      }
    }
  }

  /// Whether others need not wait for it: it failed, and failed again.
  var isGivenUp: Bool { failuresInARow >= 2 }
}

extension StudyFolder {
  /// What is to be done after `events`.
  func standings(after events: [StudyEvent]) throws(UserError) -> StudyStandings {
    try StudyStandings(study, after: events) { (member, step) throws(UserError) in
      let records: [EvaluationRecord] = try JSONLines.read(
        "\(runPath(of: member))/evaluations.jsonl")
      return records.last { $0.step <= step }?.meanReturn
    }
  }
}
