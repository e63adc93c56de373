public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

/// A neural controlled equation dH = G(t, H) dX: a network that a path drives, without a drift of its own.
///
/// Time is a channel of the path, as a rule: without it the solution could not tell how fast the path was
/// run through. Driven by time alone it is a neural ordinary equation.
///
/// ## Source
/// Kidger, Morrill, Foster, Lyons 2020, "Neural Controlled Differential Equations for Irregular Time
/// Series", equation 2.
///
/// ## Differences
/// G sees the time as well, besides the state.
public final class ControlledFields<Scalar: NetworkScalar>: VectorFields {
  /// Paths of data are smooth between their times, so that Stratonovich's calculus is theirs.
  public typealias Calculus = Stratonovich

  /// G: `[D + 1]` to `[D, M]`.
  public let network: MLP<Scalar>
  /// `M`.
  public let channelCount: Int

  /// Fields of `network`.
  ///
  /// - Precondition: It reads a state and behind it the time, gives gradients for the state, and has `D` ×
  ///   `M` outputs.
  public init(network: MLP<Scalar>, channelCount: Int) {
    self.network = network
    self.channelCount = channelCount
    precondition(
      network.outputCount == (network.inputCount - 1) * channelCount,
      "a network of \(network.outputCount) outputs for \(channelCount) channels")
  }

  /// A dense network with initial weights, LipSwish hidden units and tanh at its end.
  public convenience init(
    stateCount: Int, channelCount: Int, width: Int, depth: Int = 1, key: RandomKey
  ) {
    self.init(
      network: MLP(
        sizes: [stateCount + 1] + Array(repeating: width, count: depth)
          + [stateCount * channelCount], hiddenActivation: .lipSwish, outputActivation: .tanh,
        inputGradientColumns: 0..<stateCount, key: key),
      channelCount: channelCount)
  }

  /// `D`.
  public var stateCount: Int { network.inputCount - 1 }
  /// A path of any kind drives any state.
  public var noise: NoiseStructure { .general }
  /// Gradients are always there.
  public var hasGradients: Bool { true }

  /// What evaluations leave behind.
  public final class Tape: FieldTape {
    /// How many evaluations are remembered at once.
    public let slotCount: Int
    fileprivate let inputs: Panels<Scalar>
    fileprivate let field: SlotNetwork<Scalar>
    /// There is no drift.
    private let zeros: Panels<Scalar>
    private let ignored: Panels<Scalar>

    fileprivate init(_ network: MLP<Scalar>, slotCount: Int, withGradients: Bool) {
      self.slotCount = slotCount
      inputs = Panels(
        featureCount: network.inputCount, sampleCount: slotCount * panelWidth)
      field = SlotNetwork(network, inputs: inputs, withGradients: withGradients)
      zeros = Panels(featureCount: network.inputCount - 1, sampleCount: 1)
      ignored = Panels(featureCount: network.inputCount - 1, sampleCount: 1)
    }

    fileprivate init(sharingGradientsOf other: Tape) {
      slotCount = other.slotCount
      inputs = Panels(
        featureCount: other.inputs.featureCount, sampleCount: slotCount * panelWidth)
      field = SlotNetwork(inputs: inputs, sharingGradientsOf: other.field)
      zeros = other.zeros
      ignored = other.ignored
    }

    /// 0.
    public func drift(slot: Int) -> UnsafePointer<Scalar> { UnsafePointer(zeros.panel(0)) }
    /// G of the evaluation in `slot`.
    public func diffusion(slot: Int) -> UnsafePointer<Scalar> { field.output(slot) }
    /// Nobody reads it.
    public func driftGradient(slot: Int) -> UnsafeMutablePointer<Scalar> { ignored.panel(0) }
    /// Where ∂ loss / ∂ G goes.
    public func diffusionGradient(slot: Int) -> UnsafeMutablePointer<Scalar> {
      field.outputGradient(slot)
    }
  }

  /// Room for the evaluations of one panel.
  public func makeTape(slotCount: Int, withGradients: Bool) -> Tape {
    Tape(network, slotCount: slotCount, withGradients: withGradients)
  }

  /// All that the network read and wrote.
  public var keptCount: Int { network.inputCount + network.traceCount }

  /// Room for more evaluations, with the gradients of `tape`.
  public func makeTape(sharingGradientsOf tape: Tape) -> Tape { Tape(sharingGradientsOf: tape) }

  /// Evaluates G.
  public func evaluate(
    time: Double, state: UnsafePointer<Scalar>, panel: Int, slot: Int, tape: Tape
  ) {
    tape.inputs.write(state: state, time: time, slot: slot)
    tape.field.forward(slot)
  }

  /// Carries the gradient of G back to the state.
  public func pullBack(slot: Int, tape: Tape, stateGradient: UnsafeMutablePointer<Scalar>) {
    stateGradient.update(from: tape.field.backward(slot), count: stateCount * panelWidth)
  }

  /// Takes what the parameters would get of `slot` out again.
  public func clearGradients(slot: Int, tape: Tape) {
    tape.field.clearGradients(slot..<(slot + 1))
  }

  /// Adds the parameters' gradients of the first slots to the sums of the tape.
  public func sumGradients(slots count: Int, tape: Tape) {
    tape.field.sumGradients(slots: count)
  }

  /// Adds up what the tapes have summed, into the gradients that optimisers read.
  public func deliverGradients(of tapes: [Tape]) {
    network.zeroGradients()
    for tape in tapes { tape.field.deliverGradients() }
  }
}
