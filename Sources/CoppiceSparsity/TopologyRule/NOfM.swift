public import CoppiceRandom
public import CoppiceTensors

/// Keeps the `n` largest weights of every `m` consecutive ones in a row, from the first step on.
///
/// With `sharedBy` rows, neighbouring outputs share one choice, made by the sums of their magnitudes:
/// `2:4x4` in configurations.
///
/// The pattern is the one that hardware with N:M products runs. By default all layers of all
/// networks follow it, only kept weights learn, a weight that is not kept rests at its last value,
/// and every 1,000 gradient steps the largest are chosen anew: a resting weight returns when a kept
/// one of its group has shrunk below it.
///
/// ## Randomness
/// None.
///
/// - Complexity: O(`O·I`) at a revision, nothing otherwise. Nothing is allocated unless rows
///   share a choice.
///
/// ## Source
/// Vrce, Kassler, Aydos 2026, "RNM-TD3: N:M Semi-structured Sparse Reinforcement Learning From
/// Scratch", arXiv 2602.14578: all six networks sparse from the first step, row-wise groups, only
/// active weights updated, targets by Polyak averaging. The modes `ste` and `sr-ste` are those of
/// Zhou et al. 2021, arXiv 2102.04010.
/// **Differences**: what the paper's abstract and summaries leave open is a choice of ours and a
/// switch: grouping along the inputs, ragged groups, the interval, first and last layer, target
/// masks, moments at a change.
public struct NOfM: TopologyRule {
  /// What gradient the weights that are not kept get.
  public enum GradientMode: String, Codable, Sendable, CaseIterable {
    /// None: they rest.
    case activeOnly = "active-only"
    /// The gradient of the weight as if it were kept (straight-through).
    case straightThrough = "ste"
    /// The straight-through gradient, plus a pull of the weight to zero.
    case refinedStraightThrough = "sr-ste"
    /// None, and masks never change: the static control.
    case hard
  }

  /// Along which axis of the weight matrix the groups run.
  public enum Axis: String, Codable, Sendable, CaseIterable {
    /// Along the inputs of one output: what N:M hardware needs.
    case input
    /// Along the outputs of one input.
    case output
  }

  /// What becomes of the last group where the inputs are no multiple of `m`.
  public enum RaggedGroup: String, Codable, Sendable, CaseIterable {
    /// It keeps at most `n`, as if filled up with zeros.
    case padded
    /// It is kept whole.
    case dense
  }

  /// Whose weights choose the masks of target networks.
  public enum TargetMask: String, Codable, Sendable, CaseIterable {
    /// The online network's: the steady state runs on kept weights alone.
    case shareOnline = "share-online"
    /// The target's own, which costs an average over all weights at every target update.
    case ownProjection = "own-projection"
  }

  /// What happens to optimiser moments when masks change.
  public enum MomentTreatment: String, Codable, Sendable, CaseIterable {
    /// Those of weights that leave or enter become zero.
    case reset
    /// They rest and decay as without a gradient.
    case keep
  }

  /// What the actor's schedule counts.
  public enum ActorClock: String, Codable, Sendable, CaseIterable {
    /// Gradient steps of the agent.
    case gradientSteps = "gradient-steps"
    /// Updates of the actor.
    case actorUpdates = "actor-updates"
  }

  /// Every switch of the method.
  public struct Configuration: Codable, Sendable, Equatable {
    /// Steps between two revisions of the masks; at least 1.
    public var maskUpdateInterval = 1000
    /// The same for actors, where it differs.
    public var actorMaskUpdateInterval: Int?
    /// What the actor's interval counts.
    public var actorClock = ActorClock.gradientSteps
    /// The last gradient step after which masks change; without one they change to the end.
    public var maskUpdatesUntil: Int?
    /// What gradient the weights that are not kept get.
    public var gradientMode = GradientMode.activeOnly
    /// λ of `sr-ste`.
    public var inactiveDecay = 2e-4
    /// Whose weights choose the masks of targets.
    public var targetMask = TargetMask.shareOnline
    /// Along which axis the groups run.
    public var axis = Axis.input
    /// What becomes of a last group with fewer than `m` members.
    public var raggedGroup = RaggedGroup.padded
    /// Whether the layer that reads the inputs is sparse.
    public var maskFirstLayer = true
    /// Whether the layer that gives the outputs is sparse.
    public var maskOutputLayer = true
    /// What happens to optimiser moments when masks change; with `ste` and `sr-ste` every weight
    /// keeps its own at all times, and this says nothing.
    public var moments = MomentTreatment.reset
    /// Whether initial weights are divided by the root of the density, to make up for the lost fan-in.
    public var scaleInitialWeights = false

