public import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

/// A model that learns to make paths like those that it is shown: what a training has to know of it.
///
/// ## Randomness
/// Everything follows from the key that a model is made with and the number of the update; what is sampled from
/// the key of the samples. Nothing depends on the number of threads.
public protocol PathModel: Checkpointable, SendableMetatype {
  /// What learns, and how.
  associatedtype Configuration: Codable & Sendable
  /// What an update found.
  associatedtype Progress: PathModelProgress

  /// What settings call it: `gan`.
  static var name: String { get }
  /// What it is, in a phrase.
  static var summary: String { get }
  /// The configuration where nothing else is said.
  static var defaults: Configuration { get }

  /// A model that knows nothing yet.
  ///
  /// - Parameters:
  ///   - data: Paths to learn from, shifted and scaled to numbers near 1; gaps are allowed.
  ///   - configuration: What learns, and how.
  ///   - rule: Which weights are kept; all where nothing is given.
  ///   - key: Initial weights, noise, and the order of the data.
  ///   - pool: Whose threads share the work.
  /// - Throws: `UserError` of kind `configuration` for what makes no sense.
  init(
    data: PathSet, configuration: Configuration, rule: (any TopologyRule)?, key: RandomKey,
    pool: WorkerPool
  ) throws(UserError)

  /// Updates so far.
  var stepCount: Int { get }

  /// How many updates the mean of the weights is of; 0 where there is none yet, or never one.
  var averagedCount: Int { get }

  /// Whether all weights are finite numbers.
  var isFinite: Bool { get }

  /// What is wrong with the solutions of the last update, if anything.
  var warning: String? { get }

  /// One update.
  @discardableResult func update() -> Progress

  /// New paths at the times of the data.
  ///
  /// Path `n` depends on the weights, the key and on `n` alone.
  ///
  /// - Parameters:
  ///   - count: How many; positive.
  ///   - averaged: Whether the mean of the weights makes them, or those of the last update.
  ///   - key: Their noise.
  /// - Returns: Paths without gaps, with the channels of the data.
  /// - Throws: `UserError` of kind `divergence` where a value is not finite.
  func sample(_ count: Int, averaged: Bool, key: RandomKey) throws(UserError) -> PathSet
}

/// What an update of a model of paths found.
public protocol PathModelProgress: Sendable {
  /// The numbers that are logged; always the same names.
  var measurements: [PathMeasurement] { get }
}

/// A number that says how a model of paths is doing.
public struct PathMeasurement: Codable, Sendable, Equatable {
  /// What it is, in the spelling of logs: `loss`.
  public var name: String
  /// The number.
  public var value: Double

  /// A measurement from its parts.
  public init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
}
