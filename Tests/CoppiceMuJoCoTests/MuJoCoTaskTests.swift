import CoppiceEnvironments
import CoppiceMuJoCo
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite(.enabled(if: MuJoCoInstallation.isAvailable, "MuJoCo is not installed"))
struct MuJoCoTaskTests {
  static let ids = EnvironmentCatalogue.mujoco.entries.map(\.id)
  let catalogue = EnvironmentCatalogue.mujoco

  func task(_ id: String, options: [String: EnvironmentOption] = [:]) throws -> any MuJoCoTask {
    try #require(try catalogue.makeMember(id, options: options) as? any MuJoCoTask)
  }

  @Test("every task keeps the contract of environments", arguments: ids)
  func contract(id: String) throws {
    #expect(try checkEnvironment(steps: 300) { try catalogue.makeMember(id) } == [])
  }

  @Test("what a task states is what its model has", arguments: ids)
  func specification(id: String) throws {
    let task = try task(id)
    #expect(task.specification == (try catalogue.specification(id)))
    guard case .box(let low, let high) = task.specification.actionSpace else {
      Issue.record("\(id) has no continuous actions")
      return
    }
    let ranges = task.world.controlRanges
    #expect(low == stride(from: 0, to: ranges.count, by: 2).map { ranges[$0] })
    #expect(high == stride(from: 1, to: ranges.count, by: 2).map { ranges[$0] })
  }

  @Test("tasks continue bit for bit in mid-episode", arguments: ids)
  func restore(id: String) throws {
    let key = RandomKey(seed: 5)
    let original = try catalogue.make(id, count: 2)
    try original.reset(key: key)
    for step in 0..<70 { try original.step(actions: randomActions(for: original, key, step)) }
    var saved = NamedTensors()
    original.save(into: &saved)
    let restored = try catalogue.make(id, count: 2)
    try restored.restore(from: saved)
    for step in 70..<140 {
      try original.step(actions: randomActions(for: original, key, step))
      try restored.step(actions: randomActions(for: restored, key, step))
      #expect(original.stepObservations.elements.elementsEqual(restored.stepObservations.elements))
      #expect(original.outcomes == restored.outcomes)
    }
    var (first, second) = (NamedTensors(), NamedTensors())
    original.save(into: &first)
    restored.save(into: &second)
    #expect(first == second)
  }

  @Test(
    "a whole episode is cut off at the step limit", arguments: ["HalfCheetah-v5", "Reacher-v5"])
  func truncation(id: String) throws {
    let environment = try catalogue.make(id, count: 1)
    let limit = try #require(environment.specification.stepLimit)
    try environment.reset(key: RandomKey(seed: 1))
    for step in 1...limit {
      try environment.step(actions: randomActions(for: environment, RandomKey(seed: 2), step))
      #expect(environment.outcomes[0].truncated == (step == limit))
    }
    #expect(environment.episodeLengths == [limit])
  }

  @Test("two worlds of one process do not disturb each other")
  func twoWorlds() throws {
    let alone = try catalogue.make("Hopper-v5", count: 1)
    let pair = try catalogue.make("Hopper-v5", count: 2)
    try alone.reset(key: RandomKey(seed: 1))
    try pair.reset(key: RandomKey(seed: 1))
    for step in 0..<50 {
      let actions = randomActions(for: pair, RandomKey(seed: 2), step)
      try pair.step(actions: actions)
      try alone.step(actions: AlignedBuffer(actions.elements.prefix(3)))
      #expect(alone.observations.elements.elementsEqual(pair.observations.elements.prefix(11)))
    }
  }

  @Test("a main body is a number or a name of the model")
  func mainBody() throws {
    #expect(try (task("Ant-v5", options: ["main_body": "torso"]) as? Ant)?.mainBody == 1)
    #expect(try (task("Ant-v5", options: ["main_body": 4]) as? Ant)?.mainBody == 4)
    for bad in [EnvironmentOption.string("tail"), 14, -1, 1.5, true] {
      let error = #expect(throws: UserError.self) {
        try catalogue.makeMember("Ant-v5", options: ["main_body": bad])
      }
      #expect(error?.kind == .configuration)
    }
  }

  func randomActions(
    for environment: SequentialVectorEnvironment, _ key: RandomKey, _ step: Int
  ) -> AlignedBuffer<Double> {
    var random = key.split(step).stream()
    guard case .box(let low, let high) = environment.specification.actionSpace else {
      return AlignedBuffer(count: 0)
    }
    let actions = AlignedBuffer<Double>(count: environment.memberCount * low.count)
    for index in 0..<actions.count {
      actions[index] = random.nextUniform(low[index % low.count], high[index % low.count])
    }
    return actions
  }
}
