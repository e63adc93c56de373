public import CoppiceRandom

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Swing the free end of a double pendulum above a line by a torque on the joint in its middle.
///
/// ## Actions
/// | Number | Meaning |
/// | --- | --- |
/// | 0 | torque of −1 N·m |
/// | 1 | no torque |
/// | 2 | torque of 1 N·m |
///
/// ## Observations
/// θ₁ is the angle of the first link from hanging down, θ₂ that of the second link from the first.
///
/// | Number | Meaning | Lowest | Highest | Unit |
/// | --- | --- | --- | --- | --- |
/// | 0 | cos θ₁ | −1 | 1 | |
/// | 1 | sin θ₁ | −1 | 1 | |
/// | 2 | cos θ₂ | −1 | 1 | |
/// | 3 | sin θ₂ | −1 | 1 | |
/// | 4 | angular velocity of θ₁ | −4π | 4π | rad/s |
/// | 5 | angular velocity of θ₂ | −9π | 9π | rad/s |
///
/// ## Reward
/// −1 for every step, 0 for the one that ends the episode.
///
/// ## Start
/// All angles and velocities uniform in [−0.1, 0.1).
///
/// ## End
/// Terminates when the free end is more than the length of a link above the fixed end:
/// −cos θ₁ − cos(θ₁ + θ₂) > 1; truncated after 500 steps.
///
/// ## Source
/// `Acrobot-v1` of Gymnasium 1.4.0, with its arithmetic: double precision, a start and observations
/// that are rounded to single. The task is that of Sutton 1996, "Generalization in reinforcement
/// learning: successful examples using sparse coarse coding", the dynamics those of Sutton and
/// Barto's book.
public struct Acrobot: ConfigurableEnvironment, Sendable {
  /// There are no options.
  public struct Configuration: EnvironmentConfiguration {
    /// The defaults.
    public init() {}

    /// The options by name.
    public static let fields: [EnvironmentField<Self>] = []
  }

  /// `Acrobot-v1`.
  public static var id: String { "Acrobot-v1" }
  /// What there is to do.
  public static var summary: String { "swing up the free end of a double pendulum" }

  /// The same for all options.
  public static func specification(_ configuration: Configuration) -> EnvironmentSpecification {
    let high = [1, 1, 1, 1, 4 * Double.pi, 9 * Double.pi].map { Double(Float($0)) }
    return EnvironmentSpecification(
      id: id, observationSpace: .box(low: high.map { -$0 }, high: high),
      actionSpace: .discrete(count: 3), stepLimit: 500)
  }

  /// θ₁, θ₂ and their velocities.
  package var state = SIMD4<Double>()

  /// A pendulum that hangs still.
  public init(_ configuration: Configuration = Configuration()) {}

  /// What the pendulum sees and can do.
  public var specification: EnvironmentSpecification { Self.specification(Configuration()) }

  /// Begins an episode near the hanging rest.
  public mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
    var random = key.stream()
    for index in 0..<4 { state[index] = Double(Float(random.nextUniform(-0.1, 0.1))) }
    observe(&observation)
  }

  /// Applies a torque for 0.2 s.
  public mutating func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    let torque = action[0] - 1

    // one step of the classical Runge–Kutta method
    let duration = 0.2
    let first = Self.slope(state, torque)
    let second = Self.slope(state + duration / 2 * first, torque)
    let third = Self.slope(state + duration / 2 * second, torque)
    let fourth = Self.slope(state + duration * third, torque)
    state += duration / 6 * (first + 2 * second + 2 * third + fourth)

    state[0] = Self.wrap(state[0])
    state[1] = Self.wrap(state[1])
    state[2] = min(max(state[2], -4 * .pi), 4 * .pi)
    state[3] = min(max(state[3], -9 * .pi), 9 * .pi)

    observe(&observation)
    let terminated = -cos(state[0]) - cos(state[1] + state[0]) > 1
    return StepOutcome(reward: terminated ? 0 : -1, terminated: terminated)
  }

  /// The time derivative of the state; both links have length 1, mass 1 and moment of inertia 1.
  private static func slope(_ state: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
    let gravity = 9.8
    let centre = 0.5
    let (first, second) = (state[0], state[1])
    let (firstRate, secondRate) = (state[2], state[3])

    let inertia = centre * centre + (1 + centre * centre + 2 * centre * cos(second)) + 2
    let coupling = centre * centre + centre * cos(second) + 1
    let secondPull = centre * gravity * cos(first + second - .pi / 2)
    let firstPull =
      -centre * secondRate * secondRate * sin(second)
      - 2 * centre * secondRate * firstRate * sin(second)
      + (centre + 1) * gravity * cos(first - .pi / 2) + secondPull
    let secondTurn =
      (torque + coupling / inertia * firstPull - centre * firstRate * firstRate * sin(second)
        - secondPull) / (centre * centre + 1 - coupling * coupling / inertia)
    let firstTurn = -(coupling * secondTurn + firstPull) / inertia
    return SIMD4(firstRate, secondRate, firstTurn, secondTurn)
  }

  /// `angle` within [−π, π].
  private static func wrap(_ angle: Double) -> Double {
    var angle = angle
    while angle > .pi { angle -= 2 * .pi }
    while angle < -.pi { angle += 2 * .pi }
    return angle
  }

  package func observe(_ observation: inout MutableSpan<Double>) {
    observation[0] = Double(Float(cos(state[0])))
    observation[1] = Double(Float(sin(state[0])))
    observation[2] = Double(Float(cos(state[1])))
    observation[3] = Double(Float(sin(state[1])))
    observation[4] = Double(Float(state[2]))
    observation[5] = Double(Float(state[3]))
  }
}
