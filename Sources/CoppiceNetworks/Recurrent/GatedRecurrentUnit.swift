public import CoppiceRandom
public import CoppiceTensors

/// A gated recurrent unit: a state that each step of a sequence changes as far as its gates let it.
///
/// With x what a step reads and h the state before it:
///
/// - r = σ(W_r x + U_r h + b_r), how much of the state the candidate sees
/// - z = σ(W_z x + U_z h + b_z), how much of the state stays
/// - c = tanh(W_c x + U_c (r ⊙ h) + b_c), the candidate
/// - h′ = z ⊙ h + (1 − z) ⊙ c
///
/// All weights lie in three linear layers, each dense or sparse: W of all three, U of both gates, and U
/// of the candidate.
///
/// Sequences run side by side, 64 to a panel. The steps of a panel of sequences lie one after the other:
/// panel `p` `L` + `t` of a batch has step `t` of the sequences `64 p` to `64 p + 63`. Ranges of panels
/// are cut between sequences, never within.
///
/// ## Shapes
/// - `I` inputs, `H` units, `L` steps
/// - layers `[3 H, I]`, `[2 H, H]`, `[H, H]`, in the order r, z, c
///
/// - Complexity: the products of the three layers for each step. No allocation.
///
/// ## Source
/// Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk, Bengio 2014, "Learning Phrase
/// Representations using RNN Encoder–Decoder for Statistical Machine Translation", equations 5 to 8: the
/// state is reset before its product, and a z of 1 keeps the old state.
/// **Differences**: biases b, which the paper leaves out of its equations. Initial numbers are ours,
/// uniform in ±1/√(inputs of each layer).
public final class GatedRecurrentUnit<Scalar: NetworkScalar> {
  /// W and b, `[3 H, I]`.
  let inputs: DenseStage<Scalar>
  /// U_r and U_z, `[2 H, H]`.
  let gates: DenseStage<Scalar>
  /// U_c, `[H, H]`.
  let candidates: DenseStage<Scalar>
  /// The three of them.
  let stages: [DenseStage<Scalar>]
  /// The three layers.
  public let layers: [Linear<Scalar>]

  private let arithmetic: Scalar.Arithmetic

  /// A unit with dense layers.
  ///
  /// - Parameters:
  ///   - inputCount: `I`.
  ///   - unitCount: `H`.
  ///   - key: The initial numbers.
  ///   - arithmetic: The operations to compute with.
  public convenience init(
    inputCount: Int, unitCount: Int, key: RandomKey,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    func layer(
      _ key: RandomKey, _ outputs: Int, _ inputs: Int, unbiased: Int
    ) -> DenseStage<Scalar> {
      DenseStage(
        LayerShape(outputs: outputs, inputs: inputs), isRectified: false, unbiased: 0..<unbiased,
        givesInputGradient: true, key: key, arithmetic: arithmetic)
    }
    self.init(
      layer(key.split("inputs"), 3 * unitCount, inputCount, unbiased: 0),
      layer(key.split("gates"), 2 * unitCount, unitCount, unbiased: 2 * unitCount),
      layer(key.split("candidates"), unitCount, unitCount, unbiased: unitCount), arithmetic)
  }

  private init(
    _ inputs: DenseStage<Scalar>, _ gates: DenseStage<Scalar>, _ candidates: DenseStage<Scalar>,
    _ arithmetic: Scalar.Arithmetic
  ) {
    (self.inputs, self.gates, self.candidates) = (inputs, gates, candidates)
    stages = [inputs, gates, candidates]
    layers = stages.compactMap(\.layer)
    self.arithmetic = arithmetic
  }

  /// `I`.
  public var inputCount: Int { inputs.inputCount }
  /// `H`.
  public var unitCount: Int { candidates.outputCount }

  /// A unit of a copy for evaluation or as a target.
  func sharingTopology() -> GatedRecurrentUnit<Scalar> { copy { $0.sharingTopology() } }

  /// A unit of a second path in which every weight takes part.
  func withEveryWeight() -> GatedRecurrentUnit<Scalar> { copy { $0.withEveryWeight() } }

  private func copy(_ body: (DenseStage<Scalar>) -> any Stage<Scalar>) -> GatedRecurrentUnit {
    let parts = stages.compactMap { body($0) as? DenseStage<Scalar> }
    return GatedRecurrentUnit(parts[0], parts[1], parts[2], arithmetic)
  }

