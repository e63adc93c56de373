public import CoppiceNetworks
public import CoppiceTensors

/// A trained policy that acts: normaliser, network, squashing.
///
/// ## Shapes
/// - `O` numbers of an observation, `A` numbers of an action in [−1, 1]
public final class DeterministicActor {
  /// The network.
  public let network: MLP<Float>

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
    squash.act(count: network.outputCount, outputs: UnsafePointer(output), actions: output)
    for index in 0..<network.outputCount { action[index] = Double(output[index]) }
  }
}
