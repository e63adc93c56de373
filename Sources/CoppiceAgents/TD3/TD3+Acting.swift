import CoppiceNetworks
public import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors

extension TD3 {
  /// From how many observations on a panel is faster than one sample after the other.
  static let fewestForPanels = 16

  /// Takes observations into the statistics of the normaliser, where there is one.
  public func observe(_ observations: UnsafePointer<Double>, count: Int) {
    guard let normaliser else { return }
    for row in 0..<count {
      for feature in 0..<observationCount {
        workspace.row.pointer[feature] = Float(observations[row * observationCount + feature])
      }
      normaliser.record(UnsafePointer(workspace.row.pointer))
    }
  }

  /// Chooses actions: π(s), and while exploring clip(π(s) + σ ε, −1, 1).
  ///
  /// Up to 15 observations go through the policy one by one, which takes the time of each alone and
  /// gives the same bits whatever their number; more go through it 64 at a time, and agree with the
  /// former to rounding.
  ///
  /// - Parameters:
  ///   - observations: `[count, O]`.
  ///   - count: How many observations.
  ///   - exploring: ε; without, there is no noise.
  ///   - actions: Receives `[count, A]`, in [−1, 1].
  public func act(
    observations: UnsafePointer<Double>, count: Int, exploring: RandomKey?,
    actions: UnsafeMutablePointer<Double>
  ) {
    if count < Self.fewestForPanels {
      for row in 0..<count {
        actOnce(
          observations + row * observationCount, action: actions + row * actionCount)
      }
    } else {
      for first in stride(from: 0, to: count, by: panelWidth) {
        actTogether(
          observations + first * observationCount, count: min(panelWidth, count - first),
          actions: actions + first * actionCount)
      }
    }
    if let exploring { explore(count: count, key: exploring, actions: actions) }
  }

  private func actOnce(
    _ observation: UnsafePointer<Double>, action: UnsafeMutablePointer<Double>
  ) {
    let sample = workspace.sample
    let input = sample.input.pointer
    for feature in 0..<observationCount { input[feature] = Float(observation[feature]) }
    normaliser?.normalise(sample: input)
    actor.network.forward(sample)
    let output = sample.output.pointer
    squash.act(count: actionCount, outputs: UnsafePointer(output), actions: output)
    for index in 0..<actionCount { action[index] = Double(output[index]) }
  }

  private func actTogether(
    _ observations: UnsafePointer<Double>, count: Int, actions: UnsafeMutablePointer<Double>
  ) {
    let input = workspace.acting
    for feature in 0..<observationCount {
      let row = input.panel(0, feature: feature)
      for lane in 0..<count {
        row[lane] = Float(observations[lane * observationCount + feature])
      }
    }
    normaliser?.normalise(panel: input.panel(0))
    actor.network.forward(panels: 0..<1, input: input.run, trace: workspace.actingTrace)
    let output = workspace.actingTrace.output.panel(0)
    squash.act(count: actionCount * panelWidth, outputs: UnsafePointer(output), actions: output)
    for lane in 0..<count {
      for action in 0..<actionCount {
        actions[lane * actionCount + action] = Double(output[action * panelWidth + lane])
      }
    }
  }

  /// a ← clip(a + σ ε, −1, 1).
  private func explore(count: Int, key: RandomKey, actions: UnsafeMutablePointer<Double>) {
    var random = key.stream()
    for index in 0..<(count * actionCount) {
      let noisy = actions[index] + configuration.explorationNoise * random.nextNormal()
      actions[index] = min(1, max(-1, noisy))
    }
  }
}
