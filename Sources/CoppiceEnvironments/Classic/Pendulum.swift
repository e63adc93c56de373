public import CoppiceRandom

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Swing a pendulum up and keep it upright with as little torque as possible.
///
/// ## Actions
/// | Number | Meaning | Lowest | Highest | Unit |
/// | --- | --- | --- | --- | --- |
/// | 0 | torque, counter-clockwise | −2 | 2 | N·m |
///
/// ## Observations
/// θ is the angle from upright, θ̇ its velocity.
///
/// | Number | Meaning | Lowest | Highest | Unit |
/// | --- | --- | --- | --- | --- |
/// | 0 | cos θ | −1 | 1 | |
/// | 1 | sin θ | −1 | 1 | |
/// | 2 | θ̇ | −8 | 8 | rad/s |
///
/// ## Reward
/// −(θ² + 0.1·θ̇² + 0.001·torque²) with θ in [−π, π), from the state before the step: between
/// −16.27 and 0.
///
/// ## Start
/// θ uniform in [−π, π), θ̇ uniform in [−1, 1).
///
/// ## End
/// Never terminates; truncated after 200 steps.
///
/// ## Source
/// `Pendulum-v1` of Gymnasium 1.4.0, with its arithmetic: the state is double precision,
/// observations are rounded to single.
public struct Pendulum: ConfigurableEnvironment, Sendable {
  /// The options.
  public struct Configuration: EnvironmentConfiguration {
    /// `g`: the acceleration of gravity, in m/s².
    public var gravity = 10.0

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [.number("g", \.gravity)]
  }

  /// `Pendulum-v1`.
  public static var id: String { "Pendulum-v1" }
  /// What there is to do.
  public static var summary: String { "swing a pendulum up and keep it upright" }

  /// The same for all options.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: id, observationSpace: .box(low: [-1, -1, -8], high: [1, 1, 8]),
      actionSpace: .box(low: [-2], high: [2]), stepLimit: 200)
  }

  private let gravity: Double
  package var angle = 0.0
  package var velocity = 0.0

  /// A pendulum that hangs still.
  public init(_ configuration: Configuration = Configuration()) {
    gravity = configuration.gravity
  }

  /// What the pendulum sees and can do.
  public var specification: EnvironmentSpecification { Self.specification(Configuration()) }

  /// Begins an episode at a random angle and velocity.
  public mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
    var random = key.stream()
    angle = random.nextUniform(-Double.pi, Double.pi)
    velocity = random.nextUniform(-1, 1)
    observe(&observation)
  }

  /// Applies a torque for 0.05 s.
  public mutating func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    let torque = min(max(action[0], -2), 2)
    let turns = ((angle + .pi) / (2 * .pi)).rounded(.down)
    let deviation = angle + .pi - 2 * .pi * turns - .pi
    let cost = deviation * deviation + 0.1 * (velocity * velocity) + 0.001 * (torque * torque)

    // mass and length are 1, so the moment of inertia is 1/3
    let acceleration = 3 * gravity / 2 * sin(angle) + 3 * torque
    velocity = min(max(velocity + acceleration * 0.05, -8), 8)
    angle += velocity * 0.05

    observe(&observation)
    return StepOutcome(reward: -cost)
  }

  package func observe(_ observation: inout MutableSpan<Double>) {
    observation[0] = Double(Float(cos(angle)))
    observation[1] = Double(Float(sin(angle)))
    observation[2] = Double(Float(velocity))
  }
}
