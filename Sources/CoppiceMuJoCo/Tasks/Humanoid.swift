public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

/// Walk forward, as fast as possible, as a simplified human, without falling.
///
/// ## Actions
/// Torques on the joints, from −0.4 to 0.4, times the gear of the joint.
///
/// | Numbers | Joints | Gear (N·m) |
/// | --- | --- | --- |
/// | 0–2 | abdomen about y, z, x | 100 |
/// | 3–6 | right hip about x, z, y; right knee | 100, 100, 300, 200 |
/// | 7–10 | left hip about x, z, y; left knee | 100, 100, 300, 200 |
/// | 11–13 | right shoulder, first and second; right elbow | 25 |
/// | 14–16 | left shoulder, first and second; left elbow | 25 |
///
/// ## Observations
/// 348 numbers without bounds.
///
/// | Numbers | Meaning | Unit |
/// | --- | --- | --- |
/// | 0 | height of the torso | m |
/// | 1–4 | orientation of the torso, a quaternion, scalar first | |
/// | 5–21 | angles of the joints: abdomen about z, y, x, then as the actions | rad |
/// | 22–24 | velocity of the torso | m/s |
/// | 25–27 | angular velocity of the torso | rad/s |
/// | 28–44 | angular velocities of the joints, in the order of the angles | rad/s |
/// | 45–174 | inertia and mass of each of the 13 bodies (`cinert`) | kg·m², kg·m, kg |
/// | 175–252 | angular and linear velocity of each body (`cvel`) | rad/s, m/s |
/// | 253–269 | torques of the actuators (`qfrc_actuator`) | N·m |
/// | 270–347 | torque and force from outside on each body (`cfrc_ext`) | N·m, N |
///
/// With `exclude_current_positions_from_observation` off, x and y of the torso precede them; each
/// of the last four parts can be left out.
///
/// ## Reward
/// `healthy_reward` if healthy + `forward_reward_weight` · Δx / Δt − `ctrl_cost_weight` · ‖action‖²
/// − `contact_cost_weight` · ‖F‖², the last one cut to `contact_cost_range`, where Δx is how far
/// the centre of mass moved along x, Δt the duration of a step, 0.015 s, and F the torques and
/// forces from outside.
///
/// Healthy means: the height of the torso is inside `healthy_z_range`, ends excluded.
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
/// `Humanoid-v5` of Gymnasium 1.4.0.
public final class Humanoid: MuJoCoTask {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.003 s in a step.
    public var frameSkip = 5
    /// `forward_reward_weight`: what a metre per second is worth.
    public var forwardRewardWeight = 1.25
    /// `ctrl_cost_weight`: what the squared norm of the action costs.
    public var controlCostWeight = 0.1
    /// `contact_cost_weight`: what the squared norm of the forces from outside costs.
    public var contactCostWeight = 5e-7
    /// `contact_cost_range`: where that cost is cut.
    public var contactCostRange = ValueRange(-.infinity, 10)
    /// `healthy_reward`: what a healthy step is worth.
    public var healthyReward = 5.0
    /// `terminate_when_unhealthy`: whether the episode ends with health.
    public var terminatesWhenUnhealthy = true
    /// `healthy_z_range`: where the height has to be, in metres.
    public var healthyHeight = ValueRange(1, 2)
    /// `reset_noise_scale`: how far the start deviates from standing still.
    public var resetNoiseScale = 1e-2
    /// What is seen.
    public var view = HumanoidView()

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .count("frame_skip", \.frameSkip),
      .number("forward_reward_weight", \.forwardRewardWeight),
      .number("ctrl_cost_weight", \.controlCostWeight),
      .number("contact_cost_weight", \.contactCostWeight),
      .range("contact_cost_range", \.contactCostRange),
      .number("healthy_reward", \.healthyReward),
      .bool("terminate_when_unhealthy", \.terminatesWhenUnhealthy),
      .range("healthy_z_range", \.healthyHeight),
      .magnitude("reset_noise_scale", \.resetNoiseScale),
      .bool("exclude_current_positions_from_observation", \.view.excludesCurrentPositions),
      .bool("include_cinert_in_observation", \.view.includesInertias),
      .bool("include_cvel_in_observation", \.view.includesBodyVelocities),
      .bool("include_qfrc_actuator_in_observation", \.view.includesActuatorForces),
      .bool("include_cfrc_ext_in_observation", \.view.includesExternalForces),
    ]
  }

  /// `Humanoid-v5`.
  public static var id: String { "Humanoid-v5" }
  /// What there is to do.
  public static var summary: String { "walk forward as a human without falling" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: unbounded(configuration.view.size), actionSpace: symmetric(0.4, 17),
      stepLimit: 1000)
  }

  /// What the human sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it walks in.
  public let world: MuJoCoWorld
  private let configuration: Configuration

  /// A human that stands still.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(model: "humanoid.xml", frameSkip: configuration.frameSkip)
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
    let before = massCentre
    world.step(action)
    let velocity = (massCentre - before) / world.stepDuration
    observe(&observation)
    let healthy = configuration.healthyHeight.containsInside(world.positions[2])
    let contactCost = configuration.contactCostWeight * squaredNorm(world.externalForces)
    return StepOutcome(
      reward: configuration.forwardRewardWeight * velocity
        + (healthy ? configuration.healthyReward : 0)
        - configuration.controlCostWeight * squaredNorm(action)
        - configuration.contactCostRange.clamp(contactCost),
      terminated: configuration.terminatesWhenUnhealthy && !healthy)
  }

  /// Where the centre of mass is along x, in metres.
  private var massCentre: Double {
    var (moment, mass) = (0.0, 0.0)
    for body in world.bodyMasses.indices {
      moment += world.bodyMasses[body] * world.bodyMassCentres[3 * body]
      mass += world.bodyMasses[body]
    }
    return moment / mass
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    configuration.view.observe(world, into: &observation)
  }
}
