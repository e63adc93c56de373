public import CoppiceRandom

/// A world that one agent acts in, a step at a time.
///
/// An environment is a deterministic function of the key it was reset with and of the actions
/// since: the same key and actions give the same observations and rewards, bit for bit. Checkpoints
/// rest on this: they save an episode as its key and its actions.
///
/// Make one as a `struct` with plain state. It need not know about step limits, which the
/// specification states and the runner enforces, nor about drawing.
///
/// ```swift
/// struct Corridor: Environment {
///   var position = 0.0
///   let specification = EnvironmentSpecification(
///     id: "Corridor-v0", observationSpace: .box(low: [-10], high: [10]),
///     actionSpace: .box(low: [-1], high: [1]), stepLimit: 200)
///
///   mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
///     var random = key.stream()
///     position = random.nextUniform(-1, 1)
///     observation[0] = position
///   }
///
///   mutating func step(
///     _ action: Span<Double>, observation: inout MutableSpan<Double>
///   ) -> StepOutcome {
///     position += action[0]
///     observation[0] = position
///     return StepOutcome(reward: -abs(position), terminated: abs(position) > 10)
///   }
/// }
/// ```
///
/// ## Shapes
/// - `O` numbers of an observation, `A` numbers of an action (1, a whole number, where the action
///   space is discrete)
public protocol Environment {
  /// What the environment is called, sees and can do.
  var specification: EnvironmentSpecification { get }

  /// Begins an episode.
  ///
  /// - Parameters:
  ///   - key: All randomness of the episode.
  ///   - observation: `[O]`, receives the first observation.
  mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>)

  /// Acts once.
  ///
  /// - Parameters:
  ///   - action: `[A]`, within the action space.
  ///   - observation: `[O]`, receives what the step led to.
  /// - Returns: The reward, and whether the episode ended.
  mutating func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome
}

/// What one step of an environment led to, besides the observation.
public struct StepOutcome: Sendable, Equatable {
  /// The reward of the step.
  public var reward: Double
  /// Whether the episode ended in a terminal state, whose value is 0 by definition.
  public var terminated: Bool
  /// Whether the episode was cut off although it could go on; the step limit is added by the
  /// runner.
  public var truncated: Bool

  /// An outcome from its parts.
  public init(reward: Double, terminated: Bool = false, truncated: Bool = false) {
    self.reward = reward
    self.terminated = terminated
    self.truncated = truncated
  }
}

/// What an environment is called, sees and can do.
public struct EnvironmentSpecification: Sendable, Equatable {
  /// The name, Gymnasium's where it has one: `HalfCheetah-v5`.
  public var id: String
  /// What observations look like.
  public var observationSpace: Space
  /// What actions look like.
  public var actionSpace: Space
  /// After how many steps an episode is truncated; never where nothing is given.
  public var stepLimit: Int?

  /// A specification from its parts.
  public init(id: String, observationSpace: Space, actionSpace: Space, stepLimit: Int?) {
    self.id = id
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.stepLimit = stepLimit
  }
}

/// A set of observations or actions.
public enum Space: Sendable, Equatable {
  /// Vectors of real numbers between `low` and `high`, both included; bounds may be infinite.
  case box(low: [Double], high: [Double])
  /// The whole numbers from 0 to `count` − 1.
  case discrete(count: Int)

  /// How many numbers a member has: the length of a vector, or 1 for a whole number.
  public var size: Int {
    switch self {
    case .box(let low, _): low.count
    case .discrete: 1
    }
  }
}
