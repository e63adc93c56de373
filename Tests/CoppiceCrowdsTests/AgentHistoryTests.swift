import CoppiceCrowds
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Agents' history")
struct AgentHistoryTests {
  /// A history of rows whose view and feature are their number.
  private func history(_ count: Int, capacity: Int = 8) -> AgentHistory {
    let history = AgentHistory(viewCount: 1, featureCount: 1, capacity: capacity)
    let panels = Panels<Float>(featureCount: 2, sampleCount: 1)
    for row in 0..<count {
      panels[sample: 0, feature: 1] = Float(row)
      #expect(history.open(panels, sample: 0) == row)
    }
    return history
  }

  /// What a batch has of each row that can be drawn: its returns, discounts and later rows.
  private func outcomes(
    _ history: AgentHistory, steps: Int
  ) -> [Int: (action: Int, sum: Float, discount: Float, next: Int)] {
    let batch = HistoryBatch(sampleCount: 200, of: history)
    history.draw(
      batch, panels: 0..<batch.panelCount, steps: steps, discount: 0.5, key: RandomKey(seed: 3))
    var found: [Int: (action: Int, sum: Float, discount: Float, next: Int)] = [:]
    for sample in 0..<200 {
      found[Int(batch.inputs[sample: sample, feature: 1])] = (
        Int(batch.actions[sample]), batch.returns[sample], batch.discounts[sample],
        Int(batch.nextInputs[sample: sample, feature: 1])
      )
    }
    return found
  }

  @Test("returns of several steps end with a life, and not with a cut, by hand")
  func returns() throws {
    // a life: 0 → 2 → 4, which ends; an episode that is cut: 1 → 3 → 5
    let history = history(6)
    history.link(0, to: 2, action: 1, reward: 1)
    history.link(2, to: 4, action: 2, reward: 2)
    history.end(4, action: 3, reward: 4)
    history.link(1, to: 3, action: 4, reward: 8)
    history.link(3, to: 5, action: 5, reward: 16)
    let one = outcomes(history, steps: 1)
    #expect(Set(one.keys) == [0, 1, 2, 3, 4])
    #expect(try #require(one[0]) == (1, 1, 0.5, 2))
    #expect(try #require(one[4]).discount == 0)
    #expect(try #require(one[4]).sum == 4)
    let three = outcomes(history, steps: 3)
    // 1 + 2/2 + 4/4, and nothing after death
    #expect(try #require(three[0]).sum == 3)
    #expect(try #require(three[0]).discount == 0)
    #expect(try #require(three[2]).sum == 4)
    // 8 + 16/2, then the value of what was seen last counts a quarter
    #expect(try #require(three[1]) == (4, 16, 0.25, 5))
    #expect(try #require(three[3]) == (5, 16, 0.5, 5))
    let two = outcomes(history, steps: 2)
    #expect(try #require(two[0]) == (1, 2, 0.25, 4))
  }

  @Test("new rows take the place of the oldest, and late news of those is ignored")
  func ring() {
    let history = history(6, capacity: 4)
    #expect(history.count == 4)
    history.end(1, action: 0, reward: 1)
    #expect(!history.canBeDrawnFrom)
    history.end(2, action: 0, reward: 1)
    #expect(history.canBeDrawnFrom)
    #expect(Set(outcomes(history, steps: 1).keys) == [2])
  }

  @Test(
    "rows that are opened at once are those that are opened one by one",
    arguments: [1, 63, 64, 65, 150])
  func atOnce(count: Int) {
    let (one, many) = (
      AgentHistory(viewCount: 37, featureCount: 3, capacity: 100),
      AgentHistory(viewCount: 37, featureCount: 3, capacity: 100)
    )
    let panels = Panels<Float>(featureCount: 40, sampleCount: count)
    var random = RandomKey(seed: 5).stream()
    var opened = 0
    for _ in 0..<3 {
      for index in panels.buffer.elements.indices {
        panels.buffer.elements[index] = Float(random.nextNormal())
      }
      for sample in 0..<count { one.end(one.open(panels, sample: sample), action: 1, reward: 2) }
      let rows = many.open(panels, first: count)
      #expect(rows == opened..<(opened + count))
      for row in rows { many.end(row, action: 1, reward: 2) }
      opened += count
    }
    let (wanted, found) = (
      HistoryBatch(sampleCount: 200, of: one), HistoryBatch(sampleCount: 200, of: many)
    )
    for (history, batch) in [(one, wanted), (many, found)] {
      history.draw(
        batch, panels: 0..<batch.panelCount, steps: 1, discount: 1, key: RandomKey(seed: 1))
    }
    #expect(Array(wanted.inputs.buffer.elements) == Array(found.inputs.buffer.elements))
    #expect(wanted.inputs.buffer.elements.contains { $0 != 0 })
    var (saved, other) = (NamedTensors(), NamedTensors())
    one.save(into: &saved)
    many.save(into: &other)
    #expect(saved == other)
  }

  @Test("views come back within 1/254, whole numbers and features as they were")
  func precision() {
    let history = AgentHistory(viewCount: 5, featureCount: 1, capacity: 2)
    let panels = Panels<Float>(featureCount: 6, sampleCount: 70)
    let numbers: [Float] = [0, 1, 2, 0.81, 1.337, -7.25]
    for (feature, number) in numbers.enumerated() {
      panels[sample: 69, feature: feature] = number
    }
    history.end(history.open(panels, sample: 69), action: 0, reward: 0)
    let batch = HistoryBatch(sampleCount: 1, of: history)
    history.draw(batch, panels: 0..<1, steps: 1, discount: 1, key: RandomKey(seed: 1))
    let found = (0..<6).map { batch.inputs[sample: 0, feature: $0] }
    #expect([0, 1, 2, 5].allSatisfy { found[$0] == numbers[$0] })
    #expect([3, 4].allSatisfy { abs(found[$0] - numbers[$0]) <= 1 / 254 + 1e-6 })
  }
}
