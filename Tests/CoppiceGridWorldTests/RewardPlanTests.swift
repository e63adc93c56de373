import AllocationCounting
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

#if DEBUG
  private let isDebugBuild = true
#else
  private let isDebugBuild = false
#endif

@Suite("Rules, planned and by the definition")
struct RewardPlanTests {
  /// A crowd in which everything that types pay is 0, so that sums of powers of two are exact.
  private func crowd(
    _ rules: [RewardRule], size: Int, count: Int, seed: UInt64, threads: Int = 1
  ) throws -> GridWorld {
    var description = try MovementTests.crowd(
      size: size, count: count, WorkerPool(threadCount: 1), oneByOne: false, seed: seed
    ).description
    for group in description.groups.indices {
      let type = description.groups[group].type
      var free = type
      (free.stepReward, free.killReward, free.deathReward, free.attackReward) = (0, 0, 0, 0)
      description.groups[group].type = free
    }
    description.rules = rules
    return try GridWorld(
      description, key: RandomKey(seed: seed), pool: WorkerPool(threadCount: threads))
  }

  private func symbol(_ stream: inout RandomStream, _ agents: Int) -> AgentSymbol {
    let group = stream.nextIndex(below: 5) < 3 ? "red" : "blue"
    return switch stream.nextIndex(below: 8) {
    case 0: .number(group, stream.nextIndex(below: agents))
    case 1: .all(group)
    case 2, 3: .any(group, "b")
    default: .any(group)
    }
  }

  private func event(
    _ stream: inout RandomStream, _ depth: Int, _ size: Int, _ agents: Int
  ) -> Event {
    let subject = symbol(&stream, agents)
    var object = symbol(&stream, agents)
    while object == subject || object.agent == .all { object = symbol(&stream, agents) }
    let (x, y) = (stream.nextIndex(below: size), stream.nextIndex(below: size))
    switch stream.nextIndex(below: depth > 0 ? 17 : 11) {
    case 0, 1, 2: return .attack(subject, object)
    case 3, 4: return .kill(subject, object)
    case 5, 6: return .collide(subject, object)
    case 7: return .die(subject)
    case 8: return stream.nextIndex(below: 2) == 0 ? .at(subject, x: x, y: y) : .aligned(subject)
    case 9:
      return .within(
        subject, Event.Box(left: x / 2, top: y / 2, right: x / 2 + 5, bottom: y / 2 + 6))
    case 10: return .inALine(.all(subject.group))
    case 11, 12, 13:
      return .and((0..<2).map { _ in event(&stream, depth - 1, size, agents) })
    case 14, 15: return .or((0..<2).map { _ in event(&stream, depth - 1, size, agents) })
    default: return .not(event(&stream, depth - 1, size, agents))
    }
  }

  /// Two or three things that agents did to one, in forms that have ways of their own.
  private func fights(_ stream: inout RandomStream) -> Event {
    func encounter(_ subject: AgentSymbol, _ object: AgentSymbol) -> Event {
      switch stream.nextIndex(below: 4) {
      case 0: .kill(subject, object)
      case 1: .collide(subject, object)
      case 2: .or([.attack(subject, object), .kill(subject, object)])
      default: .attack(subject, object)
      }
    }
    func group() -> String { stream.nextIndex(below: 2) == 0 ? "red" : "blue" }
    let object: AgentSymbol =
      stream.nextIndex(below: 5) == 0
      ? .number(group(), stream.nextIndex(below: 4)) : .any(group(), "c")
    let first = encounter(.any(group(), "a"), object)
    let second = encounter(.any(group(), "b"), object)
    return switch stream.nextIndex(below: 4) {
    case 0: .or([first, second])
    case 1: .not(first)
    default: .and([first, second])
    }
  }

  private func rule(_ event: Event, _ stream: inout RandomStream, _ agents: Int) -> RewardRule {
    var rule = RewardRule(on: event, isTerminal: true)
    let others: [AgentSymbol] = [
      .all("red"), .all("blue"), .all("nobody"),
      .number("red", stream.nextIndex(below: agents)),
    ]
    for symbol in event.symbols + others where stream.nextIndex(below: 4) > 0 {
      let value = Float(stream.nextIndex(below: 9)) / 4 - 1
      rule.receivers.append(RewardRule.Receiver(symbol, value))
    }
    return rule
  }

