public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bring the tip of an arm with two joints to a target in a plane.
///
/// ## Actions
/// Torques on the joints, from −1 to 1, times the gear of 200 N·m.
///
/// | Number | Joint |
/// | --- | --- |
/// | 0 | shoulder |
/// | 1 | elbow |
///
/// ## Observations
/// Ten numbers without bounds.
///
/// | Numbers | Meaning | Unit |
/// | --- | --- | --- |
/// | 0, 1 | cosines of the angles of shoulder and elbow | |
/// | 2, 3 | sines of the same angles | |
/// | 4, 5 | x and y of the target | m |
/// | 6, 7 | angular velocities of shoulder and elbow | rad/s |
/// | 8, 9 | x and y from the target to the tip | m |
///
/// ## Reward
/// −`reward_dist_weight` · distance from tip to target − `reward_control_weight` · ‖action‖².
///
/// ## Start
/// Angles uniform in ±0.1 rad, their velocities in ±0.005 rad/s; the target, which rests, uniform
/// in a disc of radius 0.2 m around the shoulder.
///
/// ## End
/// Never terminates; truncated after 50 steps of 0.02 s.
///
/// ## Source
/// `Reacher-v5` of Gymnasium 1.4.0.
public final class Reacher: MuJoCoTask {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.01 s in a step.
    public var frameSkip = 2
    /// `reward_dist_weight`: what a metre of distance costs.
    public var distanceCostWeight = 1.0
    /// `reward_control_weight`: what the squared norm of the action costs.
    public var controlCostWeight = 1.0

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .count("frame_skip", \.frameSkip),
      .number("reward_dist_weight", \.distanceCostWeight),
      .number("reward_control_weight", \.controlCostWeight),
    ]
  }

  /// `Reacher-v5`.
  public static var id: String { "Reacher-v5" }
  /// What there is to do.
  public static var summary: String { "bring the tip of an arm to a target" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: unbounded(10), actionSpace: symmetric(1, 2), stepLimit: 50)
  }

  /// What the arm sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it moves in.
  public let world: MuJoCoWorld
  private let configuration: Configuration
  private let fingertip: Int
  private let target: Int

  /// An arm at rest.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(model: "reacher.xml", frameSkip: configuration.frameSkip)
    fingertip = try world.requireBody("fingertip")
    target = try world.requireBody("target")
  }

  /// Writes a random start.
  public func place(_ random: inout RandomStream) {
    world.placePositions(around: 0.1, &random)
    world.placeUniformVelocities(0.005, &random)
    var (x, y) = (0.0, 0.0)
    repeat {
      x = random.nextUniform(-0.2, 0.2)
      y = random.nextUniform(-0.2, 0.2)
    } while (x * x + y * y).squareRoot() >= 0.2
    (world.positions[2], world.positions[3]) = (x, y)
    (world.velocities[2], world.velocities[3]) = (0, 0)
  }

  /// Acts once.
  public func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    world.step(action)
    observe(&observation)
    return StepOutcome(
      reward: -configuration.distanceCostWeight * world.distance(fingertip, target)
        - configuration.controlCostWeight * squaredNorm(action))
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    let (shoulder, elbow) = (world.positions[0], world.positions[1])
    observation[0] = cos(shoulder)
    observation[1] = cos(elbow)
    observation[2] = sin(shoulder)
    observation[3] = sin(elbow)
    observation[4] = world.positions[2]
    observation[5] = world.positions[3]
    observation[6] = world.velocities[0]
    observation[7] = world.velocities[1]
    for axis in 0..<2 {
      observation[8 + axis] =
        world.bodyPositions[3 * fingertip + axis] - world.bodyPositions[3 * target + axis]
    }
  }
}
