/// Where a run stands.
public struct TrainingProgress: Sendable {
  /// Environment steps so far.
  public var environmentStep: Int
  /// Environment steps in all.
  public var totalSteps: Int
  /// Gradient steps so far.
  public var gradientStep: Int
  /// The sum of rewards of the training episode that ended last.
  public var lastEpisodeReturn: Double?
  /// The mean return of the last evaluation.
  public var lastEvaluationReturn: Double?
  /// The fraction of weights that take part in the products, over all networks that learn.
  public var keptFraction: Double
}

/// Somebody who watches a run: a progress bar, a test.
///
/// All calls come from the thread that runs it, between two steps.
public protocol TrainingObserver {
  /// Called often: every few dozen steps.
  func progressed(_ progress: TrainingProgress)
  /// Called after every evaluation.
  func evaluated(_ record: EvaluationRecord)
  /// Called when a checkpoint lies safely on the disk.
  func checkpointed(step: Int)
}

extension TrainingObserver {
  /// Nothing.
  public func progressed(_ progress: TrainingProgress) {}
  /// Nothing.
  public func evaluated(_ record: EvaluationRecord) {}
  /// Nothing.
  public func checkpointed(step: Int) {}
}

/// How a call of ``TrainingRun/run(observer:shouldStop:)`` ended.
public struct TrainingSummary: Codable, Sendable, Equatable {
  /// The format of this summary.
  public var schema = 1
  /// Whether all steps were taken; otherwise somebody asked the run to stop.
  public var finished: Bool
  /// Environment steps so far.
  public var environmentStep: Int
  /// Gradient steps so far.
  public var gradientStep: Int
  /// Training episodes that ended so far.
  public var episodes: Int
  /// The mean return at the end, over the episodes of an evaluation; nothing where it was stopped.
  public var finalReturn: Double?
  /// The standard deviation over these episodes.
  public var finalDeviation: Double?
  /// The best mean return of an evaluation.
  public var bestReturn: Double?
  /// When that was.
  public var bestStep: Int?
  /// Weights that take part in the products, and weights of the dense networks.
  public var weights: [Weights]
  /// The area under the learning curve so far; nothing without evaluations.
  public var learningCurveArea: LearningCurveArea?
  /// Seconds that this call took.
  public var seconds: Double

  /// How many weights one network keeps.
  public struct Weights: Codable, Sendable, Equatable {
    /// Which network.
    public var network: String
    /// Weights that take part in the products.
    public var kept: Int
    /// Weights of the dense network.
    public var dense: Int
  }

  private enum CodingKeys: String, CodingKey {
    case schema
    case finished
    case environmentStep = "environment_step"
    case gradientStep = "gradient_step"
    case episodes
    case finalReturn = "final_return"
    case finalDeviation = "final_deviation"
    case bestReturn = "best_return"
    case bestStep = "best_step"
    case weights
    case learningCurveArea = "learning_curve_area"
    case seconds
  }
}
