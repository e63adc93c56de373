public import CoppiceRandom
public import CoppiceSDE
public import CoppiceTensors

/// A model of paths as a run folder has it: it makes paths in the units of the data.
public final class TrainedPathModel {
  /// Where it lies.
  public let folder: PathRunFolder
  /// How it was trained.
  public let settings: PathTrainingSettings
  /// What it was trained on.
  public let data: PathData
  /// After how many updates.
  public let step: Int

  let pool: WorkerPool
  private let model: any PathModel

  /// The model of a run.
  ///
  /// - Parameters:
  ///   - path: The folder of the run.
  ///   - step: Which checkpoint; the newest without.
  ///   - pool: Whose threads share the work.
  /// - Throws: `UserError` of kind `checkpoint` when there is none, or when it is damaged or of another model.
  public init(
    opening path: String, from step: Int? = nil, pool: WorkerPool
  ) throws(UserError) {
    folder = try PathRunFolder(opening: path)
    settings = try folder.settings()
    self.pool = pool
    let contents =
      if let step { try folder.checkpoints.load(step: step) } else {
        try folder.checkpoints.latest()
      }
    self.step = contents.step
    data = try folder.data(for: contents).data
    model = try PathTraining.model(settings, data, restored: contents, pool: pool)
  }

  /// New paths, in the units and at the times of the data.
  ///
  /// - Parameters:
  ///   - count: How many; positive.
  ///   - averaged: Whether the mean of the weights makes them; without, where there is one.
  ///   - key: Their noise; path `n` depends on it and on `n` alone.
  /// - Returns: Paths without gaps.
  /// - Throws: `UserError` of kind `configuration` where a mean is wanted that there is not, of kind `divergence`
  ///   where a value is not finite.
  public func sample(
    _ count: Int, averaged: Bool? = nil, key: RandomKey
  ) throws(UserError) -> PathSet {
    let averaged = averaged ?? isAveraged
    guard !averaged || isAveraged else {
      throw UserError(
        .configuration, found: "no mean of the weights after \(step) updates",
        expected: "more updates than model_options.averages_after leaves out",
        action: "train longer, or use the weights of the last update with --no-averaged")
    }
    return try data.restored(try model.sample(count, averaged: averaged, key: key))
  }

  /// Whether there is a mean of the weights.
  public var isAveraged: Bool { model.averagedCount > 0 }
}
