import CoppiceCrowds
import CoppiceGridWorld
import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Policy of a recurrent DQN")
struct DRQNPolicyTests {
  @Test(
    "each agent's state is made of all that it saw, and of nothing else, whoever dies meanwhile")
  func states() throws {
    let episode = try WorldEpisode(
      EveryLearnerTests.battle(), stepLimit: 40, key: RandomKey(seed: 1))
    var setup = CrowdLearnerSetup(
      AgentShape(of: 0, in: episode.world), key: RandomKey(seed: 2),
      pool: WorkerPool(threadCount: 2))
    setup.encoder.channels = [4]
    (setup.encoder.viewUnits, setup.encoder.featureUnits) = (16, 16)
    let learner = try DRQNLearner(DRQNLearner.defaults, setup: setup)
    let (drqn, policy) = (learner.drqn, learner.makePolicy())
    /// What the one with a number in group 0 has seen, step by step.
    var seen: [Int32: [[Float]]] = [:]
    var found: [Int32: Float] = [:]
    let views = ViewPanels(featureCount: setup.agents.inputCount, sampleCount: 64)
    let panels = Panels<Float>(featureCount: setup.agents.inputCount, sampleCount: 64)
    func play() {
      while !episode.isFinished {
        let key = RandomKey(seed: 8).split(episode.stepCount)
        if episode.stepCount == 0 { seen = [:] }
        RandomPolicy().act(for: 1, in: episode, key: key.split(1))
        let numbers = Array(episode.numbers(of: 0))
        episode.observeAll(of: 0, into: views, atOnce: 64) { agents in
          for agent in agents {
            seen[numbers[agent], default: []].append(
              (0..<setup.agents.inputCount).map { views.panels[sample: agent, feature: $0] })
          }
        }
        policy.act(for: 0, in: episode, key: key.split(0))
        found = [:]
        for agent in numbers.indices {
          found[numbers[agent]] = drqn.value(ofAction: 3, sample: agent)
        }
        // strikes, so that somebody dies
        RandomPolicy().act(for: 0, in: episode, key: key.split(0))
        episode.step()
        episode.clearDead()
      }
    }
    func check() {
      #expect(!found.isEmpty)
      let (states, actions) = (
        AgentStates(unitCount: drqn.configuration.recurrentUnits), AlignedBuffer<Int16>(count: 1)
      )
      states.reserve(1)
      let number = AlignedBuffer<Int32>(count: 1)
      for (agent, value) in found {
        states.forget(UnsafeBufferPointer(number.elements))
        for numbers in seen[agent] ?? [] {
          for (feature, number) in numbers.enumerated() {
            panels[sample: 0, feature: feature] = number
          }
          drqn.choose(
            panels, numbers: UnsafeBufferPointer(number.elements), states: states, exploration: 0,
            key: RandomKey(seed: 1), actions: actions.pointer)
        }
        #expect(drqn.value(ofAction: 3, sample: 0) == value, "\(agent)")
      }
    }
    play()
    let placed = episode.groups[0].placedCount
    #expect(episode.groups[0].livingCount < placed)
    #expect(episode.stepCount > 3)
    check()
    // the next episode begins without what was seen in this one
    try episode.reset(key: RandomKey(seed: 5))
    play()
    check()
  }
}
