public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

/// Run forward, as fast as possible, on two legs in a plane.
///
/// ## Actions
/// Torques on the joints, from −1 to 1, times the gear of the joint.
///
/// | Number | Joint | Gear (N·m) |
/// | --- | --- | --- |
/// | 0 | back thigh | 120 |
/// | 1 | back shin | 90 |
/// | 2 | back foot | 60 |
/// | 3 | front thigh | 120 |
/// | 4 | front shin | 60 |
/// | 5 | front foot | 30 |
///
/// ## Observations
/// 17 numbers without bounds.
///
/// | Numbers | Meaning | Unit |
/// | --- | --- | --- |
/// | 0 | height of the tip of the torso above its start | m |
/// | 1 | angle of the torso | rad |
/// | 2–7 | angles of the joints, in the order of the actions | rad |
/// | 8, 9 | forward and upward velocity of the tip | m/s |
/// | 10 | angular velocity of the torso | rad/s |
/// | 11–16 | angular velocities of the joints | rad/s |
///
/// With `exclude_current_positions_from_observation` off, the forward position precedes them.
///
/// ## Reward
/// `forward_reward_weight` · Δx / Δt − `ctrl_cost_weight` · ‖action‖², where Δx is how far the tip
/// moved and Δt the duration of a step, 0.05 s.
///
/// ## Start
/// Positions uniform in ± `reset_noise_scale` around standing, velocities normal with that standard
/// deviation.
///
/// ## End
/// Never terminates; truncated after 1000 steps.
///
/// ## Source
/// `HalfCheetah-v5` of Gymnasium 1.4.0.
public final class HalfCheetah: MuJoCoTask {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.01 s in a step.
    public var frameSkip = 5
    /// `forward_reward_weight`: what a metre per second is worth.
    public var forwardRewardWeight = 1.0
    /// `ctrl_cost_weight`: what the squared norm of the action costs.
    public var controlCostWeight = 0.1
    /// `reset_noise_scale`: how far the start deviates from standing still.
    public var resetNoiseScale = 0.1
    /// `exclude_current_positions_from_observation`: whether the forward position is hidden.
    public var excludesCurrentPositions = true

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .count("frame_skip", \.frameSkip),
      .number("forward_reward_weight", \.forwardRewardWeight),
      .number("ctrl_cost_weight", \.controlCostWeight),
      .magnitude("reset_noise_scale", \.resetNoiseScale),
      .bool("exclude_current_positions_from_observation", \.excludesCurrentPositions),
    ]
  }

  /// `HalfCheetah-v5`.
  public static var id: String { "HalfCheetah-v5" }
  /// What there is to do.
  public static var summary: String { "run forward on two legs in a plane" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: unbounded(configuration.excludesCurrentPositions ? 17 : 18),
      actionSpace: symmetric(1, 6), stepLimit: 1000)
  }

  /// What the cheetah sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it runs in.
  public let world: MuJoCoWorld
  private let configuration: Configuration

  /// A cheetah that stands still.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(model: "half_cheetah.xml", frameSkip: configuration.frameSkip)
  }

  /// Writes a random start.
  public func place(_ random: inout RandomStream) {
    world.placePositions(around: configuration.resetNoiseScale, &random)
    world.placeNormalVelocities(configuration.resetNoiseScale, &random)
  }

  /// Acts once.
  public func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    let before = world.positions[0]
    world.step(action)
    let velocity = (world.positions[0] - before) / world.stepDuration
    observe(&observation)
    return StepOutcome(
      reward: configuration.forwardRewardWeight * velocity
        - configuration.controlCostWeight * squaredNorm(action))
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    var index = 0
    observation.write(
      world.positions.dropFirst(configuration.excludesCurrentPositions ? 1 : 0), at: &index)
    observation.write(world.velocities, at: &index)
  }
}
