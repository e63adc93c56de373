public import CoppiceRandom

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keep a pole upright on a cart by pushing the cart left or right.
///
/// ## Actions
/// | Number | Meaning |
/// | --- | --- |
/// | 0 | push the cart to the left with 10 N |
/// | 1 | push the cart to the right with 10 N |
///
/// ## Observations
/// | Number | Meaning | Lowest | Highest | Unit |
/// | --- | --- | --- | --- | --- |
/// | 0 | position of the cart | −4.8 | 4.8 | m |
/// | 1 | velocity of the cart | −∞ | ∞ | m/s |
/// | 2 | angle of the pole from upright | −0.418 | 0.418 | rad |
/// | 3 | angular velocity of the pole | −∞ | ∞ | rad/s |
///
/// ## Reward
/// 1 for every step, also for the one that ends the episode. With `sutton_barto_reward`: 0, and −1
/// for the step that lets the pole fall.
///
/// ## Start
/// Every number uniform in [−0.05, 0.05).
///
/// ## End
/// Terminates when the cart is more than 2.4 m from the centre or the pole more than 12° from
/// upright; truncated after 500 steps.
///
/// ## Source
/// `CartPole-v1` of Gymnasium 1.4.0, with its arithmetic: the state is double precision,
/// observations are rounded to single. The task is that of Barto, Sutton, Anderson 1983,
/// "Neuronlike adaptive elements that can solve difficult learning control problems".
public struct CartPole: ConfigurableEnvironment, Sendable {
  /// The options.
  public struct Configuration: EnvironmentConfiguration {
    /// `sutton_barto_reward`: whether only the fall counts.
    public var onlyFallCounts = false

    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = [
      .bool("sutton_barto_reward", \.onlyFallCounts)
    ]
  }

  /// `CartPole-v1`.
  public static var id: String { "CartPole-v1" }
  /// What there is to do.
  public static var summary: String { "keep a pole upright on a cart" }

  private static let angleLimit = 12 * 2 * Double.pi / 360
  private static let positionLimit = 2.4

  /// The same for all options.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    let position = Double(Float(2 * positionLimit))
    let angle = Double(Float(2 * angleLimit))
    return EnvironmentSpecification(
      id: id,
      observationSpace: .box(
        low: [-position, -.infinity, -angle, -.infinity],
        high: [position, .infinity, angle, .infinity]),
      actionSpace: .discrete(count: 2), stepLimit: 500)
  }

  private let onlyFallCounts: Bool
  package var position = 0.0
  package var velocity = 0.0
  package var angle = 0.0
  package var angularVelocity = 0.0

  /// A cart at rest under an upright pole.
  public init(_ configuration: Configuration = Configuration()) {
    onlyFallCounts = configuration.onlyFallCounts
  }

  /// What the cart sees and can do.
  public var specification: EnvironmentSpecification { Self.specification(Configuration()) }

  /// Begins an episode near the upright rest.
  public mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
    var random = key.stream()
    position = random.nextUniform(-0.05, 0.05)
    velocity = random.nextUniform(-0.05, 0.05)
    angle = random.nextUniform(-0.05, 0.05)
    angularVelocity = random.nextUniform(-0.05, 0.05)
    observe(&observation)
  }

  /// Pushes for 0.02 s.
  public mutating func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    let cartMass = 1.0
    let poleMass = 0.1
    let halfLength = 0.5
    let gravity = 9.8
    let duration = 0.02

    // the equations of motion of cart and pole, without friction
    let force = action[0] == 1 ? 10.0 : -10.0
    let total = cartMass + poleMass
    let moment = poleMass * halfLength
    let push = (force + moment * (angularVelocity * angularVelocity) * sin(angle)) / total
    let turn =
      (gravity * sin(angle) - cos(angle) * push)
      / (halfLength * (4.0 / 3 - poleMass * (cos(angle) * cos(angle)) / total))
    let acceleration = push - moment * turn * cos(angle) / total

    // explicit Euler
    position += duration * velocity
    velocity += duration * acceleration
    angle += duration * angularVelocity
    angularVelocity += duration * turn

    observe(&observation)
    let fallen = abs(position) > Self.positionLimit || abs(angle) > Self.angleLimit
    return StepOutcome(
      reward: onlyFallCounts ? (fallen ? -1 : 0) : 1, terminated: fallen)
  }

  package func observe(_ observation: inout MutableSpan<Double>) {
    observation[0] = Double(Float(position))
    observation[1] = Double(Float(velocity))
    observation[2] = Double(Float(angle))
    observation[3] = Double(Float(angularVelocity))
  }
}
