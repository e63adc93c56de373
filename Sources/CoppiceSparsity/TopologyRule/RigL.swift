public import CoppiceRandom
public import CoppiceTensors

/// Drops the weakest weights now and then and grows where the loss pulls hardest.
///
/// Choose it over ``SET`` when gradients are informative early; it asks for the gradients of every
/// weight on the steps on which masks change, and nothing else. Each layer keeps its count.
///
/// ## Randomness
/// The first masks alone; later ones follow from weights and gradients.
///
/// - Complexity: a dense weight gradient and O(`O·I`) at a revision, nothing otherwise. Nothing is
///   allocated after the first batch.
///
/// ## Source
/// Evci, Gale, Menick, Castro, Elsen 2020, "Rigging the Lottery: Making All Tickets Winners", arXiv
/// 1911.11134, algorithm 1; interval, fraction and end are those of Graesser et al. 2022, arXiv
/// 2206.10369, for SAC on MuJoCo tasks.
/// **Differences**: the gradient is that of one batch, as in the paper, summed as the loss is; moments
/// of grown weights start at zero, which the paper leaves open and its code does; the target network
/// shares the masks.
public struct RigL: SparsityMethod {
  /// Every switch of the method.
  public struct Configuration: Codable, Sendable, Equatable {
    /// How the zeros are dealt out to the layers.
    public var allocation = Allocation()
    /// When masks change.
    public var schedule = RevisionSchedule(interval: 1000, end: 0.8)
    /// α, the fraction of the kept weights that are replaced at first.
    public var dropFraction = 0.5
    /// How the fraction changes over the schedule.
    public var decay = ReplacementDecay.cosine
    /// By what the missing weights are ranked that may enter.
    public var growBy = WeightScore.gradient
    /// Whether weights move on the steps on which masks change; in the paper they rest.
    public var updateOnRevision = false

    /// The settings that Graesser and others use for SAC on MuJoCo tasks.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case allocation
      case schedule
      case dropFraction = "drop_fraction"
      case decay
      case growBy = "grow_by"
      case updateOnRevision = "update_on_revision"
    }
  }

  /// `rigl`.
  public static let name = "rigl"
  /// For the catalogue.
  public static let summary =
    "the weakest weights leave and those with the largest gradients enter (RigL)"
  /// `rigl@90%`.
  public static let example = "rigl@90%"
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

  /// Where the score is made of them.
  public var needsGradients: Bool { configuration.growBy.needsGradient }

  /// Layers that the allocation names.
  public var namedLayers: [String] { configuration.allocation.namedLayers }

  /// Whether weights rest on the steps on which masks change.
  public var skipsUpdateWhenDue: Bool { !configuration.updateOnRevision }

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
      layer.replace(
        Int(fraction * Double(layer.keptCount)), by: configuration.growBy, key: key)
    }
  }
}
