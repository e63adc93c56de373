public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

/// Drift and diffusion by two networks of the state and the time.
///
/// Both see (X, t): the state first, the time behind it. Hidden units are LipSwish; both fields end in
/// tanh, for bounded fields keep a reversible solver stable.
///
/// ## Source
/// Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs", section 3.1
/// and its appendix on architectures.
public final class NeuralFields<Scalar: NetworkScalar, Calculus: StochasticCalculus>: VectorFields {
  /// `D`.
  public let stateCount: Int
  /// `M`.
  public let channelCount: Int
  /// How noise enters.
  public let noise: NoiseStructure
  /// f: `[D + 1]` to `[D]`.
  public let drift: MLP<Scalar>
  /// g: `[D + 1]` to `[D]` or `[D, M]`.
  public let diffusion: MLP<Scalar>

  /// Dense networks with initial weights.
  ///
  /// - Parameters:
  ///   - stateCount: `D`.
  ///   - channelCount: `M`; as many as `D` for diagonal noise.
  ///   - noise: How noise enters. Networks see the state, so additive noise is none of theirs.
  ///   - width: How many units a hidden layer has.
  ///   - depth: How many hidden layers there are.
  ///   - outputActivation: What both fields end in.
  ///   - key: The initial weights.
  ///   - arithmetic: The operations to compute with.
  public init(
    stateCount: Int, channelCount: Int, noise: NoiseStructure, width: Int, depth: Int = 1,
    outputActivation: Activation = .tanh, key: RandomKey,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    precondition(stateCount > 0 && channelCount > 0 && width > 0 && depth > 0, "fields of nothing")
    precondition(noise != .diagonal || channelCount == stateCount, "diagonal noise has D channels")
    precondition(noise != .scalar || channelCount == 1, "scalar noise has one channel")
    precondition(noise != .additive, "these networks see the state; additive noise does not")
    self.stateCount = stateCount
    self.channelCount = channelCount
    self.noise = noise
    let hidden = Array(repeating: width, count: depth)
    func network(_ outputs: Int, _ key: RandomKey) -> MLP<Scalar> {
      MLP(
        sizes: [stateCount + 1] + hidden + [outputs], hiddenActivation: .lipSwish,
        outputActivation: outputActivation, inputGradientColumns: 0..<stateCount, key: key,
        arithmetic: arithmetic)
    }
    drift = network(stateCount, key.split("drift"))
    diffusion = network(
      noise == .diagonal ? stateCount : stateCount * channelCount, key.split("diffusion"))
  }

  /// Fields of networks that are at hand.
  ///
  /// - Precondition: Both read the state and behind it the time, and give gradients for the state; their
  ///   outputs fit the noise.
  public init(
    drift: MLP<Scalar>, diffusion: MLP<Scalar>, channelCount: Int, noise: NoiseStructure
  ) {
    stateCount = drift.outputCount
    self.channelCount = channelCount
    self.noise = noise
    self.drift = drift
    self.diffusion = diffusion
    precondition(
      drift.inputCount == stateCount + 1 && diffusion.inputCount == stateCount + 1,
      "fields read the state and the time")
    precondition(
      diffusion.outputCount == (noise == .diagonal ? stateCount : stateCount * channelCount),
      "a diffusion of \(diffusion.outputCount) numbers for \(stateCount) and \(channelCount) channels"
    )
  }

  /// Gradients are always there.
  public var hasGradients: Bool { true }

  /// What evaluations of both networks leave behind.
  public final class Tape: FieldTape {
    /// How many evaluations are remembered at once.
    public let slotCount: Int
    fileprivate let inputs: Panels<Scalar>
    fileprivate let drift: SlotNetwork<Scalar>
    fileprivate let diffusion: SlotNetwork<Scalar>

    fileprivate init(
      drift: MLP<Scalar>, diffusion: MLP<Scalar>, slotCount: Int, withGradients: Bool
    ) {
      self.slotCount = slotCount
      inputs = Panels(featureCount: drift.inputCount, sampleCount: slotCount * panelWidth)
      self.drift = SlotNetwork(drift, inputs: inputs, withGradients: withGradients)
      self.diffusion = SlotNetwork(diffusion, inputs: inputs, withGradients: withGradients)
    }

    fileprivate init(sharingGradientsOf other: Tape) {
      slotCount = other.slotCount
      inputs = Panels(
        featureCount: other.inputs.featureCount, sampleCount: slotCount * panelWidth)
      drift = SlotNetwork(inputs: inputs, sharingGradientsOf: other.drift)
      diffusion = SlotNetwork(inputs: inputs, sharingGradientsOf: other.diffusion)
    }

    /// f of the evaluation in `slot`.
    public func drift(slot: Int) -> UnsafePointer<Scalar> { drift.output(slot) }
    /// g of the evaluation in `slot`.
    public func diffusion(slot: Int) -> UnsafePointer<Scalar> { diffusion.output(slot) }
    /// Where ∂ loss / ∂ f goes.
    public func driftGradient(slot: Int) -> UnsafeMutablePointer<Scalar> {
      drift.outputGradient(slot)
    }
    /// Where ∂ loss / ∂ g goes.
    public func diffusionGradient(slot: Int) -> UnsafeMutablePointer<Scalar> {
      diffusion.outputGradient(slot)
    }
  }

  /// Room for the evaluations of one panel.
  public func makeTape(slotCount: Int, withGradients: Bool) -> Tape {
    Tape(
      drift: drift, diffusion: diffusion, slotCount: slotCount, withGradients: withGradients)
  }

  /// All that both networks read and wrote.
  public var keptCount: Int { drift.inputCount + drift.traceCount + diffusion.traceCount }

  /// Room for more evaluations, with the gradients of `tape`.
  public func makeTape(sharingGradientsOf tape: Tape) -> Tape { Tape(sharingGradientsOf: tape) }

  /// Evaluates drift and diffusion.
  public func evaluate(
    time: Double, state: UnsafePointer<Scalar>, panel: Int, slot: Int, tape: Tape
  ) {
    tape.inputs.write(state: state, time: time, slot: slot)
    tape.drift.forward(slot)
    tape.diffusion.forward(slot)
  }

  /// Carries the gradients of one evaluation's results back to its state.
  public func pullBack(slot: Int, tape: Tape, stateGradient: UnsafeMutablePointer<Scalar>) {
    sum(
      stateCount * panelWidth, tape.drift.backward(slot), tape.diffusion.backward(slot),
      to: stateGradient)
  }

  /// Takes what the parameters would get of `slot` out again.
  public func clearGradients(slot: Int, tape: Tape) {
    tape.drift.clearGradients(slot..<(slot + 1))
    tape.diffusion.clearGradients(slot..<(slot + 1))
  }

  /// Adds the parameters' gradients of the first slots to the sums of the tape.
  public func sumGradients(slots count: Int, tape: Tape) {
    tape.drift.sumGradients(slots: count)
    tape.diffusion.sumGradients(slots: count)
  }

  /// Adds up what the tapes have summed, into the gradients that optimisers read.
  public func deliverGradients(of tapes: [Tape]) {
    drift.zeroGradients()
    diffusion.zeroGradients()
    for tape in tapes {
      tape.drift.deliverGradients()
      tape.diffusion.deliverGradients()
    }
  }
}
