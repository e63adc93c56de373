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
  private let input: Panels<Float>
  private let trace: MLPTrace<Float>

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
    input = Panels(featureCount: network.inputCount, sampleCount: 1)
    trace = MLPTrace(for: network, sampleCount: 1, withGradients: false)
  }

  /// Chooses the action for one observation.
  ///
  /// - Parameters:
  ///   - observation: `[O]`.
  ///   - action: Receives `[A]`, in [−1, 1].
  public func act(observation: UnsafePointer<Double>, action: UnsafeMutablePointer<Double>) {
    for feature in 0..<network.inputCount {
      input.panel(0, feature: feature)[0] = Float(observation[feature])
    }
    normaliser?.normalise(panel: input.panel(0))
    network.forward(panels: 0..<1, input: input.run, trace: trace)
    let output = trace.output.panel(0)
    squash.act(
      count: network.outputCount * panelWidth, outputs: UnsafePointer(output), actions: output)
    for index in 0..<network.outputCount { action[index] = Double(output[index * panelWidth]) }
  }
}
