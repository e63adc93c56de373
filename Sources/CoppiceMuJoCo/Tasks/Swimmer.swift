public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

/// Swim forward, as fast as possible, with three links in a viscous fluid.
///
/// ## Actions
/// Torques on the joints, from −1 to 1, times the gear of 150 N·m.
///
/// | Number | Joint |
/// | --- | --- |
/// | 0 | between first and second link |
/// | 1 | between second and third link |
///
/// ## Observations
/// 8 numbers without bounds.
///
/// | Numbers | Meaning | Unit |
/// | --- | --- | --- |
/// | 0 | angle of the first link | rad |
/// | 1, 2 | angles of the joints, in the order of the actions | rad |
/// | 3, 4 | velocity of the tip along x and y | m/s |
/// | 5 | angular velocity of the first link | rad/s |
/// | 6, 7 | angular velocities of the joints | rad/s |
///
/// With `exclude_current_positions_from_observation` off, x and y of the tip precede them.
///
/// ## Reward
/// `forward_reward_weight` · Δx / Δt − `ctrl_cost_weight` · ‖action‖², where Δx is how far the tip
/// moved and Δt the duration of a step, 0.04 s.
///
/// ## Start
/// Positions and velocities uniform in ± `reset_noise_scale`.
///
/// ## End
/// Never terminates; truncated after 1000 steps.
///
/// ## Source
/// `Swimmer-v5` of Gymnasium 1.4.0.
public final class Swimmer: MuJoCoTask {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.01 s in a step.
    public var frameSkip = 4
    /// `forward_reward_weight`: what a metre per second is worth.
    public var forwardRewardWeight = 1.0
    /// `ctrl_cost_weight`: what the squared norm of the action costs.
    public var controlCostWeight = 1e-4
    /// `reset_noise_scale`: how far the start deviates from lying straight and still.
    public var resetNoiseScale = 0.1
    /// `exclude_current_positions_from_observation`: whether the place of the tip is hidden.
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

  /// `Swimmer-v5`.
  public static var id: String { "Swimmer-v5" }
  /// What there is to do.
  public static var summary: String { "swim forward with three links" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: unbounded(configuration.excludesCurrentPositions ? 8 : 10),
      actionSpace: symmetric(1, 2), stepLimit: 1000)
  }

  /// What the swimmer sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it swims in.
  public let world: MuJoCoWorld
  private let configuration: Configuration

  /// A swimmer that lies still.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(model: "swimmer.xml", frameSkip: configuration.frameSkip)
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
    return StepOutcome(
      reward: configuration.forwardRewardWeight * velocity
        - configuration.controlCostWeight * squaredNorm(action))
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    var index = 0
    observation.write(
      world.positions.dropFirst(configuration.excludesCurrentPositions ? 2 : 0), at: &index)
    observation.write(world.velocities, at: &index)
  }
}
