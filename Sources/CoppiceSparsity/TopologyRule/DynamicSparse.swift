public import CoppiceRandom
public import CoppiceTensors

/// Dynamic sparse training for reinforcement learning: DS-TD3, and DS-SAC.
///
/// First and second layer are sparse, the output layer is dense. Now and then the weights of each sign
/// that are nearest to zero leave and as many enter at random, from zero. Targets keep the largest of
/// their own averaged weights after every update, as many as the network has.
///
/// With a percentage, `ds@80%`, all λ are multiplied by the factor that leaves so many zeros in the
/// sparse layers.
///
/// ## Randomness
/// The first masks, entry by entry, and where weights grow.
///
/// - Complexity: O(`O·I`) at a revision. Targets cost an average over all weights of the sparse layers
///   and a selection at every target update; see ``TargetTopology/largest``.
///
/// ## Source
/// Sokar, Mocanu, Mocanu, Pechenizkiy, Stone 2022, "Dynamic Sparse Training for Deep Reinforcement
/// Learning", arXiv 2106.04217, algorithms 1 to 4. Where the paper and the authors' code differ, the
/// defaults are: the code's trigger, drop rule and end of rewiring; the paper's zero for new weights
/// and its gradients of existing weights alone. Every difference is a switch.
/// **Differences**: masks change after the targets followed, not before; the end of rewiring is a
/// fraction of the training, which for 1,000,000 steps is the code's step.
public struct DynamicSparse: SparsityMethod {
  /// How many weights of which sign leave.
  public enum Drop: String, Codable, Sendable, CaseIterable {
    /// The fraction of the positive ones and the fraction of the negative ones (code).
    case fractionOfEachSign = "fraction-of-each-sign"
    /// Half of the fraction of all from each sign, and from the other where one has too few (paper).
    case halfFromEachSign = "half-from-each-sign"
  }

  /// What gradients reach weights that are not kept, and where a grown weight begins.
  public enum Gradients: String, Codable, Sendable, CaseIterable {
    /// None; it begins at zero without momentum (paper).
    case kept
    /// Those of every weight reach the moments; it begins at one update from zero (code).
    case every
  }

  /// How targets choose.
  public enum TargetMask: String, Codable, Sendable, CaseIterable {
    /// The largest of their own, as many as the network has (procedure B).
    case largest
    /// As the network does.
    case shareOnline = "share-online"
  }

  /// Every switch of the method.
  public struct Configuration: Codable, Sendable, Equatable {
    /// λ of the layers, and which are sparse.
    public var allocation: Allocation = {
      var allocation = Allocation()
      allocation.kind = .lambda
      allocation.lambda = [7, 64]
      allocation.maskOutputLayer = false
      return allocation
    }()
    /// e and its trigger, step mod e = 2; the code stops at 925,000 of 975,000 gradient steps.
    public var schedule = RevisionSchedule(interval: 1000, offset: 2, end: 0.948_717_948_717_948_7)
    /// η, the fraction of the existing weights that leave.
    public var dropFraction = 0.05
    /// How many weights of which sign leave.
    public var drop = Drop.fractionOfEachSign
    /// What gradients reach weights that are not kept.
    public var gradients = Gradients.kept
    /// Whether the last revision drops weights and grows none (code).
    public var dropsAtLast = true
    /// How targets choose.
    public var targetMask = TargetMask.largest
    /// Whether every entry of the first masks is drawn by itself, so that counts vary; otherwise
    /// counts are exact.
    public var independentDraws = true

    /// The settings of the paper for TD3 on HalfCheetah.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case allocation
      case schedule
      case dropFraction = "drop_fraction"
      case drop
      case gradients
      case dropsAtLast = "drops_at_last"
      case targetMask = "target_mask"
      case independentDraws = "independent_draws"
    }
  }

  /// `ds`.
  public static let name = "ds"
  /// For the catalogue.
  public static let summary =
    "weights near zero leave and as many enter at random; targets keep their largest (DS-TD3, "
    + "DS-SAC); ds@80% sets the zeros of the sparse layers"
  /// `ds`.
  public static let example = "ds"
  /// The settings of the paper for TD3 on HalfCheetah.
  public static let defaults = Configuration()

  /// Every switch of the method.
  public let configuration: Configuration
  /// The fraction of zeros in the sparse layers; as λ says where there is none.
  public let sparsity: Double?
  private let schedule: RevisionSchedule

  /// The rule; see ``SparsityMethod``.
  public init(_ configuration: Configuration, for request: SparsityRequest) throws(UserError) {
    try request.check(request.sparsity, Self.name)
    sparsity = request.sparsity
    try request.refuseSharedRows(Self.name)
    try request.check(configuration.allocation)
    try SparsityRequest.check("drop_fraction", configuration.dropFraction)
    schedule = try request.schedule(configuration.schedule)
    self.configuration = configuration
  }

  /// None, or all of them for the optimiser's moments.
  public var gradientPolicy: GradientPolicy {
    configuration.gradients == .kept ? .keptOnly : .momentsOnly
  }

  /// Their own largest, or shared.
  public var targetTopology: TargetTopology {
    configuration.targetMask == .largest ? .largest : .shared
  }

  /// The count falls at the last revision, where that only drops.
  public var keepsCount: Bool { !configuration.dropsAtLast }

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
    guard configuration.independentDraws else {
      return configuration.allocation.start(layers, sparsity: sparsity, key: key)
    }
    for layer in layers {
      let fractions = configuration.allocation.sparsities(of: layer.network, sparsity: sparsity)
      var random = key.split(layer.site.index).stream()
      for index in 0..<layer.mask.count {
        let isKept = random.nextUniform() >= fractions[layer.site.index]
        layer.mask.pointer[index] = isKept ? 1 : 0
      }
      if layer.keptCount == 0 { layer.mask.pointer[0] = 1 }
    }
    configuration.allocation.initialisation.apply(to: layers, key: key)
  }

  /// Procedure A of the paper.
  public func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {
    guard configuration.dropFraction > 0 else { return }
    for layer in layers {
      // weights that are exactly zero count as missing ones, and are replaced
      var dropped = layer.dropZeros()
      let (fromAbove, fromBelow) = leaving(layer.keptSigns())
      dropped += layer.dropNearZero(.keptPositive, fromAbove, key: key)
      dropped += layer.dropNearZero(.keptNegative, fromBelow, key: key)
      guard !isLast(step, of: layer.site.role) else { continue }
      layer.rank(.missing, by: .random, key: key)
      layer.keepStrongest(dropped, marking: LayerView<Scalar>.fresh)
    }
  }

  /// Whether the revision after `step` is one that drops alone.
  private func isLast(_ step: Int, of role: NetworkRole) -> Bool {
    configuration.dropsAtLast && schedule.lastRevision(role: role) == step
  }

  /// How many positive and negative weights leave.
  private func leaving(
    _ signs: (positive: Int, negative: Int)
  ) -> (positive: Int, negative: Int) {
    let (fraction, positive, negative) = (
      configuration.dropFraction, signs.positive, signs.negative
    )
    switch configuration.drop {
    case .fractionOfEachSign:
      return (Int(fraction * Double(positive)), Int(fraction * Double(negative)))
    case .halfFromEachSign:
      let all = Int(fraction * Double(positive + negative))
      var (above, below) = (min(all / 2, positive), min(all - all / 2, negative))
      above = min(positive, above + (all - all / 2 - below))
      below = min(negative, all - above)
      return (above, below)
    }
  }
}
