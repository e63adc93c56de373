public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

/// Walk forward, as fast as possible, on two legs in a plane.
///
/// ## Actions
/// Torques on the joints, from −1 to 1, times the gear of 100 N·m.
///
/// | Number | Joint |
/// | --- | --- |
/// | 0 | right thigh |
/// | 1 | right knee |
/// | 2 | right foot |
/// | 3 | left thigh |
/// | 4 | left knee |
/// | 5 | left foot |
///
/// ## Observations
/// 17 numbers without bounds.
///
/// | Numbers | Meaning | Unit |
/// | --- | --- | --- |
/// | 0 | height of the torso | m |
/// | 1 | angle of the torso | rad |
/// | 2–7 | angles of the joints, in the order of the actions | rad |
/// | 8, 9 | forward and upward velocity of the torso, cut at ±10 | m/s |
/// | 10 | angular velocity of the torso, cut at ±10 | rad/s |
/// | 11–16 | angular velocities of the joints, cut at ±10 | rad/s |
///
/// With `exclude_current_positions_from_observation` off, the forward position precedes them.
///
/// ## Reward
/// `healthy_reward` if healthy + `forward_reward_weight` · Δx / Δt − `ctrl_cost_weight` ·
/// ‖action‖², where Δx is how far the torso moved and Δt the duration of a step, 0.008 s.
///
/// Healthy means: the height is inside `healthy_z_range` and the angle of the torso inside
/// `healthy_angle_range`, ends excluded.
///
/// ## Start
/// Positions uniform in ± `reset_noise_scale` around standing, velocities uniform in the same
/// range.
///
/// ## End
/// Terminates when not healthy, unless `terminate_when_unhealthy` is off; truncated after 1000
/// steps.
///
/// ## Source
/// `Walker2d-v5` of Gymnasium 1.4.0.
public final class Walker2d: MuJoCoTask {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.002 s in a step.
    public var frameSkip = 4
    /// `forward_reward_weight`: what a metre per second is worth.
    public var forwardRewardWeight = 1.0
    /// `ctrl_cost_weight`: what the squared norm of the action costs.
    public var controlCostWeight = 1e-3
    /// `healthy_reward`: what a healthy step is worth.
    public var healthyReward = 1.0
    /// `terminate_when_unhealthy`: whether the episode ends with health.
    public var terminatesWhenUnhealthy = true
    /// `healthy_z_range`: where the height has to be, in metres.
    public var healthyHeight = ValueRange(0.8, 2)
    /// `healthy_angle_range`: where the angle of the torso has to be, in radians.
    public var healthyAngle = ValueRange(-1, 1)
    /// `reset_noise_scale`: how far the start deviates from standing still.
    public var resetNoiseScale = 5e-3
    /// `exclude_current_positions_from_observation`: whether the forward position is hidden.
    public var excludesCurrentPositions = true

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .count("frame_skip", \.frameSkip),
      .number("forward_reward_weight", \.forwardRewardWeight),
      .number("ctrl_cost_weight", \.controlCostWeight),
      .number("healthy_reward", \.healthyReward),
      .bool("terminate_when_unhealthy", \.terminatesWhenUnhealthy),
      .range("healthy_z_range", \.healthyHeight),
      .range("healthy_angle_range", \.healthyAngle),
      .magnitude("reset_noise_scale", \.resetNoiseScale),
      .bool("exclude_current_positions_from_observation", \.excludesCurrentPositions),
    ]
  }

  /// `Walker2d-v5`.
  public static var id: String { "Walker2d-v5" }
  /// What there is to do.
  public static var summary: String { "walk forward on two legs in a plane" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: unbounded(configuration.excludesCurrentPositions ? 17 : 18),
      actionSpace: symmetric(1, 6), stepLimit: 1000)
  }

  /// What the walker sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it walks in.
  public let world: MuJoCoWorld
  private let configuration: Configuration

  /// A walker that stands still.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(model: "walker2d_v5.xml", frameSkip: configuration.frameSkip)
  }

  /// Writes a random start.
  public func place(_ random: inout RandomStream) {
    world.placePositions(around: configuration.resetNoiseScale, &random)
    world.placeUniformVelocities(configuration.resetNoiseScale, &random)
  }

  /// Acts once.
  public func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    let before = world.positions[0]
    world.step(action)
    let velocity = (world.positions[0] - before) / world.stepDuration
    observe(&observation)
    let healthy = isHealthy
    return StepOutcome(
      reward: configuration.forwardRewardWeight * velocity
        + (healthy ? configuration.healthyReward : 0)
        - configuration.controlCostWeight * squaredNorm(action),
      terminated: configuration.terminatesWhenUnhealthy && !healthy)
  }

  /// Whether the torso is upright.
  private var isHealthy: Bool {
    configuration.healthyHeight.containsInside(world.positions[1])
      && configuration.healthyAngle.containsInside(world.positions[2])
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    var index = 0
    observation.write(
      world.positions.dropFirst(configuration.excludesCurrentPositions ? 1 : 0), at: &index)
    observation.write(world.velocities, within: ValueRange(-10, 10), at: &index)
  }
}
