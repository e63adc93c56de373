import CoppiceTensors
import Testing

@Suite("Sparse topology")
struct SparseTopologyTests {
  @Test("every kept weight has one position, in any plan", arguments: SparseCase.all)
  func positions(layer: SparseCase) {
    let (topology, mask) = (layer.topology(), layer.mask())
    var places = [Int](repeating: 0, count: layer.shape.weightCount)
    for position in 0..<topology.positionCount {
      guard let (row, column) = topology.place(of: position) else { continue }
      places[row * layer.shape.inputs + column] += 1
    }
    #expect(places == mask.map(Int.init))
    #expect(topology.keptCount == mask.count { $0 == 1 })
    #expect(topology.positionCount <= topology.positionCapacity)
    #expect(Array(topology.keptMask.elements) == mask)
  }

  @Test("a mask comes back, whatever non-zero bytes it was made of", arguments: SparsePlan.here)
  func masks(plan: SparsePlan) {
    let shape = LayerShape(outputs: 5, inputs: 9)
    let topology = SparseTopology(shape: shape, capacity: 45, plan: plan)
    for density in [0, 0.3, 1] {
      var layer = SparseCase(5, 9, .random(density: density))
      layer.sharedRows = plan.sharesRows ? 4 : 1
      let mask = layer.mask()
      topology.rebuild(mask: mask.map { $0 == 0 ? 0 : 77 })
      #expect(Array(topology.keptMask.elements) == mask)
      #expect(topology.keptCount == mask.count { $0 == 1 })
    }
  }

  @Test("rebuilding leaves nothing of the previous kept set", arguments: SparsePlan.here)
  func rebuilding(plan: SparsePlan) {
    var layer = SparseCase(70, 200, .random(density: 0.5))
    layer.plan = plan
    layer.sharedRows = plan.sharesRows ? 4 : 1
    let fresh = layer.topology()
    let reused = SparseTopology(
      shape: layer.shape, capacity: layer.shape.weightCount, plan: plan)
    reused.rebuild(mask: [UInt8](repeating: 1, count: layer.shape.weightCount))
    reused.rebuild(mask: layer.mask())
    #expect(reused.positionCount == fresh.positionCount)
    let count = fresh.positionCount
    #expect(
      Array(reused.denseIndex.elements.prefix(count))
        == Array(fresh.denseIndex.elements.prefix(count)))
  }

  @Test("rows lie block by block, by falling count, inputs rising", arguments: [128, 256])
  func rowOrder(blockInputs: Int) {
    let plan = blockInputs == 128 ? SparsePlan.rows : .wideRows
    for var layer in SparseCase.shapes {
      layer.plan = plan
      let (topology, mask) = (layer.topology(), layer.mask())
      var expected: [Int] = []
      let inputs = layer.shape.inputs
      for start in stride(from: 0, to: inputs, by: blockInputs) {
        let kept = (0..<layer.shape.outputs).map { row in
          (start..<min(inputs, start + blockInputs)).filter { mask[row * inputs + $0] != 0 }
        }
        // the sort of the standard library is stable
        for row in (0..<layer.shape.outputs).sorted(by: { kept[$0].count > kept[$1].count }) {
          expected += kept[row].map { row * inputs + $0 }
        }
      }
      #expect(topology.denseIndex.elements.prefix(expected.count).map(Int.init) == expected)
      #expect(topology.positionCount == expected.count)
    }
  }
}

@Suite("Choice of plans")
struct SparsePlanTests {
  private func choice(
    _ outputs: Int, _ inputs: Int, density: Double, sharesRows: Bool = false
  ) -> SparsePlan {
    let shape = LayerShape(outputs: outputs, inputs: inputs)
    return SparsePlan.cheapest(
      for: SparseWork(
        shape: shape, keptCount: Int(Double(shape.weightCount) * density), sharesRows: sharesRows),
      on: .avx512)
  }

  @Test("few weights take wide blocks, most weights dense products, shared rows their own kernels")
  func byDensity() {
    #expect(choice(256, 256, density: 0.5) == .rows)
    #expect(choice(256, 256, density: 0.02) == .wideRows)
    #expect(choice(256, 256, density: 0.95) == .masked)
    #expect(choice(256, 256, density: 0.5, sharesRows: true) == .sharedRows)
    #expect(choice(256, 256, density: 1, sharesRows: true) == .masked)
  }

  @Test("a tuning decides where it names a plan that can serve the layer")
  func tuning() throws {
    let work = SparseWork(shape: LayerShape(outputs: 8, inputs: 8), keptCount: 6)
    var kernels = KernelArithmetic.fastest
    kernels.tuning = try SparseTuning(plans: [work.name: "masked"])
    #expect(kernels.plan(for: work) == .masked)
    kernels.tuning = try SparseTuning(plans: [work.name: "shared-rows"])
    #expect(kernels.plan(for: work) != .sharedRows)
    #expect(throws: UserError.self) { try SparseTuning(plans: [work.name: "mask"]) }
  }
}
