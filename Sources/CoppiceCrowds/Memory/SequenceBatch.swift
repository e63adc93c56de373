public import CoppiceRandom
public import CoppiceTensors

/// Stretches of agents' lives drawn from a history, step by step.
///
/// Panel `p` (`L` + 1) + `t` has step `t` of the sequences `64 p` to `64 p + 63`, as recurrent networks
/// read it. A sequence has up to `L` steps with an outcome, and behind them, where life goes on, one more
/// observation that is there to be valued. What lies behind that says nothing: ``weights`` is 0 there.
///
/// ## Shapes
/// - `S` sequences of up to `L` steps; observations `[V + F, 64]` in each panel
public final class SequenceBatch {
  /// `S`.
  public let sequenceCount: Int
  /// `L`.
  public let stepCount: Int
  /// What was seen.
  public let inputs: Panels<Float>
  /// For each lane of each panel: the row of what was seen; -1 where nothing was.
  let rows: AlignedBuffer<Int64>
  /// For each lane of each panel: what was done.
  public let actions: AlignedBuffer<Int32>
  /// For each lane of each panel: what that earned.
  public let rewards: AlignedBuffer<Float>
  /// For each lane of each panel: 1 where there is an outcome, otherwise 0.
  public let weights: AlignedBuffer<Float>
  /// `[S]`: how many steps have an outcome, from 1 to `L`.
  public let lengths: AlignedBuffer<Int32>
  /// `[S]`: 1 where life ended with the last of these steps, otherwise 0.
  public let endings: AlignedBuffer<UInt8>

  /// Room for `sequenceCount` sequences of up to `stepCount` steps of the rows of `history`.
  public init(sequenceCount: Int, stepCount: Int, of history: AgentHistory) {
    (self.sequenceCount, self.stepCount) = (sequenceCount, stepCount)
    let lanes = panelCountFor(samples: sequenceCount) * (stepCount + 1) * panelWidth
    inputs = Panels(
      featureCount: history.viewCount + history.featureCount, sampleCount: lanes)
    rows = AlignedBuffer(count: lanes)
    actions = AlignedBuffer(count: lanes)
    rewards = AlignedBuffer(count: lanes)
    weights = AlignedBuffer(count: lanes)
    lengths = AlignedBuffer(count: sequenceCount)
    endings = AlignedBuffer(count: sequenceCount)
  }

  /// How many panels of sequences there are.
  public var sequencePanelCount: Int { panelCountFor(samples: sequenceCount) }

  /// Which panels the steps of panels of sequences lie in.
  public func panels(of sequencePanels: Range<Int>) -> Range<Int> {
    let width = stepCount + 1
    return (sequencePanels.lowerBound * width)..<(sequencePanels.upperBound * width)
  }

  /// The sequences of a panel of them.
  public func sequences(of sequencePanel: Int) -> Range<Int> {
    let first = sequencePanel * panelWidth
    return first..<max(first, min(sequenceCount, first + panelWidth))
  }

  /// Where a step of a sequence lies.
  @inline(__always)
  func place(_ sequence: Int, step: Int) -> (panel: Int, lane: Int) {
    let (panel, lane) = sequence.quotientAndRemainder(dividingBy: panelWidth)
    return (panel * (stepCount + 1) + step, lane)
  }

  /// How many steps have an outcome, in all sequences.
  public var outcomeCount: Int { lengths.elements.reduce(0) { $0 + Int($1) } }
}

extension AgentHistory {
  /// Fills panels of a batch with stretches of lives.
  ///
  /// Each begins at a row drawn uniformly among those with an outcome, so that a life is met with in
  /// proportion to its length, and goes on until the batch has no more steps, life ends, or nothing more
  /// is known.
  ///
  /// - Parameters:
  ///   - batch: Receives them.
  ///   - sequencePanels: Which panels of sequences; threads take different ones.
  ///   - key: Which rows; every sequence has its own numbers.
  /// - Precondition: ``canBeDrawnFrom``.
  ///
  /// ## Source
  /// Hausknecht and Stone 2015, "Deep Recurrent Q-Learning for Partially Observable MDPs", arXiv
  /// 1507.06527: bootstrapped random updates.
  /// **Differences**: a start near the end of a life gives a short sequence.
  public func draw(_ batch: SequenceBatch, sequencePanels: Range<Int>, key: RandomKey) {
    for panel in sequencePanels {
      let own = batch.panels(of: panel..<(panel + 1))
      (batch.weights.pointer + own.lowerBound * panelWidth).zero(count: own.count * panelWidth)
      let rows = batch.rows.pointer + own.lowerBound * panelWidth
      rows.update(repeating: -1, count: own.count * panelWidth)
      for sequence in batch.sequences(of: panel) {
        fill(batch, sequence, from: drawRow(key.split(sequence)))
      }
      for (step, panel) in own.enumerated() {
        read(rows + step * panelWidth, count: panelWidth, into: batch.inputs.panel(panel))
      }
    }
  }

  /// Fills a sequence from a row with an outcome.
  private func fill(_ batch: SequenceBatch, _ sequence: Int, from first: Int) {
    batch.endings.pointer[sequence] = 0
    var (row, length) = (first, 0)
    for step in 0...batch.stepCount {
      let (panel, lane) = batch.place(sequence, step: step)
      let place = panel * panelWidth + lane
      batch.rows.pointer[place] = Int64(row)
      let outcome = outcome(of: row)
      guard step < batch.stepCount, outcome != .none else { break }
      batch.actions.pointer[place] = actions.pointer[row % capacity]
      batch.rewards.pointer[place] = rewards.pointer[row % capacity]
      batch.weights.pointer[place] = 1
      length += 1
      guard outcome == .continues else {
        batch.endings.pointer[sequence] = 1
        break
      }
      row = Int(followers.pointer[row % capacity])
    }
    batch.lengths.pointer[sequence] = Int32(length)
  }
}
