public import CoppiceTensors

/// What a forward pass through a ``GatedRecurrentUnit`` leaves behind for the backward pass.
///
/// Made once and used for every update; passes allocate nothing.
///
/// ## Shapes
/// - `S` sequences of `L` steps: ⌈`S` / 64⌉ `L` panels, the steps of a panel of sequences one after the other
/// - `H` units
public final class GatedTrace<Scalar: NetworkScalar> {
  /// `L`.
  public let stepCount: Int
  /// `[H, 64]`: the state before each step.
  ///
  /// Those before the first steps are zero, unless somebody writes something else there; no pass does.
  public let states: Panels<Scalar>
  /// `[H, 64]`: the state after each step.
  public let outputs: Panels<Scalar>
  /// `[H, 64]`: ∂ loss / ∂ ``outputs``, of each step for itself; empty without gradients.
  public let outputGradients: Panels<Scalar>

  /// `[3 H, 64]`: r, z and c.
  let activations: Panels<Scalar>
  /// `[H, 64]`: r ⊙ h, what the candidate sees of the state.
  let seen: Panels<Scalar>
  /// `[3 H, 64]`: ∂ loss / ∂ r, z and c before they are squashed.
  let gradients: Panels<Scalar>
  /// For each of the three products.
  let stages: [StageScratch<Scalar>]

  /// `[2 H, 64]` for each panel of sequences.
  private let work: Panels<Scalar>

  /// A trace for batches of up to `sequenceCount` sequences.
  ///
  /// - Parameters:
  ///   - unit: The unit that will write it, in its final storage.
  ///   - sequenceCount: `S`.
  ///   - stepCount: `L`; at least 1.
  ///   - withGradients: Whether a backward pass will follow.
  public init(
    for unit: GatedRecurrentUnit<Scalar>, sequenceCount: Int, stepCount: Int,
    withGradients: Bool = true
  ) {
    precondition(stepCount >= 1, "a sequence has a step at least")
    let panelCount = panelCountFor(samples: sequenceCount) * stepCount
    func room(_ features: Int, isWanted: Bool = true) -> Panels<Scalar> {
      Panels(featureCount: features, sampleCount: isWanted ? panelCount * panelWidth : 0)
    }
    self.stepCount = stepCount
    let units = unit.unitCount
    states = room(units)
    outputs = room(units)
    outputGradients = room(units, isWanted: withGradients)
    activations = room(3 * units)
    seen = room(units)
    gradients = room(3 * units, isWanted: withGradients)
    stages = unit.stages.map {
      $0.makeScratch(panelCount: panelCount, for: withGradients ? .learning : .evaluation)
    }
    work = Panels(featureCount: 2 * units, sampleCount: sequenceCount)
  }

  /// How many panels there are, over all steps.
  public var panelCount: Int { outputs.panelCount }

  /// The panels of sequences whose steps are `panels`.
  func sequences(_ panels: Range<Int>) -> Range<Int> {
    precondition(
      panels.lowerBound.isMultiple(of: stepCount) && panels.upperBound.isMultiple(of: stepCount),
      "panels \(panels) of sequences of \(stepCount) steps are cut within one")
    return (panels.lowerBound / stepCount)..<(panels.upperBound / stepCount)
  }

  /// Room that whoever works on a panel of sequences writes to, whatever step it is at.
  func scratch(of sequence: Int) -> MutablePanelRun<Scalar> {
    MutablePanelRun(start: work.panel(sequence), stride: 0, count: panelCount)
  }
}
