import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A draw of latent paths given observed ones, what it costs against the prior, and the values that it stands
/// for.
///
/// The initial noise V has the prior N(0, I) and the posterior N(m, s²), and the state begins at an affine map of
/// it. So p(z₀) is a Gaussian that is learned, and the divergence of q(z₀) from it is that of the two laws of V.
///
/// ## Shapes
/// - `B` samples, `T` times, `C` channels, `D` numbers of a latent state
final class LatentPosterior {
  let times: [Double]
  /// `B`, whole panels.
  let sampleCount: Int
  let encoder: PathEncoder

  private let motion: BrownianMotion
  private let noise: BrownianNoise<Float>
  private let latentCount: Int
  private let initial: BatchNetwork
  private let start: BatchNetwork
  private let decoder: BatchNetwork
  private let solver: any BatchSolver<Float>
  /// ε and s, V = m + s ε.
  private let normals: Panels<Float>
  private let deviations: Panels<Float>
  private let beginning: Panels<Float>

  init(
    _ networks: LatentNetworks, times: [Double], channelCount: Int, sampleCount: Int,
    method: any SDEMethod<Stratonovich>, step: Double, learns: Bool, pool: WorkerPool
  ) throws(UserError) {
    let lanes = panelCountFor(samples: sampleCount) * panelWidth
    let count = networks.sizes.state
    self.times = times
    self.sampleCount = lanes
    latentCount = count
    let keys = SampleKeys(count: lanes, key: RandomKey(seed: 0))
    motion = BrownianMotion(keys: keys)
    noise = BrownianNoise(keys: keys, channelCount: count)
    encoder = PathEncoder(
      networks.encoder.network, times: times, channelCount: channelCount, sampleCount: lanes,
      pool: pool)
    initial = BatchNetwork(
      networks.initial.network, sampleCount: lanes, inputGradients: networks.sizes.context,
      pool: pool)
    start = BatchNetwork(
      networks.start.network, sampleCount: lanes, inputGradients: count, pool: pool)
    decoder = BatchNetwork(
      networks.decoder.network, sampleCount: times.count * lanes, inputGradients: count,
      pool: pool)
    normals = Panels(featureCount: count, sampleCount: lanes)
    deviations = Panels(featureCount: count, sampleCount: lanes)
    beginning = Panels(featureCount: count + 1, sampleCount: lanes)
    let fields = LatentFields(
      posterior: networks.posterior.network, prior: networks.prior.network,
      diffusion: networks.diffusion, driftScale: networks.driftFactor,
      span: networks.span, track: encoder.track)
    let grid = try StepGrid(times: times, step: step)
    let adjoint: Adjoint = method.adjoints.contains(.reversible) ? .reversible : .backpropagation
    solver = try method.solver(
      of: fields, grid: grid, sampleCount: lanes,
      paths: motion.paths(for: fields, times: grid.times), adjoint: learns ? adjoint : nil,
      pool: pool)
  }

  private var panelCount: Int { normals.panelCount }

  /// Gives the samples the keys `key.split(first)`, `key.split(first + 1)`, ….
  func draw(_ key: RandomKey, from first: Int = 0) {
    motion.redraw(key, from: first, paths: solver.paths)
  }

  /// Draws paths for what ``encoder`` was given.
  func forward() {
    encoder.forward()
    for panel in 0..<panelCount {
      initial.inputs.panel(panel).update(
        from: encoder.track.contexts.panel(encoder.track.place(of: 0, panel: panel)),
        count: initial.inputs.stride)
      noise.write(.initial, of: 0, panel: panel, into: normals.panel(panel))
    }
    initial.forward()
    for panel in 0..<panelCount {
      place(
        normals.stride, statistics: UnsafePointer(initial.output.panel(panel)),
        normals: UnsafePointer(normals.panel(panel)), deviations: deviations.panel(panel),
        noise: start.inputs.panel(panel))
    }
    start.forward()
    for panel in 0..<panelCount {
      beginning.panel(panel).update(from: start.output.panel(panel), count: start.output.stride)
    }
    solver.solve(from: beginning)
    for (index, states) in solver.states.enumerated() {
      for panel in 0..<panelCount {
        decoder.inputs.panel(index * panelCount + panel).update(
          from: states.panel(panel), count: decoder.inputs.stride)
      }
    }
    decoder.forward()
  }

