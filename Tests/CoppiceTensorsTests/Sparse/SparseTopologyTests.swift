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
    _ outputs: Int, _ inputs: Int, density: Double, sharesRows: Bool = false,
    on set: InstructionSet = .avx512
  ) -> SparsePlan {
    let shape = LayerShape(outputs: outputs, inputs: inputs)
    return SparsePlan.cheapest(
      for: SparseWork(
        shape: shape, keptCount: Int(Double(shape.weightCount) * density), sharesRows: sharesRows),
      on: set)
  }

  @Test("few weights take wide blocks, most weights dense products, shared rows their own kernels")
  func byDensity() {
    #expect(choice(256, 256, density: 0.5) == .rows)
    #expect(choice(256, 256, density: 0.02) == .wideRows)
    #expect(choice(256, 256, density: 0.95) == .masked)
    #expect(choice(256, 256, density: 0.5, sharesRows: true) == .sharedRows)
    #expect(choice(256, 256, density: 1, sharesRows: true) == .masked)
  }

  @Test("few weights are not multiplied as if there were many, however small the layer")
  func smallLayers() {
    for set in InstructionSet.allCases {
      for (outputs, inputs) in [(1, 256), (6, 256), (17, 256), (256, 3), (256, 17), (256, 348)] {
        #expect(choice(outputs, inputs, density: 0.1, on: set) != .masked)
        #expect(choice(outputs, inputs, density: 0.1, sharesRows: true, on: set) != .masked)
      }
      #expect(choice(256, 256, density: 0.95, on: set) == .masked)
      #expect(choice(256, 256, density: 0.5, sharesRows: true, on: set) == .sharedRows)
    }
  }

  @Test("a layer without gradients for its inputs has a plan as well")
  func firstLayer() {
    let work = SparseWork(
      shape: LayerShape(outputs: 256, inputs: 17), keptCount: 435, gradientColumnCount: 0)
    #expect(SparsePlan.cheapest(for: work, on: .avx512) != .masked)
  }

  @Test("a plan that rounds is refused where the run does not, and a layer beyond all sizes always")
  func refusedTuning() throws {
    let rounding = try SparseTuning(plans: ["64x64-410": "dense-bf16"])
    let error = try #require(throws: UserError.self) { try rounding.check(for: .float32) }
    #expect(error.found.contains("dense-bf16") && error.expected.contains("rows"))
    #expect(!error.expected.contains("bf16"))
    try rounding.check(for: .bfloat16)
    #expect(throws: UserError.self) {
      try SparseTuning(plans: ["99999999999x9999999999-1": "rows"])
    }
  }

  @Test("a tuning decides where it names a plan that can serve the layer")
  func tuning() throws {
    let work = SparseWork(shape: LayerShape(outputs: 8, inputs: 8), keptCount: 6)
    var kernels = KernelArithmetic.fastest
    kernels.tuning = try SparseTuning(plans: [work.name: "masked"])
    #expect(kernels.plan(for: work) == .masked)
  }

  @Test("the name of a layer says all that matters, and is read back")
  func names() {
    let shape = LayerShape(outputs: 8, inputs: 6)
    for (work, name) in [
      (SparseWork(shape: shape, keptCount: 6), "8x6-6"),
      (SparseWork(shape: shape, keptCount: 48, sharesRows: true), "8x6-48-shared"),
      (SparseWork(shape: shape, keptCount: 7, gradientColumnCount: 0), "8x6-7-g0"),
      (
        SparseWork(shape: shape, keptCount: 8, sharesRows: true, gradientColumnCount: 2),
        "8x6-8-shared-g2"
      ),
    ] {
      #expect(work.name == name)
      #expect(SparseWork(name: name) == work)
    }
  }

  @Test(
    "a tuning that makes no sense is refused with a reason",
    arguments: [
      ("8x8-6", "mask", "\"masked\""), ("8x8-6", "shared-rows", "tune"), ("8x8", "rows", "tune"),
      ("8x8-65", "rows", "tune"), ("8x8-6-g9x", "rows", "tune"), ("", "rows", "tune"),
      ("8x8-06", "rows", "tune"), ("8x8-6-g8", "rows", "tune"), ("-8x8-6", "rows", "tune"),
    ])
  func badTuning(layer: String, plan: String, remedy: String) {
    let error = #expect(throws: UserError.self) { try SparseTuning(plans: [layer: plan]) }
    #expect(error?.kind == .configuration)
    #expect(error?.found.contains(layer) == true)
    #expect(error?.action.contains(remedy) == true, "\(error?.description ?? "")")
  }
}
