import CoppiceRandom
public import CoppiceTensors

/// A sampled batch, in the layout that the networks read.
///
/// Gathered once, straight into panels: the observation and the action of a transition stand in the
/// same panel, so that critics read both and a policy reads the first `O` features. The algorithm
/// that asked for the batch may overwrite it.
///
/// ## Shapes
/// - `B` samples, `O` numbers of an observation, `A` numbers of an action
public final class TransitionBatch {
  /// `B`.
  public let sampleCount: Int

  /// `[O + A]`: observation and action.
  public let inputs: Panels<Float>

  /// `[O + A]`: next observation, and room for the next action.
  public let nextInputs: Panels<Float>

  /// `[2]`: the reward, and 1 where the next state has a value or 0 where the episode terminated; for
  /// returns of several steps what ``MultiStepReturn`` says.
  public let outcomes: Panels<Float>

  /// Which rows of the replay were drawn.
  let rows: AlignedBuffer<Int64>

  /// Which rows the returns of several steps end in, and what they are: rewards and continuations.
  let lastRows: AlignedBuffer<Int64>
  let returns: Panels<Float>
  var lookahead: MultiStepReturn?

  /// Where the batch is still to be drawn from, and by which key.
  var source: ReplayBuffer?
  var rowKey = RandomKey(bits: 0)

  /// Room for a batch.
  public init(sampleCount: Int, observationCount: Int, actionCount: Int) {
    self.sampleCount = sampleCount
    let features = observationCount + actionCount
    inputs = Panels(featureCount: features, sampleCount: sampleCount)
    nextInputs = Panels(featureCount: features, sampleCount: sampleCount)
    outcomes = Panels(featureCount: 2, sampleCount: sampleCount)
    rows = AlignedBuffer(count: inputs.panelCount * panelWidth)
    lastRows = AlignedBuffer(count: inputs.panelCount * panelWidth)
    returns = Panels(featureCount: 2, sampleCount: sampleCount)
  }

  /// Draws the panels of `part`, where the batch is promised and not drawn.
  public func gather(_ part: Part) { source?.gather(self, part, rowKey) }

  /// How many panels the batch has.
  public var panelCount: Int { inputs.panelCount }
}
