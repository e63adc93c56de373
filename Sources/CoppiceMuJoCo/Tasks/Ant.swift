public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

/// Run forward, as fast as possible, on four legs.
///
/// ## Actions
/// Torques on the joints, from −1 to 1, times the gear of 150 N·m.
///
/// | Numbers | Joints |
/// | --- | --- |
/// | 0, 1 | hip and ankle of the right back leg |
/// | 2, 3 | hip and ankle of the left front leg |
/// | 4, 5 | hip and ankle of the right front leg |
/// | 6, 7 | hip and ankle of the left back leg |
///
/// ## Observations
/// 105 numbers without bounds.
///
/// | Numbers | Meaning | Unit |
/// | --- | --- | --- |
/// | 0 | height of the torso | m |
/// | 1–4 | orientation of the torso, a quaternion, scalar first | |
/// | 5–12 | hip and ankle of the left front, right front, left back, right back leg | rad |
/// | 13–15 | velocity of the torso | m/s |
/// | 16–18 | angular velocity of the torso | rad/s |
/// | 19–26 | angular velocities of the joints, in the order of the angles | rad/s |
/// | 27–104 | torque and force from outside on each of the 13 bodies, cut | N·m, N |
///
/// The last 78 are cut to `contact_force_range`. With `exclude_current_positions_from_observation`
/// off, x and y of the torso precede them; with `include_cfrc_ext_in_observation` off, the last 78
/// are missing.
///
/// ## Reward
/// `healthy_reward` if healthy + `forward_reward_weight` · Δx / Δt − `ctrl_cost_weight` · ‖action‖²
/// − `contact_cost_weight` · ‖F‖², where Δx is how far the body `main_body` moved along x, Δt the
/// duration of a step, 0.05 s, and F the torques and forces from outside, cut to
/// `contact_force_range`.
///
/// Healthy means: the height of the torso is in `healthy_z_range`, ends included, and the state is
/// finite.
///
/// ## Start
/// Positions uniform in ± `reset_noise_scale` around standing, velocities normal with that standard
/// deviation.
///
/// ## End
/// Terminates when not healthy, unless `terminate_when_unhealthy` is off; truncated after 1000
/// steps.
///
/// ## Source
/// `Ant-v5` of Gymnasium 1.4.0.
public final class Ant: MuJoCoTask {
  /// `Ant-v5`.
  public static var id: String { "Ant-v5" }
  /// What there is to do.
  public static var summary: String { "run forward on four legs" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    let size =
      (configuration.excludesCurrentPositions ? 27 : 29)
      + (configuration.includesExternalForces ? 78 : 0)
    return EnvironmentSpecification(
      id: id, observationSpace: unbounded(size), actionSpace: symmetric(1, 8), stepLimit: 1000)
  }

  /// What the ant sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it runs in.
  public let world: MuJoCoWorld
  private let configuration: Configuration
  package let mainBody: Int

  /// An ant that stands still.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed, of kind
  ///   `configuration` when there is no such main body.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(model: "ant.xml", frameSkip: configuration.frameSkip)
    switch configuration.mainBody {
    case .name(let name): mainBody = try world.requireBody(name)
    case .number(let number):
      guard (0..<world.bodyMasses.count).contains(number) else {
        throw UserError(
          .configuration, found: "main_body = \(number)",
          expected: "a number from 0 to \(world.bodyMasses.count - 1)", action: "change the value")
      }
      mainBody = number
    }
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
    let before = world.bodyPositions[3 * mainBody]
    world.step(action)
    let velocity = (world.bodyPositions[3 * mainBody] - before) / world.stepDuration
    observe(&observation)
    let healthy =
      configuration.healthyHeight.contains(world.positions[2])
      && world.positions.allSatisfy(\.isFinite) && world.velocities.allSatisfy(\.isFinite)
    return StepOutcome(
      reward: configuration.forwardRewardWeight * velocity
        + (healthy ? configuration.healthyReward : 0)
        - configuration.controlCostWeight * squaredNorm(action) - contactCost,
      terminated: configuration.terminatesWhenUnhealthy && !healthy)
  }

  private var contactCost: Double {
    var sum = 0.0
    for force in world.externalForces {
      let cut = configuration.contactForceRange.clamp(force)
      sum += cut * cut
    }
    return configuration.contactCostWeight * sum
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    var index = 0
    observation.write(
      world.positions.dropFirst(configuration.excludesCurrentPositions ? 2 : 0), at: &index)
    observation.write(world.velocities, at: &index)
    guard configuration.includesExternalForces else { return }
    observation.write(
      world.externalForces.dropFirst(6), within: configuration.contactForceRange, at: &index)
  }
}