  /// The values of time `index` for panel `panel`, `[C, 64]`.
  func values(at index: Int, panel: Int) -> UnsafePointer<Float> {
    UnsafePointer(decoder.output.panel(index * panelCount + panel))
  }

  /// Where ∂ loss / ∂ those values goes before ``backward(_:divergenceGradient:)``.
  func valueGradients(at index: Int, panel: Int) -> UnsafeMutablePointer<Float> {
    decoder.outputGradient.panel(index * panelCount + panel)
  }

  /// ∫ ½ |u|² dt of sample `sample`.
  func pathDivergence(_ sample: Int) -> Double {
    Double(solver.states[times.count - 1][sample: sample, feature: latentCount])
  }

  /// KL(q(z₀) || p(z₀)) of sample `sample`.
  func initialDivergence(_ sample: Int) -> Double {
    (0..<latentCount).reduce(0) {
      let mean = Double(initial.output[sample: sample, feature: $1])
      let log = Double(initial.output[sample: sample, feature: latentCount + $1])
      let deviation = Double(deviations[sample: sample, feature: $1])
      return $0 + (mean * mean + deviation * deviation - 1) / 2 - log
    }
  }

  /// Carries the gradients of the values, and of both divergences of the first `count` samples, back to all
  /// parameters.
  func backward(_ count: Int, divergenceGradient: Float) {
    decoder.backward()
    guard let decoded = decoder.inputGradient else { return }
    for (index, gradients) in solver.stateGradients.enumerated() {
      for panel in 0..<panelCount {
        gradients.panel(panel).update(
          from: decoded.panel(index * panelCount + panel), count: decoded.stride)
      }
    }
    let last = solver.stateGradients[times.count - 1]
    for panel in 0..<panelCount {
      let row = last.panel(panel, feature: latentCount)
      for lane in 0..<panelWidth {
        row[lane] = panel * panelWidth + lane < count ? divergenceGradient : 0
      }
    }
    encoder.track.gradients.buffer.zero()
    solver.pullBack()
    for panel in 0..<panelCount {
      start.outputGradient.panel(panel).update(
        from: solver.initialGradient.panel(panel), count: start.outputGradient.stride)
    }
    start.backward()
    guard let noise = start.inputGradient else { return }
    for panel in 0..<panelCount {
      open(
        normals.stride, lanes: min(panelWidth, max(0, count - panel * panelWidth)),
        noise: UnsafePointer(noise.panel(panel)),
        means: UnsafePointer(initial.output.panel(panel)),
        normals: UnsafePointer(normals.panel(panel)),
        deviations: UnsafePointer(deviations.panel(panel)), divergence: divergenceGradient,
        into: initial.outputGradient.panel(panel))
    }
    initial.backward()
    guard let context = initial.inputGradient else { return }
    for panel in 0..<panelCount {
      accumulate(
        context.stride, 1, context.panel(panel),
        into: encoder.track.gradients.panel(encoder.track.place(of: 0, panel: panel)))
    }
    encoder.backward()
  }

  /// What is wrong with the last solution, if anything.
  var warning: String? { solver.warning }
}

/// s = exp l and V = m + s ε, of the means and, behind them, the log deviations.
private func place(
  _ count: Int, statistics: UnsafePointer<Float>, normals: UnsafePointer<Float>,
  deviations: UnsafeMutablePointer<Float>, noise: UnsafeMutablePointer<Float>
) {
  for element in 0..<count {
    deviations[element] = exp(statistics[count + element])
    noise[element] = statistics[element] + deviations[element] * normals[element]
  }
}

/// From ∂ loss / ∂ V, and from the divergence ½ (m² + s² − 1) − log s of the first lanes: the gradients of m
/// and log s.
private func open(
  _ count: Int, lanes: Int, noise: UnsafePointer<Float>, means: UnsafePointer<Float>,
  normals: UnsafePointer<Float>, deviations: UnsafePointer<Float>, divergence: Float,
  into gradient: UnsafeMutablePointer<Float>
) {
  for row in stride(from: 0, to: count, by: panelWidth) {
    for lane in 0..<panelWidth {
      let element = row + lane
      let (s, weight) = (deviations[element], lane < lanes ? divergence : 0)
      gradient[element] = noise[element] + weight * means[element]
      gradient[count + element] = noise[element] * s * normals[element] + weight * (s * s - 1)
    }
  }
}
