import CoppiceAgents
import CoppiceExperiments
import CoppiceTensors
import Testing

@Suite("Successive halving")
struct StudyStandingsTests {
  private let study: Study

  init() throws {
    study = try Study(
      toml: """
        format = 1
        name = "s"
        [settings]
        steps = 10000
        evaluation_every = 1000
        [grid]
        td3.discount = [0.9, 0.8, 0.7, 0.6, 0.5]
        environment = ["Pendulum-v1", "MountainCarContinuous-v0"]
        seed = [1, 2]
        [halving]
        first_steps = 1000
        factor = 3
        """)
  }

  private func event(_ kind: StudyEvent.Kind, _ member: StudyMember, _ step: Int) -> StudyEvent {
    StudyEvent(kind, member, step: step, seconds: 0)
  }

  /// Higher discounts are better, in Pendulum alone.
  private func standings(_ events: [StudyEvent]) throws -> [StudyStandings.Standing] {
    let standings = try StudyStandings(study, after: events) { (member, step) in
      member.configuration.environment == "Pendulum-v1"
        ? member.configuration.td3.discount : -member.configuration.td3.discount
    }
    return study.members.map { standings[$0] }
  }

  private func member(_ environment: String, _ discount: Double, _ seed: UInt64) throws
    -> StudyMember
  {
    try #require(
      study.members.first {
        $0.configuration.environment == environment && $0.configuration.td3.discount == discount
          && $0.configuration.seed == seed
      })
  }

  @Test("rungs grow by the factor and end with all steps")
  func rungs() throws {
    #expect(try #require(study.halving).rungs(to: 10_000) == [1000, 3000, 9000, 10_000])
    #expect(try #require(study.halving).rungs(to: 9000) == [1000, 3000, 9000])
  }

  @Test(
    "nobody goes on before all of an environment are there; another environment does not matter")
  func waiting() throws {
    #expect(try standings([]) == Array(repeating: .due(1000), count: 20))
    let pendulums = study.members.filter { $0.configuration.environment == "Pendulum-v1" }
    let events = pendulums.dropLast().map { event(.paused, $0, 1000) }
    let early = try standings(events)
    #expect(early.count { $0 == .waiting(1000) } == 9)
    #expect(early.count { $0 == .due(1000) } == 11)
    let late = try standings(events + [event(.paused, pendulums[9], 1001)])
    for (member, standing) in zip(study.members, late) {
      let configuration = member.configuration
      let expected: StudyStandings.Standing =
        configuration.environment != "Pendulum-v1"
        ? .due(1000) : configuration.td3.discount >= 0.8 ? .due(3000) : .dropped(1000)
      #expect(standing == expected, "\(member.name)")
    }
  }

  @Test("one that failed twice in a row is waited for no more, and is not chosen")
  func failures() throws {
    let best = try member("Pendulum-v1", 0.9, 1)
    let others = study.members.filter {
      $0.configuration.environment == "Pendulum-v1" && $0 != best
    }
    let events = others.map { event(.paused, $0, 1000) }
    func standing(_ member: StudyMember, _ more: [StudyEvent]) throws -> StudyStandings.Standing {
      try standings(events + more)[member.number - 1]
    }
    let next = try member("Pendulum-v1", 0.8, 1)
    #expect(try standing(next, [event(.failed, best, 0)]) == .waiting(1000))
    let twice = [event(.failed, best, 0), event(.resumed, best, 0), event(.failed, best, 0)]
    #expect(try standing(next, twice) == .due(3000))
    #expect(try standing(try member("Pendulum-v1", 0.7, 2), twice) == .due(3000))
    #expect(try standing(try member("Pendulum-v1", 0.9, 2), twice) == .waiting(1000))
    // it may still be tried
    #expect(try standing(best, twice) == .due(1000))
    #expect(try standing(best, twice + [event(.paused, best, 1000)]) == .due(3000))
  }
}
