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
    var key = RandomKey(bits: 0)
    var actions: UnsafeMutablePointer<Int16>?
  }

  /// The most observations that go through the network together.
  public var evaluationSize: Int { evaluation.panelCount * panelWidth }

  /// Chooses for each observation the action of the largest value, or with a small chance any.
  ///
  /// - Parameters:
  ///   - observations: `[V + F, 64]` in each panel.
  ///   - count: How many; at most ``evaluationSize``.
  ///   - first: Of how many more they are the next.
  ///   - exploration: ε, the chance of any action.
  ///   - key: Who explores; every observation has its own numbers.
  ///   - actions: Receives `count` actions.
  public func choose(
    _ observations: Panels<Float>, count: Int, from first: Int = 0, exploration: Double,
    key: RandomKey,
    actions: UnsafeMutablePointer<Int16>
  ) {
    precondition(count <= evaluationSize, "\(count) observations do not fit")
    choice = Choice(
      observations: observations, count: count, first: first, exploration: exploration, key: key,
      actions: actions)
    pool.run { [self] worker in choose(worker.part) }
  }

  /// What actions are worth at the observations that were last chosen for.
  public func value(ofAction action: Int, sample: Int) -> Float {
    evaluation.output[sample: sample, feature: action]
  }

  private func choose(_ part: Part) {
    guard let observations = choice.observations, let actions = choice.actions else { return }
    let panels = part.range(of: panelCountFor(samples: choice.count))
    learner.network.forward(panels: panels, input: observations.run, trace: evaluation)
    for panel in panels {
      let values = evaluation.output.panel(panel)
      for lane in 0..<min(panelWidth, choice.count - panel * panelWidth) {
        let sample = panel * panelWidth + lane
        var action = Self.largest(of: actionCount, values + lane)
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
