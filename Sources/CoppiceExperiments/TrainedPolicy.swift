import CoppiceAgents
import CoppiceNetworks
public import CoppiceTensors

/// A trained policy, ready to act.
///
/// It holds everything between a raw observation and an action in the units of the environment:
/// normaliser, network, squashing, scale.
///
/// ```swift
/// let policy = try TrainedPolicy("runs/HalfCheetah-v5-td3-2:4-s1")
/// let action = policy.action(for: observation)
/// ```
///
/// ## Shapes
/// - `O` numbers of an observation, `A` numbers of an action
public final class TrainedPolicy {
  /// `O`.
  public let observationCount: Int
  /// `A`.
  public let actionCount: Int

  private let actor: DeterministicActor
  private let centre: [Double]
  private let halfWidth: [Double]

  /// The policy in `path`.
  ///
  /// - Parameter path: The folder of a run, whose newest checkpoint counts, or a file
  ///   `policy.safetensors`.
  /// - Throws: `UserError` of kind `checkpoint` when there is none, or when it is damaged.
  public convenience init(_ path: String) throws(UserError) {
    if path.hasSuffix(".safetensors") {
      try self.init(saved: Safetensors.read(path).tensors)
    } else {
      let checkpoints = try RunFolder(opening: path).checkpoints
      try self.init(saved: try checkpoints.latest().tensors("policy"))
    }
  }

  /// The policy that a checkpoint holds.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when something is missing or does not fit.
  public init(saved tensors: NamedTensors) throws(UserError) {
    actor = try DeterministicActor(saved: tensors)
    centre = try tensors.get("action.centre")
    halfWidth = try tensors.get("action.half-width")
    observationCount = actor.network.inputCount
    actionCount = actor.actionCount
    guard centre.count == actionCount, halfWidth.count == actionCount else {
      throw UserError(
        .checkpoint, found: "a range for \(centre.count) actions",
        expected: "\(actionCount)", action: "use a checkpoint that was not altered")
    }
  }

  /// The action for one observation, in the units of the environment.
  ///
  /// - Parameter observation: `[O]`, raw.
  /// - Returns: `[A]`.
  /// - Precondition: `observation` has `O` numbers.
  public func action(for observation: [Double]) -> [Double] {
    var action = unscaledAction(for: observation)
    for index in action.indices { action[index] = centre[index] + halfWidth[index] * action[index] }
    return action
  }

  /// The action for one observation, in [−1, 1].
  func unscaledAction(for observation: [Double]) -> [Double] {
    precondition(
      observation.count == observationCount,
      "an observation has \(observationCount) numbers, found \(observation.count)")
    var action = [Double](repeating: 0, count: actionCount)
    actor.act(observation: observation, action: &action)
    return action
  }
}
