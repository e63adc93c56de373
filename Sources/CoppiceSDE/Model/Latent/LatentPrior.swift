import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors

/// Paths that a latent equation makes where nothing is observed.
///
/// ## Shapes
/// - `B` samples, `T` times, `C` channels, `D` numbers of a latent state
final class LatentPrior {
  let sampleCount: Int

  private let motion: BrownianMotion
  private let noise: BrownianNoise<Float>
  private let start: BatchNetwork
  private let decoder: BatchNetwork
  private let solver: any BatchSolver<Float>

  /// `sampleCount` paths with values at `times`; the equation begins at the first of them.
  init(
    _ networks: LatentNetworks, times: [Double], sampleCount: Int,
    method: any SDEMethod<Stratonovich>, step: Double, pool: WorkerPool
  ) throws(UserError) {
    self.sampleCount = sampleCount
    let count = networks.sizes.state
    let keys = SampleKeys(count: sampleCount, key: RandomKey(seed: 0))
    motion = BrownianMotion(keys: keys)
    let lanes = keys.panelCount * panelWidth
    noise = BrownianNoise(keys: keys, channelCount: count)
    start = BatchNetwork(
      networks.start.network, sampleCount: lanes, inputGradients: count, pool: pool)
    decoder = BatchNetwork(
      networks.decoder.network, sampleCount: times.count * lanes, inputGradients: count,
      pool: pool)
    let fields = LatentPriorFields(
      drift: networks.prior.network, diffusion: networks.diffusion,
      driftScale: networks.driftFactor, span: networks.span)
    let grid = try StepGrid(times: times, step: step)
    solver = try method.solver(
      of: fields, grid: grid, sampleCount: sampleCount,
      paths: motion.paths(for: fields, times: grid.times), adjoint: nil, pool: pool)
  }

  private var panelCount: Int { motion.keys.panelCount }

  /// Makes the paths of the keys `key.split(first)`, `key.split(first + 1)`, ….
  func draw(_ key: RandomKey, from first: Int) {
    motion.redraw(key, from: first, paths: solver.paths)
    for panel in 0..<panelCount {
      noise.write(.initial, of: 0, panel: panel, into: start.inputs.panel(panel))
    }
    start.forward()
    solver.solve(from: start.output)
    let count = decoder.inputs.stride * panelCount
    for (index, states) in solver.states.enumerated() {
      (decoder.inputs.buffer.pointer + index * count).update(
        from: states.buffer.pointer, count: count)
    }
    decoder.forward()
  }

  /// A value of sample `sample`.
  func value(at index: Int, channel: Int, sample: Int) -> Float {
    decoder.output.panel(index * panelCount + sample / panelWidth, feature: channel)[
      sample % panelWidth]
  }
}
