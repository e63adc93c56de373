import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Dynamic sparse training (DS)")
struct DynamicSparseTests {
  private let key = RandomKey(seed: 9)

  private func rule(
    _ fraction: Double, _ change: (inout DynamicSparse.Configuration) -> Void = { _ in }
  ) throws -> DynamicSparse {
    var configuration = DynamicSparse.defaults
    configuration.dropFraction = fraction
    change(&configuration)
    return try DynamicSparse(configuration, for: SparsityRequest(horizon: 975_000))
  }

  @Test("the toy layer: the weights of each sign nearest to zero leave, new ones begin at zero")
  func toy() throws {
    var grown: Set<Int> = []
    for seed in 0..<100 {
      let view = LayerView<Float>(
        LayerShape(outputs: 1, inputs: 8), weights: [-0.9, -0.1, 0.05, 0.8, 0, 0, 0, 0],
        mask: [1, 1, 1, 1, 0, 0, 0, 0])
      try rule(0.5).revise([view], after: 1002, key: RandomKey(seed: UInt64(seed)))
      let mask = Array(view.mask.elements)
      #expect(mask[0] == 1 && mask[3] == 1)
      // whatever else is kept begins anew, also where it has just left
      let fresh = mask.indices.filter { mask[$0] == LayerView<Float>.fresh }
      #expect(fresh.count == 2)
      #expect(mask.count { $0 != 0 } == 4)
      grown.formUnion(fresh)
    }
    #expect(grown == [1, 2, 4, 5, 6, 7])
  }

  @Test("kept weights that are exactly zero count as missing, and are replaced")
  func zeros() throws {
    let view = LayerView<Float>(
      LayerShape(outputs: 1, inputs: 6), weights: [0, 0, 5, -5, 0, 0], mask: [1, 1, 1, 1, 0, 0])
    try rule(0.01).revise([view], after: 1002, key: key)
    #expect(view.mask[2] == 1 && view.mask[3] == 1)
    #expect(view.mask.elements.count { $0 == LayerView<Float>.fresh } == 2)
  }

  @Test("half from each sign, and the rest from the other where one has too few")
  func halves() throws {
    // η = 0.5 of six: one and a half rounds to three, of which one is positive, and there is one
    // negative weight alone
    let view = LayerView<Float>(
      LayerShape(outputs: 1, inputs: 6), weights: [1, 2, 3, 4, 5, -1], mask: [1, 1, 1, 1, 1, 1])
    try rule(0.5) {
      $0.drop = .halfFromEachSign
      $0.dropsAtLast = true
      // nothing grows after the last revision, so that what left is seen
      $0.schedule = RevisionSchedule(interval: 1000, offset: 2, end: 1002.0 / 975_000)
    }.revise([view], after: 1002, key: key)
    #expect(Array(view.mask.elements) == [0, 0, 1, 1, 1, 0])
  }

  @Test("the last revision of the paper's million steps drops and grows nothing")
  func last() throws {
    let rule = try rule(0.5)
    let role = NetworkRole("critic-1")
    #expect(rule.isDue(after: 924_002, role: role))
    #expect(!rule.isDue(after: 925_002, role: role))
    for (step, kept) in [(923_002, 4), (924_002, 2)] {
      let view = LayerView<Float>(
        LayerShape(outputs: 1, inputs: 8), weights: [-0.9, -0.1, 0.05, 0.8, 0, 0, 0, 0],
        mask: [1, 1, 1, 1, 0, 0, 0, 0])
      rule.revise([view], after: step, key: key)
      #expect(view.mask.elements.count { $0 != 0 } == kept)
    }
  }

  @Test("actor and critics change in the same step, every thousandth plus two")
  func trigger() throws {
    let rule = try rule(0.05)
    for (step, due) in [(2, true), (3, false), (1000, false), (1002, true), (2002, true)] {
      #expect(rule.isDue(after: step, role: NetworkRole("critic-1")) == due)
      #expect(rule.isDue(after: step, role: NetworkRole("actor", delay: 2)) == due)
    }
  }

  @Test("with a fraction of nothing no mask ever changes")
  func nothing() throws {
    let view = LayerView<Float>(
      LayerShape(outputs: 1, inputs: 6), weights: [0, 1, 2, -3, 0, 0], mask: [1, 1, 1, 1, 0, 0])
    try rule(0).revise([view], after: 1002, key: key)
    #expect(Array(view.mask.elements) == [1, 1, 1, 1, 0, 0])
  }
}
