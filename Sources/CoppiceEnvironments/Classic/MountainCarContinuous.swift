public import CoppiceRandom

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Drive a car out of a valley although its engine is too weak for the slope.
///
/// ## Actions
/// | Number | Meaning | Lowest | Highest |
/// | --- | --- | --- | --- |
/// | 0 | force, to the right | −1 | 1 |
///
/// ## Observations
/// | Number | Meaning | Lowest | Highest | Unit |
/// | --- | --- | --- | --- | --- |
/// | 0 | position | −1.2 | 0.6 | m |
/// | 1 | velocity | −0.07 | 0.07 | m per step |
///
/// ## Reward
/// −0.1·force², and 100 for the step that reaches the goal.
///
/// ## Start
/// Position uniform in [−0.6, −0.4), at rest.
///
/// ## End
/// Terminates at a position of 0.45 or more with a velocity of `goal_velocity` or more; truncated
/// after 999 steps.
///
/// ## Source
/// `MountainCarContinuous-v0` of Gymnasium 1.4.0, with its arithmetic for actions in double
/// precision: after the first step the state is rounded to single precision, step by step. The task
/// is that of Moore 1990, "Efficient memory-based learning for robot control".
public struct MountainCarContinuous: ConfigurableEnvironment, Sendable {
  /// The options.
  public struct Configuration: EnvironmentConfiguration {
    /// `goal_velocity`: how fast the car has to be at the goal.
    public var goalVelocity = 0.0

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .number("goal_velocity", \.goalVelocity)
    ]
  }

  /// `MountainCarContinuous-v0`.
  public static var id: String { "MountainCarContinuous-v0" }
  /// What there is to do.
  public static var summary: String { "drive an underpowered car out of a valley" }

  /// The same for all options.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    let low = [-1.2, -0.07].map { Double(Float($0)) }
    let high = [0.6, 0.07].map { Double(Float($0)) }
    return EnvironmentSpecification(
      id: id, observationSpace: .box(low: low, high: high),
      actionSpace: .box(low: [-1], high: [1]), stepLimit: 999)
  }

  private let goalVelocity: Double
  package var position = -0.5
  package var velocity = 0.0
  /// Whether the state has been rounded to single precision, as after every step.
  package var isRounded = false

  /// A car at rest in the valley.
  public init(_ configuration: Configuration = Configuration()) {
    goalVelocity = configuration.goalVelocity
  }

  /// What the driver sees and can do.
  public var specification: EnvironmentSpecification { Self.specification(Configuration()) }

  /// Begins an episode at rest near the bottom.
  public mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
    var random = key.stream()
    position = random.nextUniform(-0.6, -0.4)
    velocity = 0
    isRounded = false
    observe(&observation)
  }

  /// Drives for one step.
  public mutating func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    let force = min(max(action[0], -1), 1)

    // the original multiplies in the precision that the position has
    let phase = isRounded ? Double(3 * Float(position)) : 3 * position
    velocity += force * 0.0015 - 0.0025 * cos(phase)
    if abs(velocity) > 0.07 {
      velocity = velocity < 0 ? -0.07 : 0.07
      position =
        isRounded ? Double(Float(position) + Float(velocity)) : position + velocity
    } else {
      position += velocity
    }

    // the left end is a wall
    position = min(max(position, -1.2), 0.6)
    if position == -1.2, velocity < 0 { velocity = 0 }

    let arrived = position >= 0.45 && velocity >= goalVelocity
    let cost = action[0] * action[0] * 0.1
    position = Double(Float(position))
    velocity = Double(Float(velocity))
    isRounded = true
    observe(&observation)
    return StepOutcome(reward: (arrived ? 100 : 0) - cost, terminated: arrived)
  }

  package func observe(_ observation: inout MutableSpan<Double>) {
    observation[0] = Double(Float(position))
    observation[1] = Double(Float(velocity))
  }
}
