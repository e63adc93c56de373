public import CoppiceNetworks
public import CoppiceTensors

/// A trained policy that acts: normaliser, network, squashing.
///
/// Of a stochastic policy it takes the means alone.
///
/// ## Shapes
/// - `O` numbers of an observation, `A` numbers of an action in [−1, 1]
public final class DeterministicActor {
  /// The network.
  public let network: MLP<Float>

  /// `A`: the first outputs of the network, which become actions.
  public let actionCount: Int

  private let normaliser: ObservationNormaliser?
  private let squash: DeterministicPolicy<Float>
  private let sample: MLPSample<Float>

  /// The policy that ``Algorithm/savePolicy(into:)`` saved.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when something is missing or does not fit.
  public init(saved tensors: NamedTensors, arithmetic: KernelArithmetic = .fastest)
    throws(UserError)
  {
    network = try MLP(saved: tensors.under("actor"), arithmetic: arithmetic)
    actionCount = try Self.meanCount(in: tensors, of: network)
    let statistics = tensors.under("normaliser")
    if statistics.names.isEmpty {
      normaliser = nil
    } else {
      let normaliser = ObservationNormaliser(featureCount: network.inputCount)
      try normaliser.restore(from: statistics)
      self.normaliser = normaliser
    }
    squash = DeterministicPolicy(arithmetic: arithmetic)
    sample = MLPSample(for: network)
  }

  /// Chooses the action for one observation.
  ///
  /// - Parameters:
  ///   - observation: `[O]`.
  ///   - action: Receives `[A]`, in [−1, 1].
  public func act(observation: UnsafePointer<Double>, action: UnsafeMutablePointer<Double>) {
    let input = sample.input.pointer
    for feature in 0..<network.inputCount { input[feature] = Float(observation[feature]) }
    normaliser?.normalise(sample: input)
    network.forward(sample)
    let output = sample.output.pointer
    squash.act(count: actionCount, outputs: UnsafePointer(output), actions: output)
    for index in 0..<actionCount { action[index] = Double(output[index]) }
  }

  /// The tensor that says how many of the outputs, from the first on, are means of actions; without
  /// one, all are actions.
  static let meanCountName = "means"

  private static func meanCount(
    in tensors: NamedTensors, of network: MLP<Float>
  ) throws(UserError) -> Int {
    guard tensors[meanCountName] != nil else { return network.outputCount }
    let counts: [Int64] = try tensors.get(meanCountName)
    guard counts.count == 1, (1...Int64(network.outputCount)).contains(counts[0]) else {
      throw UserError(
        .checkpoint, found: "\(counts) means among \(network.outputCount) outputs",
        expected: "1 to \(network.outputCount)", action: "use a checkpoint that was not altered")
    }
    return Int(counts[0])
  }
}
