public import CoppiceRandom
public import CoppiceTensors

/// Removes the weakest weights of a dense network all at once, and trains what is left.
///
/// With `at = 0` the masks are the largest initial weights, which for a network that was trained before
/// is pruning and fine-tuning. With `score = "saliency"` and `at_step = 1` they are those that the
/// loss of the first batch depends on most, as in SNIP.
///
/// ## Randomness
/// None, unless weights are scored at random.
///
/// - Complexity: O(`O·I`) once, and a dense weight gradient where the score needs one.
///
/// ## Source
/// The control of Han, Pool, Tran, Dally 2015, "Learning both Weights and Connections for Efficient
/// Neural Networks", arXiv 1506.02626, without its repetitions; the saliency of Lee, Ajanthan, Torr
/// 2019, "SNIP", arXiv 1810.02340.
/// **Differences**: layers get the proportions of Erdős and Rényi unless `scope` is `global`.
public struct OneShotPruning: SparsityMethod {
  /// Every switch of the method.
  public struct Configuration: Codable, Sendable, Equatable {
    /// How the zeros are dealt out to the layers; with `scope = "global"` only which take part.
    public var allocation = Allocation()
    /// At which fraction of the training weights leave.
    public var at = 0.5
    /// The gradient step after which they leave; as `at` says where it is 0.
    public var atStep = 0
    /// Over what weights are ranked.
    public var scope = GradualPruning.Scope.local
    /// By what.
    public var score = WeightScore.magnitude

    /// Half of the training dense, the other half to recover.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case allocation
      case at
      case atStep = "at_step"
      case scope
      case score
    }
  }

  /// `oneshot`.
  public static let name = "oneshot"
  /// For the catalogue.
  public static let summary =
    "dense at first, then the weakest weights leave all at once, by default at 50 % of training"
  /// `oneshot@90%`.
  public static let example = "oneshot@90%"
  /// Half of the training dense.
  public static let defaults = Configuration()

  /// Every switch of the method.
  public let configuration: Configuration
  /// The fraction of zeros in the end; nothing where the allocation decides it.
  public let sparsity: Double?
  private let step: Int
  private let horizon: Int

  /// The rule; see ``SparsityMethod``.
  public init(_ configuration: Configuration, for request: SparsityRequest) throws(UserError) {
    sparsity = try request.sparsity(
      Self.name, unless: configuration.allocation, scope: configuration.scope)
    try request.refuseSharedRows(Self.name)
    try request.check(configuration.allocation, beginsSparse: false, scope: configuration.scope)
    try SparsityRequest.check("at", configuration.at)
    try SparsityRequest.check("at_step", Double(configuration.atStep), 0...1e15)
    step =
      configuration.atStep > 0
      ? configuration.atStep : Int((configuration.at * Double(request.horizon)).rounded())
    horizon = request.horizon
    guard step <= horizon else {
      throw UserError(
        .configuration, found: "at_step = \(step) in a training of \(horizon) gradient steps",
        expected: "at most \(horizon)", action: "change sparsity_options.at_step, or train longer")
    }
    if step == 0, configuration.score.needsGradient {
      throw UserError(
        .configuration, found: "score \"\(configuration.score.rawValue)\" before the first step",
        expected: "at_step = 1 or later, when there is a gradient",
        action: "change sparsity_options")
    }
    self.configuration = configuration
  }

  /// The count falls once, unless it is chosen at the start.
  public var keepsCount: Bool { step == 0 }

  /// Where the score is made of them.
  public var needsGradients: Bool { configuration.score.needsGradient }

  /// Layers that the allocation names.
  public var namedLayers: [String] { configuration.allocation.namedLayers }

  /// The layers that will have zeros.
  public func covers(_ sites: [LayerSite]) -> [Bool] {
    configuration.allocation.covers(sites, sparsity: sparsity, scope: configuration.scope)
  }

  /// Once: on the first step from the chosen one on in which the network learns, or on the last one in
  /// which it does where none follows.
  public func isDue(after step: Int, role: NetworkRole) -> Bool {
    guard self.step > 0, role.learns(in: step) else { return false }
    return step >= self.step ? step - role.delay < self.step : step + role.delay > horizon
  }

  /// Keeps everything, or the strongest initial weights.
  public func start<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    for layer in layers { layer.mask.fill(1) }
    if step == 0 { prune(layers, key: key) }
  }

  /// Removes the weakest.
  public func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {
    prune(layers, key: key)
  }

  private func prune<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    configuration.allocation.prune(
      layers, sparsity: sparsity, scope: configuration.scope, by: configuration.score, key: key)
  }
}
