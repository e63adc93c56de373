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

/// Keep two poles upright, one on the other, by forces on the cart that carries them.
///
/// ## Actions
/// | Number | Meaning | Lowest | Highest | Unit |
/// | --- | --- | --- | --- | --- |
/// | 0 | force on the cart | −1 | 1 | 500 N |
///
/// ## Observations
/// Nine numbers without bounds.
///
/// | Number | Meaning | Unit |
/// | --- | --- | --- |
/// | 0 | position of the cart | m |
/// | 1, 2 | sines of the angles of lower and upper pole | |
/// | 3, 4 | cosines of the same angles | |
/// | 5 | velocity of the cart, cut at ±10 | m/s |
/// | 6, 7 | angular velocities of lower and upper pole, cut at ±10 | rad/s |
/// | 8 | force of the rail's ends on the cart, cut at ±10 | N |
///
/// ## Reward
/// `healthy_reward`, unless the step ends the episode, − (0.01·x² + (y − 2)²)
/// − (0.001·ω₁² + 0.005·ω₂²), where x and y are where the tip is, in metres, and ω₁ and ω₂ the
/// angular velocities of the poles.
///
/// ## Start
/// Positions uniform in ± `reset_noise_scale`, velocities normal with that standard deviation.
///
/// ## End
/// Terminates when the tip is at a height of 1 m or less; truncated after 1000 steps. A step lasts
/// 0.05 s.
///
/// ## Source
/// `InvertedDoublePendulum-v5` of Gymnasium 1.4.0.
public final class InvertedDoublePendulum: MuJoCoTask {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.01 s in a step.
    public var frameSkip = 5
    /// `healthy_reward`: what a step is worth that does not end the episode.
    public var healthyReward = 10.0
    /// `reset_noise_scale`: how far the start deviates from an upright rest.
    public var resetNoiseScale = 0.1

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .count("frame_skip", \.frameSkip),
      .number("healthy_reward", \.healthyReward),
      .magnitude("reset_noise_scale", \.resetNoiseScale),
    ]
  }

  /// `InvertedDoublePendulum-v5`.
  public static var id: String { "InvertedDoublePendulum-v5" }
  /// What there is to do.
  public static var summary: String { "keep two stacked poles upright on a cart" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: unbounded(9), actionSpace: symmetric(1, 1), stepLimit: 1000)
  }

  /// What the cart sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it moves in.
  public let world: MuJoCoWorld
  private let configuration: Configuration

  /// A cart at rest under upright poles.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(
      model: "inverted_double_pendulum.xml", frameSkip: configuration.frameSkip)
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
    world.step(action)
    observe(&observation)
    let (x, height) = (world.sitePositions[0], world.sitePositions[2])
    let (lower, upper) = (world.velocities[1], world.velocities[2])
    let fallen = height <= 1
    let distancePenalty = 0.01 * x * x + (height - 2) * (height - 2)
    let velocityPenalty = 1e-3 * lower * lower + 5e-3 * upper * upper
    return StepOutcome(
      reward: (fallen ? 0 : configuration.healthyReward) - distancePenalty - velocityPenalty,
      terminated: fallen)
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    let (lower, upper) = (world.positions[1], world.positions[2])
    observation[0] = world.positions[0]
    observation[1] = sin(lower)
    observation[2] = sin(upper)
    observation[3] = cos(lower)
    observation[4] = cos(upper)
    var index = 5
    let limits = ValueRange(-10, 10)
    observation.write(world.velocities, within: limits, at: &index)
    observation.write(world.constraintForces.prefix(1), within: limits, at: &index)
  }
}
