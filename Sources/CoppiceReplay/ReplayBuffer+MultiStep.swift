import CoppiceTensors

extension ReplayBuffer {
  /// Gathers one panel whose rows are drawn, with returns that look ahead.
  ///
  /// Every sample takes observation and action from its own record, and everything else from the last
  /// one that its return reaches.
  func gatherReturns(_ batch: TransitionBatch, _ panel: Int, _ returns: MultiStepReturn) {
    let rows = batch.rows.pointer + panel * panelWidth
    let last = batch.lastRows.pointer + panel * panelWidth
    let rewards = batch.returns.panel(panel)
    let continues = batch.returns.panel(panel, feature: 1)
    let live = liveLanes(of: batch, panel)
    for lane in 0..<live {
      (last[lane], rewards[lane], continues[lane]) = look(ahead: returns, from: Int(rows[lane]))
    }
    transpose(batch, panel, rows: last)
    transposeFirst(batch, panel, rows: rows)
    let outcomes = batch.outcomes.panel(panel)
    outcomes.update(from: rewards, count: live)
    (outcomes + panelWidth).update(from: continues, count: live)
  }

  /// The last row of a return, its discounted rewards, and what the value behind it counts.
  private func look(
    ahead returns: MultiStepReturn, from row: Int
  ) -> (row: Int64, reward: Float, continues: Float) {
    var number = number(ofRow: row)
    var record = records + row * recordLength + outcomeOffset
    var (sum, weight) = (Double(record[0]), 1.0)
    for _ in 1..<max(1, returns.steps) {
      // a terminal state, a time limit, or nothing newer
      if record[2] != 0 || number + returns.members >= appendedCount { break }
      number += returns.members
      record = records + number % capacity * recordLength + outcomeOffset
      weight *= returns.discount
      sum += weight * Double(record[0])
    }
    return (Int64(number % capacity), Float(sum), Float(weight) * record[1])
  }

  /// Which transition lies in a row, counted from the first ever appended.
  private func number(ofRow row: Int) -> Int {
    let newest = appendedCount - 1
    return newest - (newest - row) % capacity
  }
}
