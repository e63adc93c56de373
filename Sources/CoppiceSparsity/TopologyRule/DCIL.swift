public import CoppiceRandom
public import CoppiceTensors

/// Dynamic collective intelligence learning: pruned weights get refined gradients, from a second path
/// in which they take part.
///
/// The network is evaluated twice on every batch, with its kept weights and with all of them, and a
/// weight learns from the path that it is judged in: g = m G_sparse + (1 − m) G_full. Biases and dense
/// layers are each path's own. Only the sparse path acts and is deployed.
///
/// ## Randomness
/// None.
///
/// - Complexity: about a dense update and a sparse one; O(`O·I`) at a revision.
///
/// ## Source
/// Kim, Yoo, Song, Yoo, Kwak 2023, "Finding Efficient Pruned Network via Refined Gradients for Pruned
/// Weights" (arXiv 2109.04660), as in the authors' code: global ranking by w² every 16 steps, cubic
/// growth until 225 of 300 epochs, mutual distillation from epoch 70 on with temperature 2.
/// **Differences**: in networks of linear layers the output layer stays dense and is each path's own.
/// Value functions and policies, which the paper does not treat, are drawn together by the squared
/// difference of their outputs.
public struct DCIL: SparsityMethod {
  /// Every switch of the method.
  public struct Configuration: Codable, Sendable, Equatable {
    /// Which layers take part; the ranking deals out the zeros.
    public var allocation = DynamicPruning.Configuration().allocation
    /// When masks change, and until when the sparsity grows.
    public var growth = DynamicPruning.Configuration().growth
    /// What the term that draws the paths together is multiplied by; 0 for none.
    public var collaboration = 1.0
    /// The fraction of the training from which on the term counts.
    public var collaborationStart = 70.0 / 300
    /// T of the distillation of class scores.
    public var temperature = 2.0

    /// The settings of the authors' code for residual networks.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case allocation
      case growth
      case collaboration
      case collaborationStart = "collaboration_start"
      case temperature
    }
  }

  /// `dcil`.
  public static let name = "dcil"
  /// For the catalogue.
  public static let summary =
    "the largest weights of all layers are kept, the others learn in a second, dense path (DCIL)"
  /// `dcil@90%`.
  public static let example = "dcil@90%"
  /// The settings of the authors' code.
  public static let defaults = Configuration()

  /// Every switch of the method.
  public let configuration: Configuration
  /// The fraction of zeros in the end, over the sparse layers.
  public let sparsity: Double
  private let pruning: FeedbackPruning
  private let collaboration: Collaboration

  /// The rule; see ``SparsityMethod``.
  public init(_ configuration: Configuration, for request: SparsityRequest) throws(UserError) {
    sparsity = try request.requiredSparsity(Self.name)
    try request.refuseSharedRows(Self.name)
    try SparsityRequest.check("collaboration", configuration.collaboration, 0...1e6)
    try SparsityRequest.check("collaboration_start", configuration.collaborationStart)
    try SparsityRequest.check("temperature", configuration.temperature, 0.01...1000)
    pruning = try FeedbackPruning(
      allocation: configuration.allocation, growth: configuration.growth, sparsity: sparsity,
      request)
    let horizon = try request.schedule(configuration.growth, named: "growth").horizon
    collaboration = Collaboration(
      weight: configuration.collaboration, temperature: configuration.temperature,
      firstStep: Int((configuration.collaborationStart * Double(horizon)).rounded()))
    self.configuration = configuration
  }

  /// The gradient of the path in which the weight takes part.
  public var gradientPolicy: GradientPolicy { .collaborative(collaboration) }

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
