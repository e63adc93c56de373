import CoppiceNetworks
public import CoppiceRandom
import CoppiceTensors

extension TD3 {
  /// Takes observations into the statistics of the normaliser, where there is one.
  public func observe(_ observations: UnsafePointer<Double>, count: Int) {
    outputs.observe(observations, count: count)
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
    outputs.compute(observations, count: count) { first, live, outputs in
      squash.act(
        count: actionCount * panelWidth, outputs: UnsafePointer(outputs), actions: outputs)
      for lane in 0..<live {
        for action in 0..<actionCount {
          actions[(first + lane) * actionCount + action] = Double(
            outputs[action * panelWidth + lane])
        }
      }
    }
    if let exploring { explore(count: count, key: exploring, actions: actions) }
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