    /// The defaults above.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case maskUpdateInterval = "mask_update_interval"
      case actorMaskUpdateInterval = "actor_mask_update_interval"
      case actorClock = "actor_clock"
      case maskUpdatesUntil = "mask_updates_until"
      case gradientMode = "gradient_mode"
      case inactiveDecay = "inactive_decay"
      case targetMask = "target_mask"
      case axis
      case raggedGroup = "ragged_group"
      case maskFirstLayer = "mask_first_layer"
      case maskOutputLayer = "mask_output_layer"
      case moments
      case scaleInitialWeights = "scale_initial_weights"
    }
  }

  /// `n:m`.
  public static let name = "N:M"
  /// For the catalogue.
  public static let summary =
    "N of every M neighbouring weights of a row are kept; 2:4x4 lets 4 rows share the choice"
  /// `2:4`.
  public static let example = "2:4"
  /// Every 1,000 gradient steps, gradients of kept weights alone.
  public static let defaults = Configuration()

  /// How many weights of a group are kept.
  public let kept: Int
  /// How many weights a group has.
  public let group: Int
  /// How many neighbouring outputs share one choice.
  public let sharedRows: Int
  /// Every switch of the method.
  public let configuration: Configuration

  /// The pattern `kept` of `group`, one choice for `sharedRows` neighbouring outputs.
  ///
  /// - Throws: `UserError` of kind `configuration` unless 1 ≤ kept ≤ group ≤ 32, 1 ≤ sharedRows ≤ 64
  ///   and the intervals are positive, or when rows are shared along the output axis.
  public init(
    keep kept: Int, of group: Int, sharedBy sharedRows: Int = 1,
    _ configuration: Configuration = Configuration()
  ) throws(UserError) {
    guard kept >= 1, kept <= group, group <= 32, (1...64).contains(sharedRows) else {
      throw UserError(
        .configuration, found: "sparsity \(kept):\(group)x\(sharedRows)",
        expected: "N:MxR with 1 ≤ N ≤ M ≤ 32 and 1 ≤ R ≤ 64", action: "write for example 2:4")
    }
    guard sharedRows == 1 || configuration.axis == .input else {
      throw UserError(
        .configuration, found: "shared rows with groups along the output axis",
        expected: "axis = \"input\"", action: "change axis, or leave out the x\(sharedRows)")
    }
    for interval in [configuration.maskUpdateInterval, configuration.actorMaskUpdateInterval ?? 1]
    where interval < 1 {
      throw UserError(
        .configuration, found: "a mask update interval of \(interval)",
        expected: "at least 1 gradient step", action: "change mask_update_interval")
    }
    guard configuration.maskUpdatesUntil ?? 0 >= 0 else {
      throw UserError(
        .configuration, found: "mask_updates_until \(configuration.maskUpdatesUntil ?? 0)",
        expected: "a gradient step, 0 for no mask updates", action: "change mask_updates_until")
    }
    guard configuration.inactiveDecay >= 0, configuration.inactiveDecay.isFinite else {
      throw UserError(
        .configuration, found: "inactive_decay \(configuration.inactiveDecay)",
        expected: "a number that is not negative", action: "change inactive_decay")
    }
    self.kept = kept
    self.group = group
    self.sharedRows = sharedRows
    self.configuration = configuration
  }

  /// None, or straight-through, with λ of the refinement.
  public var gradientPolicy: GradientPolicy {
    switch configuration.gradientMode {
    case .activeOnly, .hard: .keptOnly
    case .straightThrough: .straightThrough(decay: 0)
    case .refinedStraightThrough: .straightThrough(decay: configuration.inactiveDecay)
    }
  }

  /// Weights rest at their last value.
  public var inactiveWeights: InactiveWeights { .remembered }

  /// Forgotten, or at rest with `keep`.
  public var inactiveMoments: InactiveWeights {
    configuration.moments == .keep ? .remembered : .forgotten
  }

  /// Shared, or their own with `own-projection`.
  public var targetTopology: TargetTopology {
    configuration.targetMask == .ownProjection ? .own : .shared
  }

  /// Whether a multiple of the interval is reached; never in the mode `hard`.
  public func isDue(after step: Int, role: NetworkRole) -> Bool {
    guard configuration.gradientMode != .hard, step <= configuration.maskUpdatesUntil ?? .max
    else { return false }
    guard role.name == "actor" else {
      return step.isMultiple(of: configuration.maskUpdateInterval)
    }
    let interval = configuration.actorMaskUpdateInterval ?? configuration.maskUpdateInterval
    switch configuration.actorClock {
    case .gradientSteps: return step.isMultiple(of: interval)
    case .actorUpdates: return step.isMultiple(of: role.delay * interval)
    }
  }

  /// All layers but those that the configuration leaves dense.
  public func covers(_ sites: [LayerSite]) -> [Bool] {
    sites.map {
      switch $0.place {
      case .first: configuration.maskFirstLayer
      case .output: configuration.maskOutputLayer
      case .hidden: true
      }
    }
  }

  /// Keeps the largest magnitudes of every group.
  public func start<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    select(layers)
    guard configuration.scaleInitialWeights else { return }
    Initialisation.scaled.apply(to: layers, key: key)
  }

  /// Keeps the largest magnitudes of every group.
  public func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {
    select(layers)
  }

  private func select<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>]) {
    for layer in layers {
      if sharedRows == 1 {
        layer.arithmetic.selectLargest(
          layer.shape, keep: kept, of: group,
          axis: configuration.axis == .input ? .input : .output,
          weights: UnsafePointer(layer.weights.pointer), mask: layer.mask.pointer)
      } else {
        selectShared(layer)
      }
      guard configuration.raggedGroup == .dense else { continue }
      keepRaggedGroups(layer)
    }
  }

  /// Chooses by the sum of the magnitudes of the rows that share the choice, some groups at a time: so
  /// few that their sums fit the stack, for a revision allocates nothing.
  private func selectShared<Scalar: NetworkScalar>(_ layer: LayerView<Scalar>) {
    let (outputs, inputs) = (layer.shape.outputs, layer.shape.inputs)
    let width = 64 / group * group
    // kernels may read a vector of sixteen numbers behind the last
    withUnsafeTemporaryAllocation(of: Scalar.self, capacity: 64 + 16) { sums in
      sums.initialize(repeating: 0)
      for row in stride(from: 0, to: outputs, by: sharedRows) {
        let rows = row..<min(outputs, row + sharedRows)
        for column in stride(from: 0, to: inputs, by: width) {
          selectShared(layer, rows, column..<min(inputs, column + width), sums: sums)
        }
      }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func selectShared<Scalar: NetworkScalar>(
    _ layer: LayerView<Scalar>, _ rows: Range<Int>, _ columns: Range<Int>,
    sums: UnsafeMutableBufferPointer<Scalar>
  ) {
    guard let start = sums.baseAddress else { return }
    let inputs = layer.shape.inputs
    for (place, column) in columns.enumerated() {
      start[place] = 0
      for row in rows { start[place] += abs(layer.weights.pointer[row * inputs + column]) }
    }
    let chosen = layer.mask.pointer + rows.lowerBound * inputs + columns.lowerBound
    layer.arithmetic.selectLargest(
      LayerShape(outputs: 1, inputs: columns.count), keep: kept, of: group, axis: .input,
      weights: UnsafePointer(start), mask: chosen)
    for row in 1..<rows.count { (chosen + row * inputs).update(from: chosen, count: columns.count) }
  }

  private func keepRaggedGroups<Scalar: NetworkScalar>(_ layer: LayerView<Scalar>) {
    let (outputs, inputs) = (layer.shape.outputs, layer.shape.inputs)
    for row in 0..<outputs {
      for column in 0..<inputs {
        let (place, length) = configuration.axis == .input ? (column, inputs) : (row, outputs)
        if place >= length / group * group { layer.mask.pointer[row * inputs + column] = 1 }
      }
    }
  }
}
