import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

extension DQN {
  /// What is to be chosen, and where it goes.
  struct Choice {
    var observations: Panels<Float>?
    var count = 0
    var first = 0
    var exploration = 0.0
    var temperature = 0.0
    var isAveraged = false
    var key = RandomKey(bits: 0)
    var actions: UnsafeMutablePointer<Int16>?
  }

  /// The most observations that go through the network together.
  public var evaluationSize: Int { evaluation.panelCount * panelWidth }

  /// Chooses for each observation the action of the largest value, or with a small chance any.
  ///
  /// With a temperature better actions are only chosen more often: π(a) ∝ exp(Q(a) / T).
  ///
  /// - Parameters:
  ///   - observations: `[V + F, 64]` in each panel.
  ///   - count: How many; at most ``evaluationSize``.
  ///   - first: Of how many more they are the next.
  ///   - exploration: ε, the chance of any action.
  ///   - temperature: T, not negative; at 0 the best is chosen.
  ///   - isAveraged: Whether the target values the actions, in place of the network.
  ///   - key: Who explores; every observation has its own numbers.
  ///   - actions: Receives `count` actions.
  public func choose(
    _ observations: Panels<Float>, count: Int, from first: Int = 0, exploration: Double,
    temperature: Double = 0, isAveraged: Bool = false, key: RandomKey,
    actions: UnsafeMutablePointer<Int16>
  ) {
    precondition(count <= evaluationSize, "\(count) observations do not fit")
    choice = Choice(
      observations: observations, count: count, first: first, exploration: exploration,
      temperature: temperature, isAveraged: isAveraged, key: key, actions: actions)
    pool.run { [self] worker in choose(worker.part) }
  }

  /// What actions are worth at the observations that were last chosen for.
  public func value(ofAction action: Int, sample: Int) -> Float {
    evaluation.output[sample: sample, feature: action]
  }

  private func choose(_ part: Part) {
    guard let observations = choice.observations, let actions = choice.actions else { return }
    let panels = part.range(of: panelCountFor(samples: choice.count))
    let network = choice.isAveraged ? learner.target ?? learner.network : learner.network
    network.forward(panels: panels, input: observations.run, trace: evaluation)
    let policy = CategoricalPolicy(actionCount: actionCount, temperature: choice.temperature)
    for panel in panels {
      let values = evaluation.output.panel(panel)
      for lane in 0..<min(panelWidth, choice.count - panel * panelWidth) {
        let sample = panel * panelWidth + lane
        var random = choice.key.split(choice.first + sample).stream()
        if choice.exploration > 0, random.nextUniform() < choice.exploration {
          actions[sample] = Int16(random.nextIndex(below: actionCount))
          continue
        }
        let uniform = choice.temperature > 0 ? random.nextUniform() : 0
        let action = policy.sample(UnsafePointer(values + lane), uniform: uniform)
        actions[sample] = Int16(action)
      }
    }
  }
}
