import CoppiceCrowds
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Stretches of lives")
struct SequenceBatchTests {
  /// Rows whose view and feature are their number, in three lives.
  ///
  /// 0 → 3 → 6 → 8 ends, 1 → 4 → 7 is cut, 2 → 5 ends. An action is ten times its row, a reward half of it.
  private var history: AgentHistory {
    let history = AgentHistory(viewCount: 1, featureCount: 1, capacity: 16)
    let panels = Panels<Float>(featureCount: 2, sampleCount: 1)
    for row in 0..<9 {
      panels[sample: 0, feature: 1] = Float(row)
      _ = history.open(panels, sample: 0)
    }
    func note(_ row: Int, _ next: Int?) {
      let (action, reward) = (10 * row, Float(row) / 2)
      if let next {
        history.link(row, to: next, action: action, reward: reward)
      } else {
        history.end(row, action: action, reward: reward)
      }
    }
    for (row, next) in [(0, 3), (3, 6), (6, 8), (8, nil), (1, 4), (4, 7), (2, 5), (5, nil)]
      as [(Int, Int?)]
    {
      note(row, next)
    }
    return history
  }

  @Test(
    "a stretch goes on to its last step, to the end of a life, or to what was seen last, by hand")
  func stretches() {
    let batch = SequenceBatch(sequenceCount: 300, stepCount: 2, of: history)
    history.draw(batch, sequencePanels: 0..<batch.sequencePanelCount, key: RandomKey(seed: 3))
    // first row: rows with an outcome, whether life ended, and what is seen behind them
    let wanted: [Int: (rows: [Int], ends: Bool, last: Int?)] = [
      0: ([0, 3], false, 6), 3: ([3, 6], false, 8), 6: ([6, 8], true, nil), 8: ([8], true, nil),
      1: ([1, 4], false, 7), 4: ([4], false, 7), 2: ([2, 5], true, nil), 5: ([5], true, nil),
    ]
    var counts: [Int: Int] = [:]
    for sequence in 0..<300 {
      func sample(_ step: Int) -> Int {
        (sequence / panelWidth * 3 + step) * panelWidth + sequence % panelWidth
      }
      let first = Int(batch.inputs[sample: sample(0), feature: 1])
      counts[first, default: 0] += 1
      guard let life = wanted[first] else {
        Issue.record("\(first) has no outcome")
        continue
      }
      #expect(Int(batch.lengths[sequence]) == life.rows.count)
      #expect((batch.endings[sequence] != 0) == life.ends)
      for (step, row) in life.rows.enumerated() {
        #expect(Int(batch.inputs[sample: sample(step), feature: 1]) == row)
        #expect(Int(batch.actions[sample(step)]) == 10 * row)
        #expect(batch.rewards[sample(step)] == Float(row) / 2)
        #expect(batch.weights[sample(step)] == 1)
      }
      for step in life.rows.count...2 { #expect(batch.weights[sample(step)] == 0) }
      if let last = life.last {
        #expect(Int(batch.inputs[sample: sample(life.rows.count), feature: 1]) == last)
      }
    }
    // each of eight rows as often as any other; five standard deviations of 37.5 are 29
    #expect(counts.count == 8)
    #expect(counts.values.allSatisfy { abs($0 - 38) < 30 })
    #expect(batch.outcomeCount == batch.lengths.elements.reduce(0) { $0 + Int($1) })
    // lanes without a sequence count nothing
    #expect(batch.weights[(4 * 3) * panelWidth + 300 % panelWidth] == 0)
  }

  @Test("threads that take different panels draw the same stretches")
  func threads() {
    let (whole, cut) = (
      SequenceBatch(sequenceCount: 150, stepCount: 3, of: history),
      SequenceBatch(sequenceCount: 150, stepCount: 3, of: history)
    )
    let key = RandomKey(seed: 8)
    history.draw(whole, sequencePanels: 0..<3, key: key)
    for part in [2..<3, 0..<2] { history.draw(cut, sequencePanels: part, key: key) }
    #expect(Array(whole.inputs.buffer.elements) == Array(cut.inputs.buffer.elements))
    #expect(Array(whole.weights.elements) == Array(cut.weights.elements))
  }
}
