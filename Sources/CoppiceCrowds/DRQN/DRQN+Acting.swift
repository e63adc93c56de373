import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

extension DRQN {
  /// What is to be chosen, and where it goes.
  struct Choice {
    var observations: Panels<Float>?
    var numbers = UnsafeBufferPointer<Int32>(start: nil, count: 0)
    var states: AgentStates?
    var first = 0
    var exploration = 0.0
    var key = RandomKey(bits: 0)
    var actions: UnsafeMutablePointer<Int16>?
  }

  /// The most observations that go through the network together.
  public var evaluationSize: Int { evaluation.panelCount * panelWidth }

  /// Chooses for each agent the action of the largest value, or with a small chance any, and remembers
  /// what it saw.
  ///
  /// - Parameters:
  ///   - observations: `[V + F, 64]` in each panel.
  ///   - numbers: The numbers of the agents; at most ``evaluationSize``.
  ///   - states: What is remembered of them, with room for these numbers.
  ///   - first: Of how many more agents they are the next.
  ///   - exploration: ε, the chance of any action.
  ///   - key: Who explores; every observation has its own numbers.
  ///   - actions: Receives an action for each agent.
  public func choose(
    _ observations: Panels<Float>, numbers: UnsafeBufferPointer<Int32>, states: AgentStates,
    from first: Int = 0, exploration: Double, key: RandomKey,
    actions: UnsafeMutablePointer<Int16>
  ) {
    precondition(numbers.count <= evaluationSize, "\(numbers.count) observations do not fit")
    choice = Choice(
      observations: observations, numbers: numbers, states: states, first: first,
      exploration: exploration, key: key, actions: actions)
    pool.run { [self] worker in choose(worker.part) }
    choice = Choice()
  }

  /// What actions are worth to the agents that were last chosen for.
  public func value(ofAction action: Int, sample: Int) -> Float {
    evaluation.output[sample: sample, feature: action]
  }

  private func choose(_ part: Part) {
    guard let observations = choice.observations, let states = choice.states,
      let actions = choice.actions
    else { return }
    let count = choice.numbers.count
    for panel in part.range(of: panelCountFor(samples: count)) {
      let samples = (panel * panelWidth)..<min(count, (panel + 1) * panelWidth)
      let own = choice.numbers[samples]
      states.load(own, into: evaluation.unit.states.panel(panel))
      learner.network.forward(
        panels: panel..<(panel + 1), input: observations.run, trace: evaluation)
      states.store(own, from: UnsafePointer(evaluation.unit.outputs.panel(panel)))
      for sample in samples {
        let lane = evaluation.output.panel(panel) + sample % panelWidth
        var action = DQN.largest(of: actionCount, lane)
        if choice.exploration > 0 {
          var random = choice.key.split(choice.first + sample).stream()
          if random.nextUniform() < choice.exploration {
            action = random.nextIndex(below: actionCount)
          }
        }
        actions[sample] = Int16(action)
      }
    }
  }
}
