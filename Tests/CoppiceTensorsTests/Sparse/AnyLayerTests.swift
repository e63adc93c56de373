import CoppiceTensors
import Testing

@Suite("Any layer")
struct AnyLayerTests {
  private static let cases = 10_000
  private static let chunks = 20

  /// Seeds to look at alone: those that a failure named.
  private static let replayed = [0]

  @Test(
    "all plans and the dense kernels agree with double precision, and parts change no bit",
    arguments: 0..<chunks)
  func agreement(chunk: Int) throws {
    let size = Self.cases / Self.chunks
    for seed in (chunk * size)..<((chunk + 1) * size) { try check(seed: seed) }
  }

  @Test("a case is the same when it is drawn again", arguments: replayed)
  func replay(seed: Int) throws {
    let (layer, again) = (RandomLayer(seed: seed), RandomLayer(seed: seed))
    #expect(layer.mask == again.mask)
    #expect(layer.weights.bits == again.weights.bits)
    try check(seed: seed)
  }

  private func check(seed: Int) throws {
    let layer = RandomLayer(seed: seed)
    let expected = LayerAnswers<Double>(to: layer)
    let dense = try mistakes(of: layer, plan: nil, expected: expected)
    let plans = SparsePlan.serving(layer.work)
    let sparse = try plans.map { try mistakes(of: layer, plan: $0, expected: expected) }
    for mistake in ([dense] + sparse).joined() {
      Issue.record(
        "seed \(seed), \(layer.work.name), \(layer.instructionSet), \(layer.inputs.panelCount) panels, gradients of \(layer.gradientColumns): \(mistake)"
      )
    }
  }

  /// What is wrong with one way of storing the layer.
  private func mistakes(
    of layer: RandomLayer, plan: SparsePlan?, expected: LayerAnswers<Double>
  ) throws -> [String] {
    let name = plan?.name ?? "dense"
    let stored = try StoredLayer(layer, plan: plan)
    guard let whole = stored.answers(parts: 1) else { return ["\(name) wrote too far"] }
    var mistakes: [String] = []
    for ((what, found), (_, wanted)) in zip(whole.named, expected.named)
    where !agree(found, wanted) {
      mistakes.append("\(name), \(what)")
    }
    for parts in [2, 3] {
      guard let cut = stored.answers(parts: parts) else { return ["\(name) wrote too far"] }
      for ((what, one), (_, other)) in zip(whole.named, cut.named)
      where !zip(one, other).allSatisfy({ $0.bitPattern == $1.bitPattern }) {
        mistakes.append("\(name), \(what) in \(parts) parts")
      }
    }
    return mistakes
  }

  /// Whether all numbers are as close as rounding lets them be.
  ///
  /// The terms are products of numbers up to 1, so that 1 stands for their size where they cancel.
  private func agree(_ found: [Float], _ wanted: [Double]) -> Bool {
    let size = wanted.reduce(1) { max($0, abs($1)) }
    return found.count == wanted.count
      && zip(found, wanted).allSatisfy { abs(Double($0) - $1) <= tolerance * size }
  }
}
