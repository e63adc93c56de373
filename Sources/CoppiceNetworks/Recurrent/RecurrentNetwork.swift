public import CoppiceRandom
public import CoppiceTensors

/// A network with a memory: an encoder of what is seen, a gated recurrent unit that reads it step by
/// step, and heads that read the state of the unit and nothing else.
///
/// Batches are sequences: panel `p` `L` + `t` has step `t` of the sequences `64 p` to `64 p + 63`, as in
/// ``GatedRecurrentUnit``. Ranges of panels are cut between sequences. A trace of one step is what acts
/// reads: the states before it are written by whoever keeps them.
///
/// ## Shapes
/// - `S` sequences of `L` steps; ⌈`S` / 64⌉ `L` panels
///
/// - Complexity: that of the three parts, for each step. Passes allocate nothing.
public final class RecurrentNetwork<Scalar: NetworkScalar>: LayeredNetwork {
  /// What is seen in one step.
  public let encoder: FeedForwardNetwork<Scalar>
  /// What is remembered.
  public let unit: GatedRecurrentUnit<Scalar>
  /// What comes out.
  public let head: FeedForwardNetwork<Scalar>
  /// The layers of the three parts, in this order.
  public let layers: [Linear<Scalar>]

  /// The stages of these layers.
  private let stages: [any Stage<Scalar>]

  /// A network from its parts.
  ///
  /// - Precondition: Each reads what the one before it gives, all of it; one stage of the head reads the
  ///   inputs, and gives gradients for them.
  public init(
    encoder: FeedForwardNetwork<Scalar>, unit: GatedRecurrentUnit<Scalar>,
    head: FeedForwardNetwork<Scalar>
  ) {
    precondition(
      encoder.outputCount == unit.inputCount,
      "an encoder of \(encoder.outputCount) features before a unit that reads \(unit.inputCount)")
    let readers = head.steps.filter {
      if case .input = $0.source { return true }
      return false
    }
    precondition(
      readers.count == 1 && readers[0].stage.inputCount == unit.unitCount,
      "one stage of the head reads the \(unit.unitCount) units")
    (self.encoder, self.unit, self.head) = (encoder, unit, head)
    layers = encoder.layers + unit.layers + head.layers
    stages =
      (encoder.steps.map(\.stage) + unit.stages + head.steps.map(\.stage)).filter {
        $0.layer != nil
      }
  }

  /// A dense network with the encoder of `shape`, so many recurrent units, and dueling heads.
  public convenience init(
    _ shape: DuelingShape, unitCount: Int, key: RandomKey,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    let encoder = EncoderSteps<Scalar>(shape, key: key.split("encoder"), arithmetic: arithmetic)
    self.init(
      encoder: FeedForwardNetwork(encoder.steps, arithmetic: arithmetic),
      unit: GatedRecurrentUnit(
        inputCount: encoder.outputCount, unitCount: unitCount, key: key.split("unit"),
        arithmetic: arithmetic),
      head: FeedForwardNetwork(
        FeedForwardNetwork.duelingSteps(
          unitCount, actionCount: shape.actionCount, reads: .input(), from: 0,
          key: key.split("head"), arithmetic: arithmetic), arithmetic: arithmetic))
  }

  /// A copy for evaluation or as a target: own numbers, the same topologies, no gradients.
  public convenience init(sharingTopologyOf other: RecurrentNetwork<Scalar>) {
    self.init(
      encoder: FeedForwardNetwork(sharingTopologyOf: other.encoder),
      unit: other.unit.sharingTopology(), head: FeedForwardNetwork(sharingTopologyOf: other.head))
  }

  /// A dense second path through `other`, which sees every weight that the sparse layers store.
  ///
  /// - Precondition: Every sparse layer of `other` stores latent weights.
  public convenience init(everyWeightOf other: RecurrentNetwork<Scalar>) {
    self.init(
      encoder: FeedForwardNetwork(everyWeightOf: other.encoder),
      unit: other.unit.withEveryWeight(), head: FeedForwardNetwork(everyWeightOf: other.head))
  }

  /// The operations that the network is computed with.
  public var arithmetic: Scalar.Arithmetic { encoder.arithmetic }
  /// How many numbers come out for a step of a sequence.
  public var outputCount: Int { head.outputCount }

  /// Brings everything derived up to date, for the layers of `part`.
  public func refresh(part: Part = .whole) {
    for index in stages.indices where index % part.count == part.index { stages[index].refresh() }
  }

  // MARK: Passes

  /// Computes the outputs of whole sequences and leaves all activations in `trace`.
  ///
  /// - Parameters:
  ///   - panels: Which panels, from a first step to a last one; threads take different ones.
  ///   - input: All features that the encoder reads, and perhaps more.
  ///   - trace: Receives the outputs at the same panels.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(
    panels: Range<Int>, input: PanelRun<Scalar>, trace: RecurrentTrace<Scalar>
  ) {
    encoder.forward(panels: panels, input: input, trace: trace.encoder)
    unit.forward(panels: panels, input: trace.encoder.output.run, trace: trace.unit)
    head.forward(panels: panels, input: trace.unit.outputs.run, trace: trace.head)
  }

  /// Carries the gradients of the outputs back through the heads, through time, and through the encoder.
  ///
  /// Expects ∂ loss / ∂ output in ``RecurrentTrace/outputGradient``.
  ///
  /// - Parameters:
  ///   - panels: Which panels, from a first step to a last one; threads take different ones.
  ///   - trace: A trace that ``forward(panels:input:trace:)`` filled.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward(panels: Range<Int>, trace: RecurrentTrace<Scalar>) {
    head.backward(
      panels: panels, trace: trace.head, inputGradient: trace.unit.outputGradients.writable)
    unit.backward(
      panels: panels, gate: encoder.isOutputRectified ? trace.encoder.output.run : nil,
      inputGradient: trace.encoder.outputGradient.writable, trace: trace.unit)
    encoder.backward(panels: panels, trace: trace.encoder)
  }

  /// Lays out, or sums already, what the weight gradients of `panels` are made of.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func prepareWeightGradients(
    panels: Range<Int>, input: PanelRun<Scalar>, trace: RecurrentTrace<Scalar>
  ) {
    encoder.prepareWeightGradients(panels: panels, input: input, trace: trace.encoder)
    for index in unit.stages.indices {
      let sides = unit.sides(of: index, input: trace.encoder.output.run, trace: trace.unit)
      unit.stages[index].prepareWeightGradients(
        panels: panels, input: sides.read, outputGradient: sides.gradient,
        scratch: trace.unit.stages[index])
    }
    head.prepareWeightGradients(
      panels: panels, input: trace.unit.outputs.run, trace: trace.head)
  }

  /// Sums the gradients of all weights and biases over all steps of the batch, for the share of `part`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backwardWeights(
    part: Part, input: PanelRun<Scalar>, trace: RecurrentTrace<Scalar>
  ) {
    encoder.backwardWeights(part: part, input: input, trace: trace.encoder)
    for index in unit.stages.indices {
      guard let layer = unit.stages[index].layer else { continue }
      let sides = unit.sides(of: index, input: trace.encoder.output.run, trace: trace.unit)
      unit.stages[index].backwardWeights(
        part: part, input: sides.read, outputGradient: sides.gradient,
        weights: layer.parameterGradient, biases: layer.biasGradient,
        scratch: trace.unit.stages[index])
    }
    head.backwardWeights(part: part, input: trace.unit.outputs.run, trace: trace.head)
  }
}
