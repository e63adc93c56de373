import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing
import _CoppiceTestSupport

/// Checkpoints of the first format hold the numbers of kept weights in the order of an index.
@Suite("Checkpoints of the first format")
struct FirstFormatTests {
  @Test(
    "restore to the same weights and moments, whatever the plan", arguments: [0.1, 0.5, 0.97],
    [WeightStorage.kept, .latent])
  func restoring(density: Double, storage: WeightStorage) throws {
    let (network, adam) = Self.learner(density: density, storage: storage, seed: 3)
    for layer in network.layers {
      for index in 0..<layer.parameterGradient.count {
        layer.parameterGradient[index] = layer.parameters[index] * 2
      }
    }
    for _ in 0..<3 {
      adam.advance(learningRate: 0.01)
      adam.step(part: .whole, averaging: nil, rate: 0)
    }
    network.refresh()
    let (weights, moments) = (Self.tensors(of: network), Self.tensors(of: adam))
    let masks = try network.layers.map { try #require($0.topology).mask() }
    let (second, secondAdam) = Self.learner(density: density, storage: storage, seed: 4)
    #expect(Self.tensors(of: second) != weights)
    try second.restore(from: Self.inFirstFormat(weights, network, masks))
    try secondAdam.restore(from: Self.inFirstFormat(moments, network, masks))
    #expect(Self.tensors(of: second) == weights)
    #expect(Self.tensors(of: secondAdam) == moments)
    for (one, other) in zip(network.layers, second.layers) {
      #expect(one.denseWeights() == other.denseWeights())
    }
  }

  @Test("restore to a policy without a network to begin with")
  func evaluating() throws {
    let (network, _) = Self.learner(density: 0.4, storage: .kept, seed: 3)
    let masks = try network.layers.map { try #require($0.topology).mask() }
    let saved = try Self.inFirstFormat(Self.tensors(of: network), network, masks)
    #expect(saved.names.contains("layer-1.values"))
    let copy = try MLP<Float>(saved: saved)
    for (one, other) in zip(network.layers, copy.layers) {
      #expect(one.denseWeights() == other.denseWeights())
    }
  }

  /// Layers with more than one block of inputs and rows that keep different numbers of them; another
  /// seed gives other weights and another mask, which there is room for.
  private static func learner(
    density: Double, storage: WeightStorage, seed: UInt64
  ) -> (MLP<Float>, Adam<Float>) {
    let key = RandomKey(seed: seed)
    let network = MLP<Float>(sizes: [300, 40, 5], key: key.split("network"))
    for (index, layer) in network.layers.enumerated() {
      let mask = randomMask(layer.shape, density: density, key: key.split(index))
      layer.sparsify(mask: mask, keepsCount: false, storage: storage)
    }
    return (network, Adam(network: network))
  }

  private static func tensors(of part: some Checkpointable) -> NamedTensors {
    var tensors = NamedTensors()
    part.save(into: &tensors)
    return tensors
  }

  /// The tensors under their first names and in their first order.
  private static func inFirstFormat(
    _ tensors: NamedTensors, _ network: MLP<Float>, _ masks: [[UInt8]]
  ) throws -> NamedTensors {
    var old = NamedTensors()
    for name in tensors.names {
      let parts = name.split(separator: ".")
      guard parts.last == "kept", let layer = Int(parts[0].dropFirst("layer-".count)) else {
        old[name] = tensors[name]
        continue
      }
      let kept: [Float] = try tensors.get(name)
      let order = firstOrder(of: masks[layer - 1], network.layers[layer - 1].shape)
      let stem = parts.dropLast().joined(separator: ".")
      // weights were called values; moments had no ending
      old.set(parts.count == 2 ? "\(stem).values" : stem, order.map { kept[$0] })
    }
    return old
  }

  /// For each number of the first format, which of the kept weights row by row it is: blocks of 128
  /// inputs, rows by falling number of kept ones, inputs rising.
  private static func firstOrder(of mask: [UInt8], _ shape: LayerShape) -> [Int] {
    var rank: [Int: Int] = [:]
    for weight in mask.indices where mask[weight] != 0 { rank[weight] = rank.count }
    return stride(from: 0, to: shape.inputs, by: 128).flatMap { start in
      let rows = (0..<shape.outputs).map { row in
        (start..<min(shape.inputs, start + 128)).compactMap { rank[row * shape.inputs + $0] }
      }
      // the sort of the standard library is stable
      return rows.sorted { $0.count > $1.count }.joined()
    }
  }
}
