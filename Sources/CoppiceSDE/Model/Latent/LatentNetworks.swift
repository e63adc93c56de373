import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors

/// The networks of a latent equation, and what moves them.
///
/// ## Shapes
/// - `C` channels of a path, `D` numbers of a latent state, `K` numbers of a context
final class LatentNetworks {
  /// Reads a path from its end: `[2 C + 1]` to `[K]` at each time.
  let encoder: SparseLearner<RecurrentNetwork<Float>>
  /// The first context to mean and log deviation of the initial noise: `[K]` to `[2 D]`.
  let initial: SparseLearner<MLP<Float>>
  /// The initial noise to the first state: `[D]` to `[D]`.
  let start: SparseLearner<MLP<Float>>
  /// f: `[D + K + 1]` to `[D]`.
  let posterior: SparseLearner<MLP<Float>>
  /// h: `[D + 1]` to `[D]`.
  let prior: SparseLearner<MLP<Float>>
  /// The state to values: `[D]` to `[C]`.
  let decoder: SparseLearner<MLP<Float>>
  /// g: `[2]` to `[1]` for each number of the state.
  let diffusions: [SparseLearner<MLP<Float>>]

  let sizes: LatentSDE.Sizes
  /// From the first time of the data to the last.
  let span: ClosedRange<Double>

  init(
    channelCount: Int, span: ClosedRange<Double>, sizes: LatentSDE.Sizes,
    rule: (any TopologyRule)?, key: RandomKey
  ) throws(UserError) {
    self.sizes = sizes
    self.span = span
    let hidden = Array(repeating: sizes.width, count: sizes.depth)
    let (state, context) = (sizes.state, sizes.context)
    var place = 0
    func learner<Network: LayeredNetwork>(
      _ network: Network, _ part: String
    ) throws(UserError) -> SparseLearner<Network> where Network.Scalar == Float {
      place += 1
      return try SparseLearner(
        delivered: network, role: "latent-\(part)", rule: rule,
        key: key.split("topology").split(place), makeOptimiser: { Adam(network: $0) })
    }
    func drift(_ inputs: Int, _ key: RandomKey) -> MLP<Float> {
      let network = MLP<Float>(
        sizes: [inputs] + hidden + [state], hiddenActivation: .lipSwish,
        outputActivation: sizes.driftBound == 0 ? .identity : .tanh,
        inputGradientColumns: 0..<(inputs - 1), key: key)
      // paths that begin by standing still are not carried away over long spans
      let last = network.layers[network.layers.count - 1]
      for buffer in [last.parameters, last.bias] {
        for index in buffer.elements.indices { buffer[index] *= Float(sizes.driftScale) }
      }
      network.refresh()
      return network
    }
    encoder = try learner(
      pathReader(
        inputs: 2 * channelCount + 1, width: sizes.width, memory: sizes.memory, context: context,
        key: key.split("encoder")), "encoder")
    initial = try learner(
      MLP(
        sizes: [context, 2 * state], inputGradientColumns: 0..<context,
        key: key.split("initial")), "initial")
    start = try learner(
      MLP(sizes: [state, state], inputGradientColumns: 0..<state, key: key.split("start")),
      "start")
    posterior = try learner(drift(state + context + 1, key.split("posterior")), "posterior")
    prior = try learner(drift(state + 1, key.split("prior")), "prior")
    decoder = try learner(
      MLP(
        sizes: [state, channelCount], inputGradientColumns: 0..<state,
        key: key.split("decoder")), "decoder")
    var diffusions: [SparseLearner<MLP<Float>>] = []
    for index in 0..<state {
      let network = MLP<Float>(
        sizes: [2, sizes.width, 1], hiddenActivation: .lipSwish, outputActivation: .tanh,
        inputGradientColumns: 0..<1, key: key.split("diffusion").split(index))
      diffusions.append(try learner(network, "diffusion-\(index + 1)"))
    }
    self.diffusions = diffusions
  }

  var diffusion: BoundedDiffusion<Float> {
    BoundedDiffusion(
      networks: diffusions.map(\.network), range: sizes.leastDiffusion...sizes.greatestDiffusion)
  }

  /// What the drifts' networks are multiplied by.
  var driftFactor: Double { sizes.driftBound > 0 ? sizes.driftBound : 1 }

  /// All but the encoder, by their names.
  var parts: [(name: String, learner: SparseLearner<MLP<Float>>)] {
    [
      ("initial", initial), ("start", start), ("posterior", posterior), ("prior", prior),
      ("decoder", decoder),
    ] + diffusions.enumerated().map { ("diffusion-\($0 + 1)", $1) }
  }

  /// Moves all weights against their gradients.
  func update(step: Int, learningRate: Double) {
    encoder.update(step: step, learningRate: learningRate)
    for learner in [initial, start, posterior, prior, decoder] {
      learner.update(step: step, learningRate: learningRate)
    }
    for learner in diffusions { learner.update(step: step, learningRate: learningRate) }
  }

  var isFinite: Bool {
    encoder.network.isFinite && parts.allSatisfy { $0.learner.network.isFinite }
  }
}

/// A layer, a gated recurrent unit, and a linear layer that says what it remembers.
private func pathReader(
  inputs: Int, width: Int, memory: Int, context: Int, key: RandomKey
) -> RecurrentNetwork<Float> {
  func layer(
    _ shape: LayerShape, isRectified: Bool, givesInputGradient: Bool, _ key: RandomKey
  ) -> FeedForwardNetwork<Float> {
    let stage = DenseStage<Float>(
      shape, isRectified: isRectified, givesInputGradient: givesInputGradient, key: key)
    return FeedForwardNetwork([.init(stage, reads: .input(), writes: .node(0))])
  }
  return RecurrentNetwork(
    encoder: layer(
      LayerShape(outputs: width, inputs: inputs), isRectified: true, givesInputGradient: false,
      key.split("read")),
    unit: GatedRecurrentUnit(inputCount: width, unitCount: memory, key: key.split("unit")),
    head: layer(
      LayerShape(outputs: context, inputs: memory), isRectified: false, givesInputGradient: true,
      key.split("say")))
}

extension LatentNetworks: Checkpointable {
  func save(into tensors: inout NamedTensors) {
    tensors.save(encoder, under: "encoder")
    for part in parts { tensors.save(part.learner, under: part.name) }
  }

  func restore(from tensors: NamedTensors) throws(UserError) {
    try encoder.restore(from: tensors.under("encoder"))
    for part in parts { try part.learner.restore(from: tensors.under(part.name)) }
  }
}
