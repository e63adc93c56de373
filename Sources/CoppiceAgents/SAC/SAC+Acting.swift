import CoppiceNetworks
public import CoppiceRandom
import CoppiceTensors

extension SAC {
  /// Takes observations into the statistics of the normaliser, where there is one.
  public func observe(_ observations: UnsafePointer<Double>, count: Int) {
    outputs.observe(observations, count: count)
  }

  /// Chooses actions: while exploring a sample of the policy, otherwise tanh(μ).
  ///
  /// Up to 15 observations go through the policy one by one, which takes the time of each alone and
  /// gives the same bits whatever their number; more go through it 64 at a time, and agree with the
  /// former to rounding.
  ///
  /// - Parameters:
  ///   - observations: `[count, O]`.
  ///   - count: How many observations.
  ///   - exploring: The noise of the samples; without, the policy is deterministic.
  ///   - actions: Receives `[count, A]`, in [−1, 1].
  public func act(
    observations: UnsafePointer<Double>, count: Int, exploring: RandomKey?,
    actions: UnsafeMutablePointer<Double>
  ) {
    var random = exploring?.stream()
    let (noise, squashed) = (workspace.actingNoise.panel(0), workspace.actingActions.panel(0))
    outputs.compute(observations, count: count) { first, live, outputs in
      if random != nil {
        for lane in 0..<live {
          for action in 0..<actionCount {
            noise[action * panelWidth + lane] = Float(random?.nextNormal() ?? 0)
          }
        }
        policy.sample(
          outputs: UnsafePointer(outputs), noise: UnsafePointer(noise), actions: squashed,
          logDensities: workspace.actingDensities.pointer)
      } else {
        policy.mode(outputs: UnsafePointer(outputs), actions: squashed)
      }
      for lane in 0..<live {
        for action in 0..<actionCount {
          actions[(first + lane) * actionCount + action] = Double(
            squashed[action * panelWidth + lane])
        }
      }
    }
  }
}
