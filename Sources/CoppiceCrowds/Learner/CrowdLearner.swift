public import CoppiceGridWorld
public import CoppiceRandom
public import CoppiceTensors

/// Something that learns how agents of one shape should act, from all that they do and earn.
///
/// A learner plays one group of a world or several, such as both sides of a battle. A type of this kind and a
/// line in a ``CrowdLearnerCatalogue`` are all that a new method takes; its hyper-parameters are read from the
/// table of its name.
///
/// ## The calls of an episode
/// ```swift
/// learner.begin(episode, groups: [0, 1])
/// while !episode.isFinished {
///   for group in [0, 1] { learner.act(for: group, in: episode, key: key) }
///   episode.step()
///   for group in [0, 1] { learner.receive(for: group, in: episode) }
///   episode.clearDead()
///   if episode.isFinished { learner.finish(episode) }
///   learner.learn(key: updates)
/// }
/// ```
/// In the last round ``finish(_:)`` comes before ``learn(key:)``, so that a learner that learns from whole
/// episodes has one then. Checkpoints are taken between episodes.
///
/// ## What is kept from step to step
/// Agents change their order when some of them die; `episode.numbers(of:)` says who is where. Numbers are below
/// `episode.agentCapacity`, no two agents of a world share one, and each keeps its own for life, so state of
/// agents (what they did last, what a recurrent network remembers) lies in arrays by number. The actions that
/// were chosen are gone after the step: a learner notes them when it acts.
///
/// ## Ends
/// `episode.isTerminated(of:)` says for whom everything ended, by death or because the world is over; they
/// have no future. Agents that are there after the last step and were not terminated were cut off: what they
/// see when ``finish(_:)`` is called is to be valued in place of their future.
///
/// ## Randomness
/// All from the keys that are handed over; results do not depend on the number of threads. Everything that
/// later results depend on is saved.
///
/// ## Cost
/// No call but ``begin(_:groups:)`` allocates once the learner is under way.
public protocol CrowdLearner: AnyObject, Checkpointable, SendableMetatype {
  /// The hyper-parameters of the learner.
  associatedtype Configuration: Codable & Sendable & Equatable

  /// The name in settings: `dqn`.
  static var name: String { get }

  /// What it is, in a phrase.
  static var summary: String { get }

  /// The hyper-parameters where nothing is said.
  static var defaults: Configuration { get }

  /// A learner that knows nothing yet.
  ///
  /// - Parameters:
  ///   - configuration: The hyper-parameters.
  ///   - setup: What it is made for.
  /// - Throws: `UserError` of kind `configuration` that names the first value that makes no sense.
  init(_ configuration: Configuration, setup: CrowdLearnerSetup) throws(UserError)

  /// Steps of its agents so far, in all episodes.
  var agentSteps: Int { get }

  /// How often it has changed its networks.
  var updates: Int { get }

  /// How it goes, for people: its loss, how much it explores.
  var measurements: [LearnerMeasurement] { get }

  /// Begins an episode.
  ///
  /// - Parameters:
  ///   - episode: At its beginning.
  ///   - groups: The groups that it plays in this episode; there may be none.
  func begin(_ episode: WorldEpisode, groups: [Int])

  /// Writes an action for every agent of a group, as one does who wants to learn, and notes what was seen and
  /// done.
  ///
  /// - Parameters:
  ///   - group: Which group.
  ///   - episode: Before its next step.
  ///   - key: Randomness of this step and group.
  func act(for group: Int, in episode: WorldEpisode, key: RandomKey)

  /// Notes what the agents of a group earned in the step, and for whom it was the last.
  ///
  /// - Parameters:
  ///   - group: Which group.
  ///   - episode: After a step, before the dead are cleared.
  func receive(for group: Int, in episode: WorldEpisode)

  /// Closes the books of an episode: nobody acts any more.
  ///
  /// - Parameter episode: After its last step, with the dead cleared.
  func finish(_ episode: WorldEpisode)

  /// Updates as often as is due after what was noted, which may be not at all.
  ///
  /// - Parameter key: Of all updates of the training; each takes its share by its number.
  func learn(key: RandomKey)

  /// How its agents act when nothing is to be learned: it shares the networks of the learner, and what it
  /// remembers of an episode is its own.
  ///
  /// - Returns: A policy of its own for each call.
  func makePolicy() -> any GroupPolicy

  /// Saves what agents need to act.
  func savePolicy(into tensors: inout NamedTensors)

  /// Restores what ``savePolicy(into:)`` saved; the rest of the learner stays as it is.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when something is missing or does not fit.
  func restorePolicy(from tensors: NamedTensors) throws(UserError)
}

/// A number that says how a learner is doing.
public struct LearnerMeasurement: Sendable, Equatable {
  /// What it is: `loss`.
  public var name: String
  /// The number.
  public var value: Double

  /// A measurement from its parts.
  public init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
}
