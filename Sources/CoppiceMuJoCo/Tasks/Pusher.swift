public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

/// Push a cylinder to a goal with the tip of an arm that has a shoulder, an elbow and a wrist.
///
/// ## Actions
/// Torques on the joints, from −2 to 2 N·m.
///
/// | Number | Joint |
/// | --- | --- |
/// | 0 | shoulder, panning |
/// | 1 | shoulder, lifting |
/// | 2 | upper arm, rolling |
/// | 3 | elbow, bending |
/// | 4 | forearm, rolling |
/// | 5 | wrist, bending |
/// | 6 | wrist, rolling |
///
/// ## Observations
/// 23 numbers without bounds.
///
/// | Numbers | Meaning | Unit |
/// | --- | --- | --- |
/// | 0–6 | angles of the joints, in the order of the actions | rad |
/// | 7–13 | angular velocities of the joints | rad/s |
/// | 14–16 | where the tip of the arm is | m |
/// | 17–19 | where the cylinder is | m |
/// | 20–22 | where the goal is | m |
///
/// ## Reward
/// −`reward_near_weight` · distance from tip to cylinder − `reward_dist_weight` · distance from
/// cylinder to goal − `reward_control_weight` · ‖action‖².
///
/// ## Start
/// The joints at 0, their velocities uniform in ±0.005 rad/s; the cylinder, which rests, moved by a
/// uniform number in [−0.3, 0) and one in [−0.2, 0.2) metres, drawn again until their norm is more
/// than 0.17 m; the goal rests at its place.
///
/// ## End
/// Never terminates; truncated after 100 steps of 0.05 s.
///
/// ## Source
/// `Pusher-v5` of Gymnasium 1.4.0.
public final class Pusher: MuJoCoTask {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.01 s in a step.
    public var frameSkip = 5
    /// `reward_near_weight`: what a metre between tip and cylinder costs.
    public var reachCostWeight = 0.5
    /// `reward_dist_weight`: what a metre between cylinder and goal costs.
    public var distanceCostWeight = 1.0
    /// `reward_control_weight`: what the squared norm of the action costs.
    public var controlCostWeight = 0.1

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .count("frame_skip", \.frameSkip),
      .number("reward_near_weight", \.reachCostWeight),
      .number("reward_dist_weight", \.distanceCostWeight),
      .number("reward_control_weight", \.controlCostWeight),
    ]
  }

  /// `Pusher-v5`.
  public static var id: String { "Pusher-v5" }
  /// What there is to do.
  public static var summary: String { "push a cylinder to a goal with an arm" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: unbounded(23), actionSpace: symmetric(2, 7), stepLimit: 100)
  }

  /// What the arm sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it moves in.
  public let world: MuJoCoWorld
  private let configuration: Configuration
  private let tip: Int
  private let cylinder: Int
  private let goal: Int

  /// An arm at rest.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(model: "pusher_v5.xml", frameSkip: configuration.frameSkip)
    tip = try world.requireBody("tips_arm")
    cylinder = try world.requireBody("object")
    goal = try world.requireBody("goal")
  }

  /// Writes a random start.
  public func place(_ random: inout RandomStream) {
    world.placePositions(around: 0, &random)
    world.placeUniformVelocities(0.005, &random)
    var (first, second) = (0.0, 0.0)
    repeat {
      first = random.nextUniform(-0.3, 0)
      second = random.nextUniform(-0.2, 0.2)
    } while (first * first + second * second).squareRoot() <= 0.17
    (world.positions[7], world.positions[8]) = (first, second)
    (world.positions[9], world.positions[10]) = (0, 0)
    for joint in 7..<11 { world.velocities[joint] = 0 }
  }

  /// Acts once.
  public func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    world.step(action)
    observe(&observation)
    return StepOutcome(
      reward: -configuration.distanceCostWeight * world.distance(cylinder, goal)
        - configuration.controlCostWeight * squaredNorm(action)
        - configuration.reachCostWeight * world.distance(cylinder, tip))
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    var index = 0
    observation.write(world.positions.prefix(7), at: &index)
    observation.write(world.velocities.prefix(7), at: &index)
    observation.write(world.position(of: tip), at: &index)
    observation.write(world.position(of: cylinder), at: &index)
    observation.write(world.position(of: goal), at: &index)
  }
}
