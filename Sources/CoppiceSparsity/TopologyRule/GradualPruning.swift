public import CoppiceRandom
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Begins with a dense network and removes the weakest weights for good, quickly at first and slowly
/// towards the end.
///
/// The method to beat in value-based learning: the network is dense while it matters most. It costs as
/// much as a dense one at first, and layers are stored anew as they thin out.
///
/// ## Randomness
/// None, unless weights are scored at random.
///
/// - Complexity: O(`O·I`) at a revision, nothing otherwise. A revision allocates where a layer is
///   stored by another plan from then on: a few times in a training.
///
/// ## Source
/// Zhu and Gupta 2017, "To prune, or not to prune", arXiv 1710.01878, equation 1; in reinforcement
/// learning Obando-Ceron, Courville, Castro 2024, "In value-based deep reinforcement learning, a
/// pruned network is a good network", arXiv 2402.12479: from 20 % to 80 % of the training, every 1,000
/// gradient steps, proportions of Erdős and Rényi.
/// **Differences**: masks are chosen right after the update of the step, not before that of the next,
/// which is the same; targets share the masks, where the paper's copy has those of the last copy.
public struct GradualPruning: SparsityMethod {
  /// Over what weights are ranked.
  public enum Scope: String, Codable, Sendable, CaseIterable {
    /// Every layer by itself, to its own sparsity.
    case local
    /// All sparse layers of a network together.
    case global
  }

  /// Every switch of the method.
  public struct Configuration: Codable, Sendable, Equatable {
    /// How the zeros are dealt out to the layers; with `scope = "global"` only which take part.
    public var allocation = Allocation()
    /// When masks change, and from when to when the sparsity grows.
    public var schedule = RevisionSchedule(interval: 1000, start: 0.2, end: 0.8)
    /// Over what weights are ranked.
    public var scope = Scope.local
    /// By what.
    public var score = WeightScore.magnitude
    /// The exponent of the schedule.
    public var exponent = 3.0

    /// The settings of Obando-Ceron et al.
    public init() {}
  }

  /// `gmp`.
  public static let name = "gmp"
  /// For the catalogue.
  public static let summary =
    "dense at first, then the weakest weights leave for good, to the sparsity at 80 % of training"
  /// `gmp@90%`.
  public static let example = "gmp@90%"
  /// The settings of Obando-Ceron et al.
  public static let defaults = Configuration()

  /// Every switch of the method.
  public let configuration: Configuration
  /// The fraction of zeros in the end; nothing where the allocation decides it.
  public let sparsity: Double?
  private let schedule: RevisionSchedule

  /// The rule; see ``SparsityMethod``.
  public init(_ configuration: Configuration, for request: SparsityRequest) throws(UserError) {
    sparsity = try request.sparsity(
      Self.name, unless: configuration.allocation, scope: configuration.scope)
    try request.refuseSharedRows(Self.name)
    try request.check(configuration.allocation, beginsSparse: false, scope: configuration.scope)
    try SparsityRequest.check("exponent", configuration.exponent, 0.01...100)
    schedule = try request.schedule(configuration.schedule)
    self.configuration = configuration
  }

  /// The count falls.
  public var keepsCount: Bool { false }

  /// Where the score is made of them.
  public var needsGradients: Bool { configuration.score.needsGradient }

  /// Layers that the allocation names.
  public var namedLayers: [String] { configuration.allocation.namedLayers }

  /// The layers that will have zeros.
  public func covers(_ sites: [LayerSite]) -> [Bool] {
    configuration.allocation.covers(sites, sparsity: sparsity, scope: configuration.scope)
  }

  /// On schedule, and at its end.
  public func isDue(after step: Int, role: NetworkRole) -> Bool {
    schedule.isDue(after: step, role: role, closing: true)
  }

  /// The fraction of the final sparsity that a network reaches at `step`: 1 − (1 − u)³, and 1 where the
  /// schedule ends for it.
  public func share(at step: Int, role: NetworkRole) -> Double {
    schedule.closes(after: step, role: role) ? 1 : schedule.grown(at: step, configuration.exponent)
  }

  /// Keeps everything.
  public func start<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    for layer in layers { layer.mask.fill(1) }
  }

  /// Removes the weakest.
  public func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {
    guard let role = layers.first?.site.role else { return }
    configuration.allocation.prune(
      layers, sparsity: sparsity, share: share(at: step, role: role), scope: configuration.scope,
      by: configuration.score, key: key)
  }
}

extension RevisionSchedule {
  /// 1 − (1 − u)ᵉ, where u is how far the schedule is: equation 1 of Zhu and Gupta from 0 to 1.
  func grown(at step: Int, _ exponent: Double) -> Double {
    1 - pow(1 - progress(at: step), exponent)
  }
}
