import AllocationCounting
import CoppiceCrowds
import CoppiceGridWorld
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Foundation
import Testing

/// Hyper-parameters for small worlds, as far as a learner has them.
struct SmallOptions: LearnerOptions {
  var numbers: [String: Double] = [
    "batch_size": 150, "history_capacity": 900, "first_agent_steps": 100,
    "agent_steps_per_update": 50, "exploration_agent_steps": 2000, "sequences": 20,
    "sequence_length": 5, "recurrent_units": 16, "learning_rate": 3e-3,
  ]

  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value {
    do {
      let all = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(defaults))
      guard var table = all as? [String: Any] else { return defaults }
      for (name, number) in numbers where table[name] != nil { table[name] = number }
      return try JSONDecoder().decode(
        Value.self, from: try JSONSerialization.data(withJSONObject: table))
    } catch { throw UserError(.configuration, found: "\(error)", action: "mend the test") }
  }
}

/// What every line of the catalogue of learners has to hold.
@Suite("Every learner")
struct EveryLearnerTests {
  static let names = CrowdLearnerCatalogue.standard.entries.map(\.name)

  /// A battle of 14 soldiers on each side, of whom a strike kills one.
  static func battle(lasting: Bool = false) -> WorldDescription {
    var battle = WorldDescription.battle(size: 16)
    for group in 0..<2 { battle.groups[group].type.health = lasting ? 1e6 : 1 }
    return battle
  }

  /// A training of both sides by one learner, or by one learner each.
  private func training(
    _ name: String, pool: WorkerPool, sparsity: String = "dense", apart: Bool = false,
    lasting: Bool = false
  ) throws -> CrowdTraining {
    let description = Self.battle(lasting: lasting)
    let world = try GridWorld(description, key: RandomKey(seed: 1))
    let entry = try CrowdLearnerCatalogue.standard.entry(name)
    let learners = try (0..<(apart ? 2 : 1)).map { group in
      var setup = CrowdLearnerSetup(
        AgentShape(of: group, in: world), key: RandomKey(seed: 3).split(group), pool: pool)
      setup.encoder.channels = [4]
      (setup.encoder.viewUnits, setup.encoder.featureUnits) = (16, 16)
      setup.sparsity = try SparsityExpression(sparsity)
      setup.agentSteps = 5000
      return try entry.learner(SmallOptions(), setup: setup)
    }
    return try CrowdTraining(
      description, stepLimit: 40, learners: learners,
      roles: [CrowdRole(learner: 0), CrowdRole(learner: apart ? 1 : 0)], key: RandomKey(seed: 4),
      pool: pool)
  }

  private func saved(_ training: CrowdTraining) -> NamedTensors {
    var tensors = NamedTensors()
    training.save(into: &tensors)
    return tensors
  }

  @Test(
    "any number of threads, and saving between games, give the same bits",
    arguments: names,
    [
      (sparsity: "dense", apart: true), (sparsity: "set@80%", apart: false),
      (sparsity: "static@80%", apart: false), (sparsity: "rigl@90%", apart: false),
      (sparsity: "2:4x4", apart: false), (sparsity: "dcil@50%", apart: false),
    ])
  func bits(name: String, setting: (sparsity: String, apart: Bool)) throws {
    func make(_ threads: Int) throws -> CrowdTraining {
      try training(
        name, pool: WorkerPool(threadCount: threads), sparsity: setting.sparsity,
        apart: setting.apart)
    }
    let straight = try make(1)
    for _ in 0..<5 { try straight.playGame() }
    #expect(straight.updates > 4)
    #expect(straight.agentSteps > 5 * 100)
    let first = try make(2)
    for _ in 0..<2 { try first.playGame() }
    let second = try make(3)
    try second.restore(from: saved(first))
    for _ in 0..<3 { try second.playGame() }
    #expect(saved(second) == saved(straight))
  }

  @Test("a saved policy acts as the learner's does", arguments: names)
  func policies(name: String) throws {
    let trained = try training(name, pool: WorkerPool(threadCount: 1), sparsity: "set@80%")
    for _ in 0..<3 { try trained.playGame() }
    var tensors = NamedTensors()
    trained.learners[0].savePolicy(into: &tensors)
    let other = try training(name, pool: WorkerPool(threadCount: 2), sparsity: "set@80%")
    func digest(_ learner: any CrowdLearner) throws -> UInt64 {
      let episode = try WorldEpisode(Self.battle(), stepLimit: 30, key: RandomKey(seed: 7))
      let policy = learner.makePolicy()
      while !episode.isFinished {
        let key = RandomKey(seed: 8).split(episode.stepCount)
        for group in 0..<2 { policy.act(for: group, in: episode, key: key.split(group)) }
        episode.step()
        episode.clearDead()
      }
      return episode.world.digest
    }
    let expected = try digest(trained.learners[0])
    #expect(try digest(other.learners[0]) != expected)
    try other.learners[0].restorePolicy(from: tensors)
    #expect(try digest(other.learners[0]) == expected)
    #expect(throws: UserError.self) {
      try other.learners[0].restorePolicy(from: NamedTensors())
    }
  }

  /// Stays still, and counts what all threads allocate between two steps of every game.
  private final class Meter: GroupPolicy {
    let pool: WorkerPool
    let steps: Range<Int>
    private let tally = AllocationTally()
    private(set) var found: Int64 = -1

    init(_ pool: WorkerPool, steps: Range<Int>) { (self.pool, self.steps) = (pool, steps) }

    func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
      if episode.stepCount == steps.lowerBound {
        tally.begin(on: pool)
      } else if episode.stepCount == steps.upperBound {
        found = tally.count
        tally.end(on: pool)
      }
    }
  }

  @Test(
    "acting and learning allocate nothing between the beginning of a game and its end", .serialized,
    .enabled(if: AllocationTally.isPossible), arguments: names, [1, 2])
  func allocations(name: String, threads: Int) throws {
    let pool = WorkerPool(threadCount: threads)
    let learners = try training(name, pool: pool, lasting: true).learners
    let meter = Meter(pool, steps: 3..<28)
    let training = try CrowdTraining(
      Self.battle(lasting: true), stepLimit: 30, learners: learners,
      roles: [CrowdRole(learner: 0), CrowdRole(opponent: meter)], key: RandomKey(seed: 4),
      pool: pool)
    for _ in 0..<6 { try training.playGame() }
    let before = training.updates
    try training.playGame()
    #expect(training.updates > before)
    #expect(meter.found == 0)
  }

  @Test("the catalogue knows its lines, and names the nearest for others")
  func catalogue() throws {
    for entry in CrowdLearnerCatalogue.standard.entries {
      #expect(!entry.summary.isEmpty)
      #expect(try CrowdLearnerCatalogue.standard.entry(entry.name).name == entry.name)
    }
    let error = #expect(throws: UserError.self) { try CrowdLearnerCatalogue.standard.entry("dqm") }
    #expect(error?.description.contains("\"dqn\"") == true)
  }
}
