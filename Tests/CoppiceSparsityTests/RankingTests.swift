import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Ranking of weights")
struct RankingTests {
  /// Weights as they come, many alike, and in an order in which every so many are alike.
  private enum Kind: CaseIterable {
    case any, alike, few, regular

    func weights(_ count: Int, _ stream: inout RandomStream) -> [Float] {
      let drawn = (0..<count).map { _ in Float(stream.nextUniform(-1, 1)) }
      return switch self {
      case .any: drawn
      case .alike: drawn.map { ($0 * 4).rounded() / 4 }
      case .few: drawn.enumerated().map { $0.offset % 50 == 0 ? $0.element : 0 }
      // a sample of every fourth, or of every eighth, sees the largest alone
      case .regular: drawn.enumerated().map { $0.offset % 4 == 0 ? 9 + $0.element : $0.element }
      }
    }
  }

  /// The layers of a network and a copy of their masks.
  private static func layers(_ sizes: [Int], _ kind: Kind, kept: Int) -> [LayerView<Float>] {
    var stream = RandomKey(seed: 3).split(sizes.reduce(kept, +)).stream()
    return sizes.map { size in
      LayerView<Float>(
        LayerShape(outputs: size, inputs: 100), weights: kind.weights(size * 100, &stream),
        mask: (0..<size * 100).map { _ in stream.nextIndex(below: 4) < kept ? 1 : 0 })
    }
  }

  /// The places of the candidates of all layers, the strongest first, by sorting.
  private static func sorted(
    _ layers: [LayerView<Float>], _ belongs: (LayerView<Float>, Int) -> Bool
  ) -> [(layer: Int, place: Int)] {
    layers.indices.flatMap { layer in
      (0..<layers[layer].mask.count).filter { belongs(layers[layer], $0) }.map { (layer, $0) }
    }.sorted { first, second in
      let a = layers[first.0].weights.pointer[first.1].magnitude
      let b = layers[second.0].weights.pointer[second.1].magnitude
      return a != b ? a > b : first < second
    }
  }

  @Test(
    "the strongest of all weights are those that sorting finds, over few and over many",
    arguments: [[1], [7, 30], [500, 1, 40], [300, 900]], [0.0, 0.003, 0.4, 0.98, 1])
  func strongest(sizes: [Int], share: Double) {
    for kind in Kind.allCases {
      let layers = Self.layers(sizes, kind, kept: 0)
      let order = Self.sorted(layers) { _, _ in true }
      let count = Int(share * Double(order.count))
      for layer in layers { layer.rank(.all, by: .magnitude, key: RandomKey(seed: 1)) }
      LayerView.keepStrongest(count, of: layers)
      var expected = layers.map { [UInt8](repeating: 0, count: $0.mask.count) }
      for (layer, place) in order.prefix(count) { expected[layer][place] = 1 }
      #expect(layers.map { Array($0.mask.elements) } == expected, "\(kind)")
    }
  }

  @Test(
    "the weakest of those kept are those that sorting finds, over few and over many",
    arguments: [[1], [7, 30], [500, 1, 40], [300, 900]], [0.0, 0.003, 0.4, 0.98, 1])
  func weakest(sizes: [Int], share: Double) {
    for kind in Kind.allCases {
      let layers = Self.layers(sizes, kind, kept: 2)
      let order = Self.sorted(layers) { $0.mask.pointer[$1] != 0 }
      let count = Int(share * Double(order.count))
      var expected = layers.map { Array($0.mask.elements) }
      for (layer, place) in order.suffix(count) { expected[layer][place] = 0 }
      for layer in layers { layer.rank(.kept, by: .magnitude, key: RandomKey(seed: 1)) }
      LayerView.dropWeakest(count, of: layers)
      #expect(layers.map { Array($0.mask.elements) } == expected, "\(kind)")
    }
  }

  @Test("one layer by itself is ranked as a network of one")
  func single() {
    let (one, other) = (
      Self.layers([400], .alike, kept: 2)[0], Self.layers([400], .alike, kept: 2)
    )
    one.rank(.missing, by: .magnitude, key: RandomKey(seed: 1))
    one.keepStrongest(5_000, marking: 2)
    other[0].rank(.missing, by: .magnitude, key: RandomKey(seed: 1))
    LayerView.keepStrongest(5_000, of: other, marking: 2)
    #expect(Array(one.mask.elements) == Array(other[0].mask.elements))
    #expect(one.mask.elements.count { $0 == 2 } == 5_000)
  }
}
