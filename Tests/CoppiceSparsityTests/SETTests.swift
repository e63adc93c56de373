import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("SET")
struct SETTests {
  private let key = RandomKey(seed: 5)

  private func rule(_ change: (inout SET.Configuration) -> Void = { _ in }) throws -> SET {
    var configuration = SET.defaults
    configuration.decay = .constant
    change(&configuration)
    return try SET(configuration, for: SparsityRequest(sparsity: 0.5, horizon: 10_000))
  }

  @Test("the weakest leave, of equal ones the later, and as many missing ones enter")
  func byMagnitude() throws {
    // kept: 0.9, −0.1, 0.1, 0.5, −0.1, 0; a third of six leaves: the zero, and the last 0.1
    let view = LayerView<Float>(
      LayerShape(outputs: 2, inputs: 5),
      weights: [0.9, -0.1, 0.1, 0, 0.5, -0.1, 0, 0, 0, 0],
      mask: [1, 1, 1, 0, 1, 1, 1, 0, 0, 0])
    try rule { $0.dropFraction = 0.34 }.revise([view], after: 1000, key: key)
    let mask = Array(view.mask.elements)
    #expect(mask.count { $0 == 1 } == 6)
    #expect([0, 1, 2, 4].allSatisfy { mask[$0] == 1 })
    let entered = [3, 5, 6, 7, 8, 9].filter { mask[$0] == 1 }
    #expect(entered.count == 2)
  }

  @Test("every missing weight can enter, those that just left included")
  func growsEverywhere() throws {
    var seen: Set<Int> = []
    for seed in 0..<200 {
      let view = LayerView<Float>(
        LayerShape(outputs: 1, inputs: 6), weights: [0.9, -0.1, 0.2, 0, 0, 0],
        mask: [1, 1, 1, 0, 0, 0])
      try rule { $0.dropFraction = 0.34 }.revise(
        [view], after: 1000, key: RandomKey(seed: UInt64(seed)))
      #expect(view.mask.elements.count { $0 != 0 } == 3)
      for index in [1, 3, 4, 5] where view.mask[index] != 0 { seen.insert(index) }
      #expect(view.mask[0] == 1 && view.mask[2] == 1)
    }
    #expect(seen == [1, 3, 4, 5])
  }

  @Test("by sign, the fraction of each sign that is nearest to zero leaves")
  func bySign() throws {
    // positive: 0.9 0.1 0.2 0.3, negative: −0.8 −0.05; half of each: 0.1, 0.2 and −0.05
    let weights: [Float] = [0.9, 0.1, -0.8, 0.2, 0.3, -0.05, 0, 0]
    var leaving = [Int](repeating: 0, count: 8)
    for seed in 0..<100 {
      let view = LayerView<Float>(
        LayerShape(outputs: 1, inputs: 8), weights: weights, mask: [1, 1, 1, 1, 1, 1, 0, 0])
      try rule {
        $0.dropFraction = 0.5
        $0.drop = .bySign
      }.revise([view], after: 1000, key: RandomKey(seed: UInt64(seed)))
      #expect(view.mask.elements.count { $0 != 0 } == 6)
      for index in 0..<8 where view.mask[index] == 0 { leaving[index] += 1 }
    }
    #expect([0, 2, 4].allSatisfy { leaving[$0] == 0 })
    #expect([1, 3, 5].allSatisfy { leaving[$0] > 0 })
  }

  @Test("the fraction falls like a cosine to nothing at the end of the schedule")
  func cosine() throws {
    let rule = try SET(SET.defaults, for: SparsityRequest(sparsity: 0.5, horizon: 10_000))
    // ends at 8,000: at 4,000 half of the half leaves
    for (step, replaced) in [(4000, 25), (8000, 0)] {
      let weights = (1...200).map { Float($0) }
      let view = LayerView<Float>(
        LayerShape(outputs: 10, inputs: 20), weights: weights,
        mask: (0..<200).map { $0 < 100 ? 1 : 0 })
      rule.revise([view], after: step, key: key)
      let left = (0..<100).count { view.mask[$0] == 0 }
      #expect(left <= replaced)
      #expect((replaced..<100).allSatisfy { view.mask[$0] == 1 })
      #expect((100..<200).count { view.mask[$0] != 0 } == left)
    }
    #expect(rule.isDue(after: 8000, role: NetworkRole("critic")))
    #expect(!rule.isDue(after: 9000, role: NetworkRole("critic")))
  }
}
