import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Allocations")
struct AllocationTests {
  private func sites(_ sizes: [Int], _ name: String = "actor") -> [LayerSite] {
    LayerSite.all(sizes: sizes, role: NetworkRole(name))
  }

  @Test(
    "Erdős–Rényi proportions of the networks of MuJoCo tasks",
    arguments: [
      ([17, 256, 256, 6], 0.50, [0, 0.5449, 0]), ([17, 256, 256, 6], 0.75, [0, 0.8174, 0]),
      ([17, 256, 256, 6], 0.90, [0.5519, 0.9442, 0]),
      ([17, 256, 256, 6], 0.95, [0.7860, 0.9733, 0.4181]),
      ([23, 256, 256, 1], 0.90, [0.5859, 0.9317, 0]),
      ([23, 256, 256, 1], 0.95, [0.8006, 0.9671, 0]),
      ([111, 256, 256, 8], 0.90, [0.8890, 0.9329, 0]),
      ([376, 256, 256, 17], 0.95, [0.9615, 0.9542, 0.6322]),
    ])
  func erdosRenyi(sizes: [Int], sparsity: Double, expected: [Double]) {
    let found = Allocation().sparsities(of: sites(sizes), sparsity: sparsity)
    for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-4) }
    // the budget is met
    let layers = sites(sizes)
    let zeros = zip(layers, found).reduce(0) { $0 + Double($1.0.shape.weightCount) * $1.1 }
    let all = layers.reduce(0) { $0 + Double($1.shape.weightCount) }
    #expect(abs(zeros / all - sparsity) < 1e-9)
  }

  @Test("λ gives the published densities, clamped to dense, and is scaled to a sparsity")
  func lambda() {
    var allocation = Allocation()
    allocation.kind = .lambda
    allocation.lambda = [7, 64]
    allocation.maskOutputLayer = false
    let actor = allocation.sparsities(of: sites([17, 256, 256, 6]), sparsity: nil)
    let critic = allocation.sparsities(of: sites([23, 256, 256, 1]), sparsity: nil)
    for (one, other) in zip(actor + critic, [0.5609, 0.5, 0, 0.6683, 0.5, 0]) {
      #expect(abs(one - other) < 1e-4)
    }
    allocation.lambda = [100, 64]
    #expect(allocation.sparsities(of: sites([17, 256, 256, 6]), sparsity: nil)[0] == 0)
    allocation.lambda = [7, 64]
    let scaled = allocation.sparsities(of: sites([17, 256, 256, 6]), sparsity: 0.8)
    #expect(abs((scaled[0] * 4352 + scaled[1] * 65536) / 69888 - 0.8) < 1e-9)
    #expect(scaled[2] == 0)
    #expect(abs((1 - scaled[0]) / (1 - scaled[1]) - 0.4391 / 0.5) < 1e-3)
  }

  @Test("single layers and networks can be told, the most particular name counts")
  func overrides() {
    var allocation = Allocation()
    allocation.kind = .uniform
    allocation.layers = ["layer-1": 0, "critic.layer-2": 0.25, "critic-2.layer-2": 0.75]
    allocation.networks = ["actor": 0.6, "critic": 0.8]
    let found = ["actor", "critic-1", "critic-2", "other"].map {
      allocation.sparsities(of: sites([8, 8, 8, 8], $0), sparsity: 0.5)
    }
    #expect(
      found == [[0, 0.6, 0.6], [0, 0.25, 0.8], [0, 0.75, 0.8], [0, 0.5, 0.5]])
    #expect(allocation.covers(sites([8, 8, 8, 8], "actor"), sparsity: 0.5) == [false, true, true])
    let named =
      ["critic-2.layer-2", "critic.layer-2", "layer-1"] + ["actor.layer-1", "critic.layer-1"]
    #expect(allocation.namedLayers == named)
  }

  @Test("first and output layer can stay dense, and fractions can be given")
  func places() {
    var allocation = Allocation()
    allocation.kind = .given
    allocation.given = [0.1, 0.2]
    allocation.maskFirstLayer = false
    #expect(allocation.sparsities(of: sites([4, 4, 4, 4]), sparsity: nil) == [0, 0.1, 0.2])
    allocation.maskOutputLayer = false
    #expect(allocation.sparsities(of: sites([4, 4, 4, 4]), sparsity: nil) == [0, 0.1, 0])
  }

  @Test(
    "fractions for every layer stand in place of one for all, but where all layers are ranked together"
  )
  func givenToMethods() throws {
    var given = Allocation()
    (given.kind, given.given) = (.given, [0.5, 0])
    var (set, rigl) = (SET.defaults, RigL.defaults)
    var (gradual, once) = (GradualPruning.defaults, OneShotPruning.defaults)
    var (dcil, dpf) = (DCIL.defaults, DynamicPruning.defaults)
    (set.allocation, rigl.allocation, gradual.allocation) = (given, given, given)
    (once.allocation, dcil.allocation, dpf.allocation) = (given, given, given)
    (gradual.scope, once.scope) = (.local, .local)
    let (none, some) = (SparsityRequest(), SparsityRequest(sparsity: 0.9))
    let rules: [any TopologyRule] = [
      try SET(set, for: none), try RigL(rigl, for: none), try GradualPruning(gradual, for: none),
      try OneShotPruning(once, for: none),
    ]
    for rule in rules { #expect(rule.covers(sites([16, 16, 16, 16])) == [true, false, false]) }
    #expect(throws: UserError.self) { try SET(set, for: some) }
    #expect(throws: UserError.self) { try GradualPruning(gradual, for: some) }
    (gradual.scope, once.scope) = (.global, .global)
    for refused in [
      { try GradualPruning(gradual, for: some) }, { try OneShotPruning(once, for: some) },
      { try DCIL(dcil, for: some) }, { try DynamicPruning(dpf, for: some) },
    ] as [() throws -> any TopologyRule] {
      let error = #expect(throws: UserError.self) { _ = try refused() }
      #expect(error?.expected.contains("all layers together") == true)
    }
  }

  @Test("values that make no sense are refused")
  func refuses() {
    for change: (inout Allocation) -> Void in [
      { $0.given = [1] }, { $0.layers = ["layer-1": -0.1] }, { $0.networks = ["actor": .nan] },
      { $0.lambda = [0] }, { $0.kind = .lambda }, { $0.kind = .given }, { $0.power = -1 },
      { ($0.kind, $0.power) = (.uniform, 3) },
      { ($0.kind, $0.given, $0.networks) = (.given, [0.5], ["actor": 0.9]) },
    ] {
      var allocation = Allocation()
      change(&allocation)
      #expect(throws: UserError.self) { try allocation.validate() }
    }
  }
}
