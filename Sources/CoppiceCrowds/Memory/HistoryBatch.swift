public import CoppiceRandom
public import CoppiceTensors

/// Rows drawn from a history, with what they are to be compared with as far as it is known.
///
/// ## Shapes
/// - `B` samples; observations `[V + F, 64]` in each panel
public final class HistoryBatch {
  /// `B`.
  public let sampleCount: Int
  /// What was seen.
  public let inputs: Panels<Float>
  /// What was seen up to n steps later.
  public let nextInputs: Panels<Float>
  /// `[B]`, whole panels: the rows of what was seen, and of what was seen up to n steps later.
  let rows: AlignedBuffer<Int64>
  let nextRows: AlignedBuffer<Int64>
  /// `[B]`, whole panels: what was done.
  public let actions: AlignedBuffer<Int32>
  /// `[B]`, whole panels: Σ γᵏ r over the steps in between.
  public let returns: AlignedBuffer<Float>
  /// `[B]`, whole panels: what the value of the later observation counts; 0 where life ended.
  public let discounts: AlignedBuffer<Float>

  /// Room for `sampleCount` samples of the rows of `history`.
  public init(sampleCount: Int, of history: AgentHistory) {
    self.sampleCount = sampleCount
    let numbers = history.viewCount + history.featureCount
    inputs = Panels(featureCount: numbers, sampleCount: sampleCount)
    nextInputs = Panels(featureCount: numbers, sampleCount: sampleCount)
    let lanes = panelCountFor(samples: sampleCount) * panelWidth
    rows = AlignedBuffer(count: lanes)
    nextRows = AlignedBuffer(count: lanes)
    actions = AlignedBuffer(count: lanes)
    returns = AlignedBuffer(count: lanes)
    discounts = AlignedBuffer(count: lanes)
  }

  /// How many panels there are.
  public var panelCount: Int { inputs.panelCount }

  /// How many lanes of a panel are samples.
  public func liveLanes(of panel: Int) -> Int {
    max(0, min(panelWidth, sampleCount - panel * panelWidth))
  }
}

extension AgentHistory {
  /// Whether there is a row with an outcome.
  ///
  /// - Complexity: O(rows) at worst; O(1) once agents have acted.
  public var canBeDrawnFrom: Bool {
    (oldest..<openedCount).contains { outcome(of: $0) != .none }
  }

  /// Fills panels of a batch with rows drawn uniformly among those with an outcome.
  ///
  /// Returns look ahead as far as asked for, but not beyond the end of a life, nor beyond the last
  /// observation of an episode that was cut short or that still goes on; there the value of what was
  /// seen last stands for the rest.
  ///
  /// - Parameters:
  ///   - batch: Receives them.
  ///   - panels: Which panels; threads take different ones.
  ///   - steps: How many rewards a return has at most; at least 1.
  ///   - discount: γ.
  ///   - key: Which rows; every sample has its own numbers.
  /// - Precondition: ``canBeDrawnFrom``.
  public func draw(
    _ batch: HistoryBatch, panels: Range<Int>, steps: Int, discount: Float, key: RandomKey
  ) {
    for panel in panels {
      for lane in 0..<batch.liveLanes(of: panel) {
        let sample = panel * panelWidth + lane
        fill(batch, sample, from: drawRow(key.split(sample)), steps, discount)
      }
      let (first, count) = (panel * panelWidth, batch.liveLanes(of: panel))
      read(batch.rows.pointer + first, count: count, into: batch.inputs.panel(panel))
      read(batch.nextRows.pointer + first, count: count, into: batch.nextInputs.panel(panel))
    }
  }

  /// A row with an outcome: others are passed over.
  func drawRow(_ key: RandomKey) -> Int {
    var random = key.stream()
    for _ in 0..<64 {
      let row = oldest + random.nextIndex(below: count)
      if outcome(of: row) != .none { return row }
    }
    // hardly any row has one: the next that has
    var row = oldest + random.nextIndex(below: count)
    while outcome(of: row) == .none { row = row + 1 < openedCount ? row + 1 : oldest }
    return row
  }

  /// Finds what a sample has of a row with an outcome, and which row follows.
  private func fill(
    _ batch: HistoryBatch, _ sample: Int, from row: Int, _ steps: Int, _ discount: Float
  ) {
    batch.rows.pointer[sample] = Int64(row)
    batch.actions.pointer[sample] = actions.pointer[row % capacity]
    var (place, sum, factor) = (row, Float(0), Float(1))
    for _ in 0..<steps {
      let outcome = outcome(of: place)
      guard outcome != .none else { break }
      sum += factor * rewards.pointer[place % capacity]
      factor *= discount
      guard outcome == .continues else {
        factor = 0
        break
      }
      place = Int(followers.pointer[place % capacity])
    }
    batch.nextRows.pointer[sample] = Int64(place)
    batch.returns.pointer[sample] = sum
    batch.discounts.pointer[sample] = factor
  }
}
