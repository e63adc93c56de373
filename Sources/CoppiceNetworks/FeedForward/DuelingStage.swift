public import CoppiceTensors

/// Q = V + A − mean A: what an action is worth, from what the state is worth and what the action adds.
///
/// ## Shapes
/// - reads `[1 + A, 64]`: V, then A for each action; writes `[A, 64]`
///
/// ## Source
/// Wang et al. 2016, "Dueling Network Architectures for Deep Reinforcement Learning", equation 9.
public final class DuelingStage<Scalar: NetworkScalar>: Stage {
  /// How many actions there are.
  public let actionCount: Int

  /// A stage for so many actions, at least 1.
  public init(actionCount: Int) { self.actionCount = actionCount }

  /// Nothing learns here.
  public var layer: Linear<Scalar>? { nil }
  /// 1 + A.
  public var inputCount: Int { 1 + actionCount }
  /// A.
  public var outputCount: Int { actionCount }
  /// Outputs are as they are.
  public var isRectified: Bool { false }

  /// The stage itself, for it keeps nothing.
  public func sharingTopology() -> any Stage<Scalar> { self }

  /// The stage itself.
  public func withEveryWeight() -> any Stage<Scalar> { self }

  /// Nothing.
  public func makeScratch(
    panelCount: Int, for use: StageScratch<Scalar>.Use
  ) -> StageScratch<Scalar> {
    StageScratch(panelCount: panelCount, use: use)
  }

  /// Q = V + A − mean A.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(
    panels: Range<Int>, input: PanelRun<Scalar>, output: MutablePanelRun<Scalar>,
    scratch: StageScratch<Scalar>
  ) {
    let share = 1 / Scalar(actionCount)
    for panel in panels {
      let (value, values) = (input.panel(panel), output.panel(panel))
      let advantages = value + panelWidth
      for lane in 0..<panelWidth {
        var sum: Scalar = 0
        for action in 0..<actionCount { sum += advantages[action * panelWidth + lane] }
        let base = value[lane] - share * sum
        for action in 0..<actionCount {
          let place = action * panelWidth + lane
          values[place] = advantages[place] + base
        }
      }
    }
  }

  /// ∂V = Σ ∂Q, ∂A = ∂Q − mean ∂Q.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward(
    panels: Range<Int>, outputGradient: PanelRun<Scalar>, gate: PanelRun<Scalar>?,
    inputGradient: MutablePanelRun<Scalar>, scratch: StageScratch<Scalar>
  ) {
    let share = 1 / Scalar(actionCount)
    for panel in panels {
      let (source, value) = (outputGradient.panel(panel), inputGradient.panel(panel))
      let advantages = value + panelWidth
      for lane in 0..<panelWidth {
        var sum: Scalar = 0
        for action in 0..<actionCount { sum += source[action * panelWidth + lane] }
        value[lane] = sum
        for action in 0..<actionCount {
          let place = action * panelWidth + lane
          advantages[place] = source[place] - share * sum
        }
      }
    }
  }

  /// Nothing.
  public func prepareWeightGradients(
    panels: Range<Int>, input: PanelRun<Scalar>, outputGradient: PanelRun<Scalar>,
    scratch: StageScratch<Scalar>
  ) {}

  /// Nothing.
  public func backwardWeights(
    part: Part, input: PanelRun<Scalar>, outputGradient: PanelRun<Scalar>,
    weights: AlignedBuffer<Scalar>, biases: AlignedBuffer<Scalar>, scratch: StageScratch<Scalar>
  ) {}

  /// Nothing.
  public func refresh() {}
}