  // MARK: Passes

  /// Computes the states of whole sequences.
  ///
  /// - Parameters:
  ///   - panels: Which panels, from a first step to a last one; threads take different ones.
  ///   - input: x.
  ///   - trace: Holds the states before the first steps, and receives all that follow.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(
    panels: Range<Int>, input: PanelRun<Scalar>, trace: GatedTrace<Scalar>
  ) {
    let count = unitCount * panelWidth
    for sequence in trace.sequences(panels) {
      let work = trace.scratch(of: sequence)
      for step in 0..<trace.stepCount {
        let place = sequence * trace.stepCount + step
        let own = place..<(place + 1)
        let values = trace.activations.panel(place)
        let (state, next) = (trace.states.panel(place), trace.outputs.panel(place))
        inputs.forward(
          panels: own, input: input, output: trace.activations.writable,
          scratch: trace.stages[0])
        gates.forward(
          panels: own, input: trace.states.run, output: work, scratch: trace.stages[1])
        squash(arithmetic, 2 * count, values, adding: work.start)
        multiply(count, values, state, into: trace.seen.panel(place))
        candidates.forward(
          panels: own, input: trace.seen.run, output: work, scratch: trace.stages[2])
        arithmetic.add(
          count: count, input: UnsafePointer(work.start), output: values + 2 * count)
        arithmetic.tanh(
          count: count, scale: 1, input: UnsafePointer(values + 2 * count),
          output: values + 2 * count)
        blend(count, gate: values + count, state, values + 2 * count, into: next)
        if step + 1 < trace.stepCount {
          trace.states.panel(place + 1).update(from: next, count: count)
        }
      }
    }
  }

  /// Carries the gradients of all states back through time; those of the first ones are dropped.
  ///
  /// Expects ∂ loss / ∂ h′ in ``GatedTrace/outputGradients``, of each step for itself.
  ///
  /// - Parameters:
  ///   - panels: Which panels, from a first step to a last one; threads take different ones.
  ///   - gate: The inputs where they are rectified.
  ///   - inputGradient: Receives ∂ loss / ∂ x, and 0 where the gate is not positive.
  ///   - trace: A trace with gradients that the forward pass filled.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward(
    panels: Range<Int>, gate: PanelRun<Scalar>?, inputGradient: MutablePanelRun<Scalar>,
    trace: GatedTrace<Scalar>
  ) {
    let count = unitCount * panelWidth
    for sequence in trace.sequences(panels) {
      let work = trace.scratch(of: sequence)
      // ∂ loss / ∂ h′ by way of the steps that follow
      let carried = work.start + count
      carried.zero(count: count)
      for step in (0..<trace.stepCount).reversed() {
        let place = sequence * trace.stepCount + step
        let own = place..<(place + 1)
        let (values, slopes) = (trace.activations.panel(place), trace.gradients.panel(place))
        let state = trace.states.panel(place)
        openBlend(
          count, trace.outputGradients.panel(place), carried, values, state, into: slopes)
        candidates.backward(
          panels: own, outputGradient: trace.gradients.writable.from(feature: 2 * unitCount).run,
          gate: nil, inputGradient: work, scratch: trace.stages[2])
        openReset(count, work.start, carried, values, state, into: slopes)
        if step > 0 {
          gates.backward(
            panels: own, outputGradient: trace.gradients.run, gate: nil, inputGradient: work,
            scratch: trace.stages[1])
          arithmetic.add(count: count, input: UnsafePointer(work.start), output: carried)
        }
        inputs.backward(
          panels: own, outputGradient: trace.gradients.run, gate: gate,
          inputGradient: inputGradient, scratch: trace.stages[0])
      }
    }
  }

  /// What stage `index` reads, and the gradients of what it adds to.
  func sides(
    of index: Int, input: PanelRun<Scalar>, trace: GatedTrace<Scalar>
  ) -> (read: PanelRun<Scalar>, gradient: PanelRun<Scalar>) {
    switch index {
    case 0: (input, trace.gradients.run)
    case 1: (trace.states.run, trace.gradients.run)
    default: (trace.seen.run, trace.gradients.writable.from(feature: 2 * unitCount).run)
    }
  }
}
