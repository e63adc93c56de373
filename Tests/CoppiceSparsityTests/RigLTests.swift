import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("RigL")
struct RigLTests {
  private func rule(
    _ fraction: Double, _ change: (inout RigL.Configuration) -> Void = { _ in }
  ) throws -> RigL {
    var configuration = RigL.defaults
    configuration.decay = .constant
    configuration.dropFraction = fraction
    change(&configuration)
    return try RigL(configuration, for: SparsityRequest(sparsity: 0.5, horizon: 10_000))
  }

  @Test(
    "the weakest leave and the steepest enter",
    arguments: [
      // two of four leave (−0.1 and 0.2); steepest of the rest: 5 at place 5, −4 at place 3
      ([0, 1, 2, 3, -4, 5, 0.5, 0.1] as [Float], [1, 0, 1, 0, 1, 1, 0, 0] as [UInt8]),
      // one that leaves is the steepest of all: it stays, and one other enters
      ([0, 9, 0, 1, 2, 3, 0, 0], [1, 1, 1, 0, 0, 1, 0, 0]),
      // of equal slopes the lower place
      ([0, 0, 0, 0, 7, 7, 7, 7], [1, 0, 1, 0, 1, 1, 0, 0]),
    ])
  func table(gradient: [Float], expected: [UInt8]) throws {
    let view = LayerView<Float>(
      LayerShape(outputs: 2, inputs: 4), weights: [0.9, -0.1, 0.5, 0.2, 0, 0, 0, 0],
      mask: [1, 1, 1, 1, 0, 0, 0, 0], gradient: gradient)
    try rule(0.5).revise([view], after: 1000, key: RandomKey(seed: 1))
    #expect(Array(view.mask.elements) == expected)
  }

  @Test("nothing is random after the first masks")
  func deterministic() throws {
    let masks = try [1, 2].map { seed in
      let view = LayerView<Float>(
        LayerShape(outputs: 1, inputs: 6), weights: [3, 1, 2, 0, 0, 0], mask: [1, 1, 1, 0, 0, 0],
        gradient: [0, 0, 0, 1, -2, 0])
      try rule(0.4).revise([view], after: 1000, key: RandomKey(seed: UInt64(seed)))
      return Array(view.mask.elements)
    }
    #expect(masks[0] == masks[1])
    #expect(masks[0] == [1, 0, 1, 0, 1, 0])
  }

  @Test("gradients are wanted where weights grow by them, and weights rest meanwhile")
  func needs() throws {
    #expect(try rule(0.3).needsGradients)
    #expect(try rule(0.3).skipsUpdateWhenDue)
    #expect(try !rule(0.3) { $0.growBy = .random }.needsGradients)
    #expect(try !rule(0.3) { $0.updateOnRevision = true }.skipsUpdateWhenDue)
  }
}
