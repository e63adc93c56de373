public import CoppiceRandom
public import CoppiceTensors

/// Drops the weakest weights now and then and grows as many at random.
///
/// The cheapest way to let a topology search: it asks for no gradients. Each layer keeps its count.
///
/// ## Randomness
/// The first masks, and where weights grow.
///
/// - Complexity: O(`O·I`) at a revision, nothing otherwise. Nothing is allocated.
///
/// ## Source
/// Mocanu, Mocanu, Stone, Nguyen, Gibescu, Liotta 2018, "Scalable training of artificial neural
/// networks with adaptive sparse connectivity", Nature Communications 9, in the form that Graesser,
/// Evci, Elsen, Castro 2022, "The State of Sparse Training in Deep Reinforcement Learning", arXiv
/// 2206.10369, used for reinforcement learning: the fraction falls like a cosine, grown weights start
/// at zero.
/// **Differences**: `drop = "by-sign"` and `decay = "constant"` give the original's rule; the weights
/// that it grows start at zero here as well.
public struct SET: SparsityMethod {
  /// Which weights leave.
  public enum Drop: String, Codable, Sendable, CaseIterable {
    /// Those with the smallest magnitudes.
    case magnitude
    /// The fraction of the positive ones and of the negative ones that are nearest to zero.
    case bySign = "by-sign"
  }

  /// Every switch of the method.
  public struct Configuration: Codable, Sendable, Equatable {
    /// How the zeros are dealt out to the layers.
    public var allocation = Allocation()
    /// When masks change.
    public var schedule = RevisionSchedule(interval: 1000, end: 0.8)
    /// The fraction of the kept weights that are replaced at first.
    public var dropFraction = 0.5
    /// How the fraction changes over the schedule.
    public var decay = ReplacementDecay.cosine
    /// Which weights leave.
    public var drop = Drop.magnitude

    /// The settings that Graesser and others use for SAC on MuJoCo tasks.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case allocation
      case schedule
      case dropFraction = "drop_fraction"
      case decay
      case drop
    }
  }

  /// `set`.
  public static let name = "set"
  /// For the catalogue.
  public static let summary = "the weakest weights leave and as many enter at random (SET)"
  /// `set@90%`.
  public static let example = "set@90%"
  /// The settings of Graesser et al.
  public static let defaults = Configuration()

  /// Every switch of the method.
  public let configuration: Configuration
  /// The fraction of zeros; nothing where the allocation decides it.
  public let sparsity: Double?
  private let schedule: RevisionSchedule

  /// The rule; see ``SparsityMethod``.
  public init(_ configuration: Configuration, for request: SparsityRequest) throws(UserError) {
    sparsity = try request.sparsity(Self.name, unless: configuration.allocation)
    try request.refuseSharedRows(Self.name)
    try request.check(configuration.allocation)
    try SparsityRequest.check("drop_fraction", configuration.dropFraction)
    schedule = try request.schedule(configuration.schedule)
    self.configuration = configuration
  }

  /// Layers that the allocation names.
  public var namedLayers: [String] { configuration.allocation.namedLayers }

  /// The layers with zeros.
  public func covers(_ sites: [LayerSite]) -> [Bool] {
    configuration.allocation.covers(sites, sparsity: sparsity)
  }

  /// On schedule.
  public func isDue(after step: Int, role: NetworkRole) -> Bool {
    schedule.isDue(after: step, role: role)
  }

  /// Draws the masks.
  public func start<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    configuration.allocation.start(layers, sparsity: sparsity, key: key)
  }

  /// Drops and grows.
  public func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {
    let fraction =
      configuration.dropFraction * configuration.decay.factor(at: schedule.progress(at: step))
    for layer in layers {
      switch configuration.drop {
      case .magnitude:
        layer.replace(Int(fraction * Double(layer.keptCount)), by: .random, key: key)
      case .bySign:
        var dropped = drop(fraction, .keptPositive, of: layer, key: key)
        dropped += drop(fraction, .keptNegative, of: layer, key: key)
        layer.rank(.missing, by: .random, key: key)
        layer.keepStrongest(dropped)
      }
    }
  }
  private func drop<Scalar: NetworkScalar>(
    _ fraction: Double, _ sign: RankedWeights, of layer: LayerView<Scalar>, key: RandomKey
  ) -> Int {
    let there = layer.rank(sign, by: .magnitude, key: key)
    return layer.dropNearZero(sign, Int(fraction * Double(there)), key: key)
  }
}
