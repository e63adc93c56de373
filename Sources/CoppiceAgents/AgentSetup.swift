public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

/// What an agent sees, and what it computes with.
public struct AgentSetup {
  /// `O`.
  public var observationCount: Int
  /// `A`.
  public var actionCount: Int
  /// Units of each hidden layer.
  public var hidden: [Int]
  /// Which weights are kept; all where nothing is given.
  public var rule: (any TopologyRule)?
  /// The weights that networks begin with, by the names of a checkpoint, `actor.online.layer-1.weight`;
  /// drawn anew where nothing is given.
  public var initialWeights: NamedTensors?
  /// The operations that networks are computed with.
  public var arithmetic: KernelArithmetic
  /// The threads that share an update.
  public var pool: WorkerPool

  /// A setup from its parts.
  public init(
    observationCount: Int, actionCount: Int, hidden: [Int] = [256, 256],
    rule: (any TopologyRule)? = nil, initialWeights: NamedTensors? = nil,
    arithmetic: KernelArithmetic = .fastest, pool: WorkerPool = WorkerPool(threadCount: 1)
  ) {
    self.observationCount = observationCount
    self.actionCount = actionCount
    self.hidden = hidden
    self.rule = rule
    self.initialWeights = initialWeights
    self.arithmetic = arithmetic
    self.pool = pool
  }

  /// A dense network with its initial weights.
  ///
  /// - Parameters:
  ///   - name: What the agent calls it.
  ///   - sizes: The number of inputs, of each hidden layer's units, and of outputs.
  ///   - inputGradientColumns: Which inputs the backward pass gives a gradient for; none without.
  ///   - key: The initial numbers, where they are drawn.
  /// - Returns: The network, which no other one shares numbers with.
  /// - Throws: `UserError` of kind `checkpoint` when the initial weights do not fit.
  public func network(
    _ name: String, sizes: [Int], inputGradientColumns: Range<Int>? = nil, key: RandomKey
  ) throws(UserError) -> MLP<Float> {
    let network = MLP<Float>(
      sizes: sizes, inputGradientColumns: inputGradientColumns, key: key, arithmetic: arithmetic)
    if let initialWeights {
      try copy(MLP(saved: initialWeights.under("\(name).online")), into: network, called: name)
    }
    return network
  }

  /// Copies the weights of a trained network, zero where it keeps none.
  private func copy(
    _ trained: MLP<Float>, into network: MLP<Float>, called name: String
  ) throws(UserError) {
    let sizes = { (network: MLP<Float>) in
      ([network.inputCount] + network.layers.map(\.shape.outputs)).map { "\($0)" }
        .joined(separator: "-")
    }
    guard sizes(trained) == sizes(network) else {
      throw UserError(
        .configuration, found: "\(name) of \(sizes(trained)) units to begin with",
        expected: "\(sizes(network))",
        action: "begin with a run of the same environment and the same hidden layers")
    }
    for (layer, source) in zip(network.layers, trained.layers) {
      layer.parameters.copy(from: AlignedBuffer(source.denseWeights()))
      layer.bias.copy(from: source.bias)
      layer.refresh()
    }
  }
}
