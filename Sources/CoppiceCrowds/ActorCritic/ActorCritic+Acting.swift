import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

extension ActorCritic {
  /// What is to be chosen, and where it goes.
  struct Choice {
    var observations: Panels<Float>?
    var count = 0
    var first = 0
    var key = RandomKey(bits: 0)
    var actions: UnsafeMutablePointer<Int16>?
  }

  /// The most observations that go through the network together.
  public var evaluationSize: Int { evaluation.panelCount * panelWidth }

  /// Draws an action from the policy for each observation.
  ///
  /// - Parameters:
  ///   - observations: `[V + F, 64]` in each panel.
  ///   - count: How many; at most ``evaluationSize``.
  ///   - first: Of how many more they are the next.
  ///   - key: The draws; every observation has its own numbers.
  ///   - actions: Receives `count` actions.
  public func choose(
    _ observations: Panels<Float>, count: Int, from first: Int = 0, key: RandomKey,
    actions: UnsafeMutablePointer<Int16>
  ) {
    precondition(count <= evaluationSize, "\(count) observations do not fit")
    choice = Choice(
      observations: observations, count: count, first: first, key: key, actions: actions)
    pool.run { [self] worker in choose(worker.part) }
    choice = Choice()
  }

  /// The scores of the actions, and behind them the value, of the observations that were last chosen for.
  public func output(_ index: Int, sample: Int) -> Float {
    evaluation.output[sample: sample, feature: index]
  }

  private func choose(_ part: Part) {
    guard let observations = choice.observations, let actions = choice.actions else { return }
    let panels = part.range(of: panelCountFor(samples: choice.count))
    learner.network.forward(panels: panels, input: observations.run, trace: evaluation)
    let policy = CategoricalPolicy(actionCount: actionCount)
    for panel in panels {
      let scores = UnsafePointer(evaluation.output.panel(panel))
      for lane in 0..<min(panelWidth, choice.count - panel * panelWidth) {
        let sample = panel * panelWidth + lane
        var random = choice.key.split(choice.first + sample).stream()
        actions[sample] = Int16(policy.sample(scores + lane, uniform: random.nextUniform()))
      }
    }
  }
}
