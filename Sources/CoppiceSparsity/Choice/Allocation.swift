public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the zeros of a network are dealt out to its layers.
///
/// ```swift
/// var allocation = Allocation()
/// allocation.kind = .uniform
/// allocation.layers["actor.layer-1"] = 0   // dense
/// ```
///
/// ## Source
/// `erdos-renyi-kernel`: Evci et al. 2020, "Rigging the Lottery", arXiv 1911.11134, which scales the
/// densities of Mocanu et al. 2018 to the sparsity that is asked for. `lambda`: Sokar et al. 2022,
/// "Dynamic Sparse Training for Deep Reinforcement Learning", equation 1.
/// **Differences**: counts are rounded once for each layer, not floored at every stage.
public struct Allocation: Codable, Sendable, Equatable {
  /// The rule that deals out the zeros.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The same fraction in every layer.
    case uniform
    /// Densities proportional to the sum of a layer's sizes over their product, so that small layers
    /// stay denser; a layer that would be more than dense is dense, and the others make up for it.
    case erdosRenyi = "erdos-renyi-kernel"
    /// The same proportion with given factors, λ (inputs + outputs) / (inputs × outputs), at most 1.
    case lambda
    /// The fractions in `given`.
    case given
  }

  /// The rule that deals out the zeros.
  public var kind = Kind.erdosRenyi
  /// The exponent of the proportion of `erdos-renyi-kernel`; 1 in its source.
  public var power = 1.0
  /// λ of the layers, first to last; the last one counts for all that follow.
  public var lambda: [Double] = []
  /// The sparsity of the layers, first to last; the last one counts for all that follow.
  public var given: [Double] = []
  /// The sparsity of single layers, by name, which are then no part of what is dealt out to the others.
  ///
  /// Names are `layer-2`, `critic.layer-2`, `critic-1.layer-2`; the most particular one counts.
  public var layers: [String: Double] = [:]
  /// The sparsity of single networks, by name: `actor`, `critic`, `critic-1`.
  public var networks: [String: Double] = [:]
  /// Whether the layer that reads the inputs is sparse.
  public var maskFirstLayer = true
  /// Whether the layer that gives the outputs is sparse.
  public var maskOutputLayer = true
  /// What the initial weights of sparse layers are.
  public var initialisation = Initialisation.dense

  /// The proportion of Erdős and Rényi in all layers.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case kind
    case power
    case lambda
    case given
    case layers
    case networks
    case maskFirstLayer = "mask_first_layer"
    case maskOutputLayer = "mask_output_layer"
    case initialisation
  }

  /// Checks every value.
  ///
  /// - Throws: `UserError` of kind `configuration` that names the first bad one.
  public func validate() throws(UserError) {
    let named = { (table: String, values: [String: Double]) in
      values.sorted { $0.key < $1.key }.map { ("\(table).\"\($0.key)\"", $0.value) }
    }
    let fractions = given.map { ("given", $0) } + named("layers", layers)
    for (name, value) in fractions + named("networks", networks) where !(0..<1).contains(value) {
      throw bad(name, "\(value)", "at least 0 and less than 1")
    }
    for value in lambda where !(value > 0 && value.isFinite) {
      throw bad("lambda", "\(value)", "a positive number")
    }
    guard power >= 0, power.isFinite else { throw bad("power", "\(power)", "0 or more") }
    if kind == .lambda, lambda.isEmpty { throw bad("lambda", "nothing", "a number for each layer") }
    if kind == .given, given.isEmpty { throw bad("given", "nothing", "a number for each layer") }
    if kind != .given, !given.isEmpty {
      throw bad(
        "given", "\(given)", "kind = \"given\" with it, for \(kind.rawValue) does not read it")
    }
    if kind != .erdosRenyi, power != 1 {
      throw bad(
        "power", "\(power)",
        "kind = \"erdos-renyi-kernel\" with it, for \(kind.rawValue) does not read it")
    }
    if kind == .given, let network = networks.keys.min() {
      throw bad(
        "networks.\"\(network)\"", "\(networks[network] ?? 0)",
        "another kind with it, for given has a fraction for every layer")
    }
  }

  private func bad(_ name: String, _ value: String, _ expected: String) -> UserError {
    UserError(
      .configuration, found: "allocation.\(name) = \(value)", expected: expected,
      action: "change sparsity_options.allocation")
  }

  // MARK: Dealing out

  /// The sparsity of every layer of a network.
  ///
  /// - Parameters:
  ///   - sites: All layers of a network, first to last.
  ///   - sparsity: The fraction of zeros over all layers that take part; nothing where the allocation
  ///     decides it.
  /// - Returns: A fraction for each layer, 0 for those that stay dense.
  public func sparsities(of sites: [LayerSite], sparsity: Double?) -> [Double] {
    let own = sites.map(override)
    let free = sites.indices.filter { own[$0] == nil && takesPart(sites[$0]) }
    let wanted = sites.first.flatMap(networkSparsity) ?? sparsity
    var result = own.map { $0 ?? 0 }
    for (index, value) in zip(free, dealt(to: free.map { sites[$0] }, sparsity: wanted)) {
      result[index] = value
    }
    return result
  }

  /// Which layers become sparse.
  public func covers(_ sites: [LayerSite], sparsity: Double?) -> [Bool] {
    zip(sites, sparsities(of: sites, sparsity: sparsity)).map { site, sparsity in
      Self.keptCount(of: site.shape, sparsity: sparsity) < site.shape.weightCount
    }
  }

  /// The names of layers that the allocation mentions, and of every network its first layer.
  public var namedLayers: [String] {
    layers.keys.sorted() + networks.keys.sorted().map { "\($0).layer-1" }
  }

  /// How many weights a layer keeps at `sparsity`: at least one.
  static func keptCount(of shape: LayerShape, sparsity: Double) -> Int {
    max(1, Int((Double(shape.weightCount) * (1 - sparsity)).rounded()))
  }

  private func override(_ site: LayerSite) -> Double? {
    site.names.lazy.compactMap { layers[$0] }.first
  }

  /// The sparsity that the network of a layer was told, if any.
  func networkSparsity(_ site: LayerSite) -> Double? {
    let name = site.role.name
    return networks[name] ?? name.lastIndex(of: "-").flatMap { networks[String(name[..<$0])] }
  }

  private func takesPart(_ site: LayerSite) -> Bool {
    switch site.place {
    case .first: maskFirstLayer
    case .output: maskOutputLayer
    case .hidden: true
    }
  }

  private func dealt(to sites: [LayerSite], sparsity: Double?) -> [Double] {
    switch kind {
    case .uniform: return sites.map { _ in sparsity ?? 0 }
    case .given: return sites.indices.map { given[min($0, given.count - 1)] }
    case .erdosRenyi: return proportional(sites, sparsity: sparsity ?? 0)
    case .lambda: return scaledLambda(sites, sparsity: sparsity)
    }
  }

  /// (inputs + outputs) / (inputs × outputs).
  private static func proportion(_ shape: LayerShape) -> Double {
    Double(shape.inputs + shape.outputs) / Double(shape.weightCount)
  }

  /// Densities ε r for every layer, where layers that would be more than dense are dense.
  private func proportional(_ sites: [LayerSite], sparsity: Double) -> [Double] {
    let counts = sites.map { Double($0.shape.weightCount) }
    let ratios = sites.map { pow(Self.proportion($0.shape), power) }
    var isDense = sites.map { _ in false }
    while true {
      var budget = 0.0
      var divisor = 0.0
      for index in sites.indices {
        budget += (isDense[index] ? -sparsity : 1 - sparsity) * counts[index]
        if !isDense[index] { divisor += ratios[index] * counts[index] }
      }
      guard divisor > 0 else { return sites.map { _ in sparsity } }
      let scale = budget / divisor
      let largest = sites.indices.filter { !isDense[$0] }.map { ratios[$0] }.max() ?? 0
      guard scale * largest > 1 else {
        return sites.indices.map { isDense[$0] ? 0 : max(0, 1 - scale * ratios[$0]) }
      }
      for index in sites.indices where ratios[index] == largest { isDense[index] = true }
    }
  }

  /// Densities λ r at most 1; with a sparsity all λ are multiplied by the factor that hits it.
  private func scaledLambda(_ sites: [LayerSite], sparsity: Double?) -> [Double] {
    let densities = sites.indices.map {
      lambda[min($0, lambda.count - 1)] * Self.proportion(sites[$0].shape)
    }
    let clamped = { (factor: Double) in densities.map { min(1, factor * $0) } }
    guard let sparsity else { return clamped(1).map { 1 - $0 } }
    let counts = sites.map { Double($0.shape.weightCount) }
    let wanted = (1 - sparsity) * counts.reduce(0, +)
    // the count rises with the factor, so halving an interval finds it
    var (low, high) = (0.0, 1 / (densities.min() ?? 1))
    for _ in 0..<200 {
      let middle = (low + high) / 2
      let kept = zip(clamped(middle), counts).reduce(0) { $0 + $1.0 * $1.1 }
      if kept < wanted { low = middle } else { high = middle }
    }
    return clamped(high).map { 1 - $0 }
  }
}
