import Coppice

/// Drops the weakest weights of a layer now and then, and grows in the rows that are the strongest.
///
/// A row whose kept weights are large is listened to, so it may hear more. A method of one's own takes this
/// file and a line in a catalogue, and then works with every agent, checkpoint and resume.
struct StrongRows: SparsityMethod {
  struct Configuration: Codable, Sendable, Equatable {
    var allocation = Allocation()
    var schedule = RevisionSchedule(interval: 200)
    var fraction = 0.1
  }

  static let name = "strong-rows"
  static let summary = "the weakest weights leave and as many enter in the strongest rows"
  static let example = "strong-rows@80%"
  static let defaults = Configuration()

  let configuration: Configuration
  let sparsity: Double
  let schedule: RevisionSchedule

  init(_ configuration: Configuration, for request: SparsityRequest) throws(UserError) {
    sparsity = try request.requiredSparsity(Self.name)
    try request.refuseSharedRows(Self.name)
    try request.check(configuration.allocation)
    schedule = try request.schedule(configuration.schedule)
    self.configuration = configuration
  }

  var namedLayers: [String] { configuration.allocation.namedLayers }

  func covers(_ sites: [LayerSite]) -> [Bool] {
    configuration.allocation.covers(sites, sparsity: sparsity)
  }

  func isDue(after step: Int, role: NetworkRole) -> Bool {
    schedule.isDue(after: step, role: role)
  }

  func start<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    configuration.allocation.start(layers, sparsity: sparsity, key: key)
  }

  func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {
    for layer in layers {
      let count = Int(configuration.fraction * Double(layer.keptCount))
      layer.rank(.kept, by: .magnitude, key: key)
      layer.dropWeakest(count)
      grow(count, in: layer)
    }
  }

  /// Fills the strongest rows up, from their first input on.
  private func grow<Scalar: NetworkScalar>(_ count: Int, in layer: LayerView<Scalar>) {
    let inputs = layer.shape.inputs
    let strength = (0..<layer.shape.outputs).map { row in
      (0..<inputs).reduce(0.0) { sum, column in
        let weight = row * inputs + column
        return layer.mask[weight] == 0 ? sum : sum + Double(abs(layer.weights[weight]))
      }
    }
    var left = count
    for row in strength.indices.sorted(by: { strength[$0] > strength[$1] }) {
      for weight in (row * inputs)..<((row + 1) * inputs) where left > 0 {
        if layer.mask[weight] != 0 { continue }
        layer.mask[weight] = 1
        left -= 1
      }
    }
  }
}
