public import CoppiceRandom
public import CoppiceTensors

/// Prunes with feedback: weights that are not kept get the gradient as if they were, and return when
/// they have grown.
///
/// Weights are ranked over all sparse layers together, so that layers find their own sparsity. Every
/// weight is stored and trained, so an update costs a dense weight gradient.
///
/// ## Randomness
/// None.
///
/// - Complexity: a dense weight gradient and a dense optimiser step in every update; O(`O·I`) at a
///   revision.
///
/// ## Source
/// Lin, Stich, Barba, Dmitriev, Jaggi 2020, "Dynamic Model Pruning with Feedback", with the schedule,
/// the interval of 16 steps and the strict threshold of the code of DCIL (see ``DCIL``), which uses it
/// as its baseline.
/// **Differences**: in a network of linear layers the output layer stays dense.
public struct DynamicPruning: SparsityMethod {
  /// Every switch of the method.
  public struct Configuration: Codable, Sendable, Equatable {
    /// Which layers take part; the ranking deals out the zeros.
    public var allocation: Allocation = {
      var allocation = Allocation()
      allocation.kind = .uniform
      allocation.maskOutputLayer = false
      return allocation
    }()
    /// When masks change, and until when the sparsity grows.
    public var growth = RevisionSchedule(interval: 16, end: 0.75)
    /// λ in g ← g + λ w for weights that are not kept; 0 is the plain straight-through estimator.
    public var inactiveDecay = 0.0

    /// The settings of DCIL's code for residual networks: the sparsity is reached at epoch 225 of 300.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case allocation
      case growth
      case inactiveDecay = "inactive_decay"
    }
  }

  /// `dpf`.
  public static let name = "dpf"
  /// For the catalogue.
  public static let summary =
    "the largest weights of all layers are kept, the others learn by straight-through gradients (DPF)"
  /// `dpf@90%`.
  public static let example = "dpf@90%"
  /// The settings of DCIL's code.
  public static let defaults = Configuration()

  /// Every switch of the method.
  public let configuration: Configuration
  /// The fraction of zeros in the end, over the sparse layers.
  public let sparsity: Double
  private let pruning: FeedbackPruning

  /// The rule; see ``SparsityMethod``.
  public init(_ configuration: Configuration, for request: SparsityRequest) throws(UserError) {
    sparsity = try request.requiredSparsity(Self.name)
    try request.refuseSharedRows(Self.name)
    try SparsityRequest.check("inactive_decay", configuration.inactiveDecay, 0...1e6)
    pruning = try FeedbackPruning(
      allocation: configuration.allocation, growth: configuration.growth, sparsity: sparsity,
      request)
    self.configuration = configuration
  }

  /// Straight-through, with the decay of the configuration.
  public var gradientPolicy: GradientPolicy {
    .straightThrough(decay: configuration.inactiveDecay)
  }

  /// They rest where they are trained.
  public var inactiveWeights: InactiveWeights { .remembered }

  /// The count falls, and varies from layer to layer.
  public var keepsCount: Bool { false }

  /// Layers that the allocation names.
  public var namedLayers: [String] { configuration.allocation.namedLayers }

  /// The layers that take part.
  public func covers(_ sites: [LayerSite]) -> [Bool] { pruning.covers(sites) }

  /// Every interval, to the end of the training.
  public func isDue(after step: Int, role: NetworkRole) -> Bool {
    pruning.isDue(after: step, role: role)
  }

  /// Keeps everything.
  public func start<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    for layer in layers { layer.mask.fill(1) }
  }

  /// Keeps the largest.
  public func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {
    pruning.revise(layers, after: step, key: key)
  }
}

/// A global ranking of all weights, kept or not, to a sparsity that grows: what DPF and DCIL share.
struct FeedbackPruning: Sendable {
  private let allocation: Allocation
  private let growth: RevisionSchedule
  private let always: RevisionSchedule
  private let sparsity: Double

  init(
    allocation: Allocation, growth: RevisionSchedule, sparsity: Double, _ request: SparsityRequest
  ) throws(UserError) {
    try request.check(allocation, beginsSparse: false, scope: .global)
    self.allocation = allocation
    self.sparsity = sparsity
    self.growth = try request.schedule(growth, named: "growth")
    var always = self.growth
    always.end = 1
    self.always = always
  }

  func covers(_ sites: [LayerSite]) -> [Bool] {
    allocation.covers(sites, sparsity: sparsity)
  }

  func isDue(after step: Int, role: NetworkRole) -> Bool { always.isDue(after: step, role: role) }

  /// Keeps the weights that are larger than the ⌊N s⌋-th smallest one, counted from 0, where s grows
  /// like 1 − (1 − u)³.
  func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {
    guard let site = layers.first?.site else { return }
    let reached = (allocation.networkSparsity(site) ?? sparsity) * growth.grown(at: step, 3)
    var all = 0
    for layer in layers {
      layer.mask.zero()
      all += layer.rank(.all, by: .magnitude, key: key)
    }
    LayerView.keepStrongest(Self.keptCount(of: all, sparsity: reached), of: layers)
  }

  /// N − ⌊N s⌋ − 1, at least 1.
  static func keptCount(of all: Int, sparsity: Double) -> Int {
    max(1, all - Int(Double(all) * sparsity) - 1)
  }
}
