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

  /// `[2]`: the reward, and 1 where the next state has a value or 0 where the episode terminated.
  public let outcomes: Panels<Float>

  /// Which rows of the replay were drawn, and which will probably be drawn next.
  private(set) var rows: AlignedBuffer<Int64>
  private(set) var nextRows: AlignedBuffer<Int64>

  /// What ``rows`` and ``nextRows`` follow from.
  private(set) var draw = ReplayBuffer.Draw(key: RandomKey(bits: 0), count: 0)
  var next: ReplayBuffer.Draw?

  /// Whether ``rows`` were drawn while they were the next ones, and whether ``nextRows`` are.
  private(set) var isDrawn = false
  var isNextDrawn = false

  /// How many transitions had been appended when the last batch was drawn.
  var appendedBefore = 0

  private var source: ReplayBuffer?

  /// Room for a batch.
  public init(sampleCount: Int, observationCount: Int, actionCount: Int) {
    self.sampleCount = sampleCount
    let features = observationCount + actionCount
    inputs = Panels(featureCount: features, sampleCount: sampleCount)
    nextInputs = Panels(featureCount: features, sampleCount: sampleCount)
    outcomes = Panels(featureCount: 2, sampleCount: sampleCount)
    rows = AlignedBuffer(count: inputs.panelCount * panelWidth)
    nextRows = AlignedBuffer(count: inputs.panelCount * panelWidth)
  }

  /// How many panels the batch has.
  public var panelCount: Int { inputs.panelCount }

  /// Asks the memory for some records of the batch that will be drawn after this one.
  ///
  /// To be called between other work: the memory answers while that goes on. It is a hint, which
  /// changes no number; where the next key is not known it does nothing.
  ///
  /// - Parameters:
  ///   - panel: Whose records.
  ///   - share: Which of them.
  /// - Complexity: about a nanosecond for each cache line asked for.
  public func prefetchNext(panel: Int, share: Part) {
    guard isNextDrawn else { return }
    source?.prefetchNext(self, panel: panel, share: share)
  }

  /// Turns to the next batch, whose rows are known already where they were guessed right.
  func begin(_ draw: ReplayBuffer.Draw, of source: ReplayBuffer) {
    isDrawn = isNextDrawn && next == draw && self.source === source
    if isDrawn { swap(&rows, &nextRows) }
    isNextDrawn = false
    self.draw = draw
    self.source = source
  }

  /// Draws the share of `part`.
  func gather(_ part: Part) { source?.gather(self, part) }
}
