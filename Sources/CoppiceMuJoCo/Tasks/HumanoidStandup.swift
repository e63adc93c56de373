public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

/// Stand up, from lying on the back, as a simplified human.
///
/// ## Actions
/// Those of ``Humanoid``.
///
/// ## Observations
/// Those of ``Humanoid``.
///
/// ## Reward
/// z / δ − `ctrl_cost_weight` · ‖action‖² − `impact_cost_weight` · ‖F‖² + 1, the third part cut to
/// `impact_cost_range`, where z is the height of the torso after the step, in metres, δ the
/// duration of a simulation step, 0.003 s, and F the torques and forces from outside.
///
/// ## Start
/// Positions uniform in ± `reset_noise_scale` around lying, velocities uniform in the same range.
///
/// ## End
/// Never terminates; truncated after 1000 steps.
///
/// ## Source
/// `HumanoidStandup-v5` of Gymnasium 1.4.0, including that `uph_cost_weight` has no effect there.
public final class HumanoidStandup: MuJoCoTask {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.003 s in a step.
    public var frameSkip = 5
    /// `uph_cost_weight`: accepted, and without effect, as in Gymnasium 1.4.0.
    public var heightRewardWeight = 1.0
    /// `ctrl_cost_weight`: what the squared norm of the action costs.
    public var controlCostWeight = 0.1
    /// `impact_cost_weight`: what the squared norm of the forces from outside costs.
    public var impactCostWeight = 0.5e-6
    /// `impact_cost_range`: where that cost is cut.
    public var impactCostRange = ValueRange(-.infinity, 10)
    /// `reset_noise_scale`: how far the start deviates from lying still.
    public var resetNoiseScale = 1e-2
    /// What is seen.
    public var view = HumanoidView()

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .count("frame_skip", \.frameSkip),
      .number("uph_cost_weight", \.heightRewardWeight),
      .number("ctrl_cost_weight", \.controlCostWeight),
      .number("impact_cost_weight", \.impactCostWeight),
      .range("impact_cost_range", \.impactCostRange),
      .magnitude("reset_noise_scale", \.resetNoiseScale),
      .bool("exclude_current_positions_from_observation", \.view.excludesCurrentPositions),
      .bool("include_cinert_in_observation", \.view.includesInertias),
      .bool("include_cvel_in_observation", \.view.includesBodyVelocities),
      .bool("include_qfrc_actuator_in_observation", \.view.includesActuatorForces),
      .bool("include_cfrc_ext_in_observation", \.view.includesExternalForces),
    ]
  }

  /// `HumanoidStandup-v5`.
  public static var id: String { "HumanoidStandup-v5" }
  /// What there is to do.
  public static var summary: String { "stand up as a human from lying on the back" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: unbounded(configuration.view.size), actionSpace: symmetric(0.4, 17),
      stepLimit: 1000)
  }

  /// What the human sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it lies in.
  public let world: MuJoCoWorld
  private let configuration: Configuration

  /// A human that lies still.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(model: "humanoidstandup.xml", frameSkip: configuration.frameSkip)
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
    world.step(action)
    observe(&observation)
    let impactCost = configuration.impactCostWeight * squaredNorm(world.externalForces)
    return StepOutcome(
      reward: world.positions[2] / world.timeStep
        - configuration.controlCostWeight * squaredNorm(action)
        - configuration.impactCostRange.clamp(impactCost) + 1)
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    configuration.view.observe(world, into: &observation)
  }
}