  private func compare(
    _ rule: RewardRule, size: Int, count: Int, seed: Int, steps: Int
  ) throws -> Bool {
    let world = try crowd([rule], size: size, count: count, seed: UInt64(seed))
    let counts = world.groups.map(\.count)
    var stream = RandomKey(seed: 8).split(seed).stream()
    var cameToPass = false
    for _ in 0..<steps {
      MovementTests.act(world, &stream)
      let expected = RewardEvaluator([rule], world, placed: counts)
      for group in world.groups.indices {
        let rewards = expected.paid[group].map { $0 + expected.paidToAll[group] }
        #expect(world.rewards(of: group) == rewards, "\(rule)")
        #expect(world.groups[group].reward == expected.paidToAll[group])
      }
      #expect(world.isEndedByRule == expected.isTerminated)
      cameToPass = cameToPass || expected.isTerminated
      world.clearDead()
    }
    return cameToPass
  }

  @Test("random rules pay what the definition says", arguments: 0..<8)
  func anyRule(part: Int) throws {
    var happened = 0
    for seed in (50 * part)..<(50 * part + 50) {
      var stream = RandomKey(seed: 7).split(seed).stream()
      let event = event(&stream, 2, 8, 5)
      guard event.symbols.count <= 4 else { continue }
      let rule = rule(event, &stream, 5)
      happened += try compare(rule, size: 8, count: 12, seed: seed, steps: 6) ? 1 : 0
    }
    #expect(happened > 10)
  }

  @Test("what two do to a third, or one does not, is paid as the definition says", arguments: 0..<4)
  func fightRule(part: Int) throws {
    var happened = 0
    for seed in (50 * part)..<(50 * part + 50) {
      var stream = RandomKey(seed: 9).split(seed).stream()
      let rule = rule(fights(&stream), &stream, 8)
      happened += try compare(rule, size: 8, count: 20, seed: seed, steps: 6) ? 1 : 0
    }
    #expect(happened > 10)
  }

  static let together: [RewardRule] = [
    RewardRule(on: .attack(.any("red"), .any("blue")), pays: [.any("red"): 0.2]),
    RewardRule(
      on: .or([.attack(.any("blue"), .any("red")), .kill(.any("blue"), .any("red"))]),
      pays: [.any("blue"): 0.2, .any("red"): -0.1, .all("red"): 0.01]),
    RewardRule(
      on: .and([.attack(.any("red", "a"), .any("blue")), .attack(.any("red", "b"), .any("blue"))]),
      pays: [.any("red", "a"): 0.5, .any("red", "b"): 0.5, .number("blue", 3): 1]),
    RewardRule(
      on: .not(.collide(.any("red"), .any("blue"))), pays: [.any("red"): 0.001]),
    RewardRule(
      on: .and([
        .within(.any("red"), Event.Box(left: 2, top: 2, right: 30, bottom: 30)),
        .aligned(.any("red")), .attack(.any("red"), .any("blue")),
      ]), pays: [.any("red"): 0.5]),
    RewardRule(on: .inALine(.all("red")), pays: [.all("red"): 1], isTerminal: true),
    RewardRule(on: .die(.any("blue")), pays: [.any("blue"): -1]),
  ]

  @Test("1, 2 and 4 threads pay the same bits")
  func threads() throws {
    let rewards = try [1, 2, 4].map { threads in
      let world = try crowd(Self.together, size: 40, count: 600, seed: 3, threads: threads)
      var stream = RandomKey(seed: 4).stream()
      var sums: [[Float]] = []
      for _ in 0..<50 {
        MovementTests.act(world, &stream)
        sums += [world.rewards(of: 0), world.rewards(of: 1)]
        world.clearDead()
      }
      return sums
    }
    #expect(rewards[0] == rewards[1] && rewards[0] == rewards[2])
    #expect(rewards[0].suffix(2).contains { $0.contains { $0 != 0 } })
  }

  @Test(
    "a step with rules allocates nothing", .serialized,
    .enabled(if: AllocationTally.isPossible && !isDebugBuild), arguments: [1, 2])
  func allocations(threads: Int) throws {
    let pool = WorkerPool(threadCount: threads)
    let description = try crowd(Self.together, size: 60, count: 800, seed: 3).description
    let world = try GridWorld(description, key: RandomKey(seed: 3), pool: pool)
    var stream = RandomKey(seed: 4).stream()
    for _ in 0..<5 {
      MovementTests.act(world, &stream)
      world.clearDead()
    }
    let made = AllocationTally.count(of: pool) {
      for _ in 0..<20 {
        MovementTests.act(world, &stream)
        world.clearDead()
      }
    }
    #expect(made == 0)
  }
}
