public import CoppiceSDE

/// Where the training of a model of paths stands.
public struct PathTrainingProgress: Sendable {
  /// Updates so far.
  public var step: Int
  /// Updates in all.
  public var totalSteps: Int
  /// What the last update found.
  public var measurements: [PathMeasurement]
  /// What the last evaluation found; nothing before the first.
  public var evaluation: [PathMeasurement]
}

/// Somebody who watches the training of a model of paths; all calls come from the thread that trains, between two
/// updates.
public protocol PathTrainingObserver {
  /// Called after every update.
  func updated(_ progress: PathTrainingProgress)
  /// Called after every evaluation.
  func evaluated(_ measurements: [PathMeasurement], step: Int)
  /// Called when something is likely to be wrong, or cannot be measured; once for each.
  func warned(_ warning: String, step: Int)
  /// Called when a checkpoint lies safely on the disk.
  func checkpointed(step: Int)
}

extension PathTrainingObserver {
  /// Nothing.
  public func updated(_ progress: PathTrainingProgress) {}
  /// Nothing.
  public func evaluated(_ measurements: [PathMeasurement], step: Int) {}
  /// Nothing.
  public func warned(_ warning: String, step: Int) {}
}

extension SilentObserver: PathTrainingObserver {}

/// How the training of a model of paths ended.
public struct PathTrainingSummary: Codable, Sendable, Equatable {
  /// The format of this summary.
  public var schema = 1
  /// Whether all updates were made; otherwise somebody asked the run to stop.
  public var finished: Bool
  /// Updates so far.
  public var steps: Int
  /// What the last update found; empty where the call that ended the run made none.
  public var measurements: [PathMeasurement]
  /// The evaluation at the end; empty where it was stopped, or where none were asked for.
  public var evaluation: [PathMeasurement]
  /// Seconds that this call took; a run that was finished before has the summary of the call that finished it.
  public var seconds: Double
}
