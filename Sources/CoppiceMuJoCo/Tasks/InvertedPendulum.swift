public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

/// Keep a pole upright on a cart by forces on the cart.
///
/// ## Actions
/// | Number | Meaning | Lowest | Highest | Unit |
/// | --- | --- | --- | --- | --- |
/// | 0 | force on the cart | −3 | 3 | 100 N |
///
/// ## Observations
/// Four numbers without bounds.
///
/// | Number | Meaning | Unit |
/// | --- | --- | --- |
/// | 0 | position of the cart | m |
/// | 1 | angle of the pole from upright | rad |
/// | 2 | velocity of the cart | m/s |
/// | 3 | angular velocity of the pole | rad/s |
///
/// ## Reward
/// 1 for every step that does not end the episode, else 0.
///
/// ## Start
/// Positions and velocities uniform in ± `reset_noise_scale`.
///
/// ## End
/// Terminates when the pole is more than 0.2 rad from upright; truncated after 1000 steps. A step
/// lasts 0.04 s.
///
/// ## Source
/// `InvertedPendulum-v5` of Gymnasium 1.4.0.
public final class InvertedPendulum: MuJoCoTask {
  /// The options, by Gymnasium's names in recipes.
  public struct Configuration: EnvironmentConfiguration {
    /// `frame_skip`: simulation steps of 0.02 s in a step.
    public var frameSkip = 2
    /// `reset_noise_scale`: how far the start deviates from an upright rest.
    public var resetNoiseScale = 0.01

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .count("frame_skip", \.frameSkip),
      .magnitude("reset_noise_scale", \.resetNoiseScale),
    ]
  }

  /// `InvertedPendulum-v5`.
  public static var id: String { "InvertedPendulum-v5" }
  /// What there is to do.
  public static var summary: String { "keep a pole upright on a cart" }

  /// Known without MuJoCo.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: unbounded(4), actionSpace: symmetric(3, 1), stepLimit: 1000)
  }

  /// What the cart sees and can do.
  public let specification: EnvironmentSpecification
  /// The world that it moves in.
  public let world: MuJoCoWorld
  private let configuration: Configuration

  /// A cart at rest under an upright pole.
  ///
  /// - Throws: `UserError` of kind `missing` when MuJoCo is not installed.
  public init(_ configuration: Configuration = Configuration()) throws(UserError) {
    self.configuration = configuration
    specification = Self.specification(configuration)
    world = try MuJoCoWorld(model: "inverted_pendulum.xml", frameSkip: configuration.frameSkip)
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
    let upright = abs(world.positions[1]) <= 0.2
    return StepOutcome(reward: upright ? 1 : 0, terminated: !upright)
  }

  /// Writes what is seen.
  public func observe(_ observation: inout MutableSpan<Double>) {
    var index = 0
    observation.write(world.positions, at: &index)
    observation.write(world.velocities, at: &index)
  }
}
