import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Static masks")
struct StaticTests {
  private func layers(
    _ sizes: [Int], _ rule: Static, seed: UInt64 = 2
  ) -> [(shape: LayerShape, topology: SparseTopology)] {
    let learner = SparseLearner(
      network: MLP<Float>(sizes: sizes, key: RandomKey(seed: 1)), role: NetworkRole("critic"),
      rule: rule, withTarget: false, sampleCount: 64, key: RandomKey(seed: seed)
    ) { Adam(network: $0) }
    return learner.network.layers.compactMap { layer in
      layer.topology.map { (layer.shape, $0) }
    }
  }

  @Test(
    "the fraction is kept, rounded to whole weights", arguments: [0.0, 0.3, 0.9, 0.999, 0.99999])
  func count(sparsity: Double) throws {
    for (shape, topology) in layers([17, 64, 30, 6], try Static(sparsity: sparsity)) {
      let wanted = (Double(shape.weightCount) * (1 - sparsity)).rounded()
      #expect(topology.keptCount == max(1, Int(wanted)))
    }
  }

  @Test(
    "rows that share their inputs agree, and the fraction is kept to half a piece of a column",
    arguments: [2, 4, 8], [0.0, 0.5, 0.9])
  func sharedRows(rows: Int, sparsity: Double) throws {
    let rule = try Static(sparsity: sparsity, sharedBy: rows)
    for (shape, topology) in layers([17, 64, 30, 6], rule) {
      let mask = topology.mask()
      for row in 0..<shape.outputs {
        let first = row / rows * rows
        #expect(
          mask[(row * shape.inputs)..<((row + 1) * shape.inputs)].elementsEqual(
            mask[(first * shape.inputs)..<((first + 1) * shape.inputs)]))
      }
      let wanted = Double(shape.weightCount) * (1 - sparsity)
      // half a piece of the whole bands, and half a piece of the last one
      let slack = Double(rows + shape.outputs % rows) / 2
      #expect(abs(Double(topology.keptCount) - wanted) <= slack)
      #expect(topology.sharesRows == rows.isMultiple(of: 4))
    }
  }

  @Test("layers of four or eight shared rows run by the plan for them", arguments: [4, 8])
  func plan(rows: Int) throws {
    for (_, topology) in layers([64, 64, 64], try Static(sparsity: 0.75, sharedBy: rows)) {
      #expect(topology.plan == .sharedRows)
    }
  }

  @Test("something is kept, however sparse")
  func atLeastOne() throws {
    for (_, topology) in layers([5, 6, 3], try Static(sparsity: 0.999, sharedBy: 4)) {
      #expect(topology.keptCount > 0)
    }
  }

  @Test("other keys draw other masks, the same key the same ones")
  func keys() throws {
    let rule = try Static(sparsity: 0.8, sharedBy: 4)
    let masks = [2, 2, 3].map { layers([40, 40], rule, seed: $0)[0].topology.mask() }
    #expect(masks[0] == masks[1])
    #expect(masks[0] != masks[2])
  }

  @Test("numbers that make no sense are refused")
  func refuses() {
    #expect(throws: UserError.self) { try Static(sparsity: 1) }
    #expect(throws: UserError.self) { try Static(sparsity: .nan) }
    #expect(throws: UserError.self) { try Static(sparsity: 0.5, sharedBy: 0) }
    #expect(throws: UserError.self) { try Static(sparsity: 0.5, sharedBy: 65) }
  }
}
