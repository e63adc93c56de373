import CoppiceEnvironments
import CoppiceRandom
import Testing

@Suite struct CheckEnvironmentTests {
  @Test(
    "the classic problems keep the contract",
    arguments: EnvironmentCatalogue.classic.entries.map(\.id))
  func classic(id: String) throws {
    let findings = try checkEnvironment(steps: 1200) {
      try EnvironmentCatalogue.classic.makeMember(id)
    }
    #expect(findings == [])
  }

  @Test("an environment that is fine has no findings")
  func fine() {
    #expect(checkEnvironment { Corridor() } == [])
  }

  @Test("each fault is found", arguments: Faulty.Fault.allCases)
  func faults(fault: Faulty.Fault) {
    let shared = Faulty.Memory()
    let findings = checkEnvironment(steps: 100) { Faulty(fault: fault, memory: shared) }
    #expect(findings.contains { $0.rule == fault.rule && $0.severity == fault.severity })
    #expect(Set(findings.map(\.rule)).count == findings.count)
  }
}

/// A corridor with one fault.
struct Faulty: Environment {
  enum Fault: CaseIterable {
    case emptySpace, crossedBounds, noLimit, noNumber, infiniteReward, outside, hiddenState
    case forgetsToReset, sameStart, bothEnds, ownLimit, changingSpecification

    var rule: EnvironmentFinding.Rule {
      switch self {
      case .emptySpace, .crossedBounds, .noLimit, .changingSpecification: .specification
      case .noNumber: .finiteObservations
      case .infiniteReward: .finiteRewards
      case .outside: .observationBounds
      case .hiddenState, .forgetsToReset: .determinism
      case .sameStart: .randomStart
      case .bothEnds, .ownLimit: .ends
      }
    }

    var severity: EnvironmentFinding.Severity {
      self == .sameStart || self == .ownLimit ? .warning : .error
    }
  }

  /// What all copies share although they must not.
  final class Memory { var count = 0 }

  let fault: Fault
  let memory: Memory
  var position = 0.0
  var age = 0

  var specification: EnvironmentSpecification {
    var result = Corridor(limit: 20).specification
    switch fault {
    case .emptySpace: result.actionSpace = .discrete(count: 0)
    case .crossedBounds: result.observationSpace = .box(low: [1], high: [-1])
    case .noLimit: result.stepLimit = 0
    case .changingSpecification: result.stepLimit = 20 + age
    default: break
    }
    return result
  }

  mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
    var random = key.stream()
    if fault != .forgetsToReset { position = 0 }
    position += fault == .sameStart ? 0.5 : random.nextUniform(-1, 1)
    observation[0] = position
  }

  mutating func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    age += 1
    memory.count += 1
    position += 0.1 * action[0]
    if fault != .noNumber { observation[0] = position }
    if fault == .outside { observation[0] = 1000 }
    if fault == .hiddenState { observation[0] = Double(memory.count % 7) }
    return StepOutcome(
      reward: fault == .infiniteReward ? .infinity : -1,
      terminated: fault == .bothEnds, truncated: fault == .bothEnds || fault == .ownLimit)
  }
}
