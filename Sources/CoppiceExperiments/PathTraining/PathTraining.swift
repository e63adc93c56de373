import CoppiceRandom
import CoppiceSDE
public import CoppiceTensors

/// The training of a model of paths with its record on the disk.
///
/// It can be stopped between any two updates, or killed at any moment, and continued from its last checkpoint with the
/// same bits as if it had never stopped.
///
/// ```swift
/// var settings = PathTrainingSettings()
/// settings.data = "ou-const"
/// let training = try PathTraining(settings, at: "runs/ou")
/// let summary = try training.run()
/// ```
///
/// ## Randomness
/// All keys follow from the seed. Nothing depends on threads, time or paths of files.
public final class PathTraining {
  /// Everything that decides what the run does.
  public let settings: PathTrainingSettings
  /// Where its record lies.
  public let folder: PathRunFolder
  /// What is learned from, and compared with.
  public let data: PathData

  private let model: any PathModel
  private let key: RandomKey
  private let pool: WorkerPool
  private let lock: RunLock
  private let metrics: JSONLines
  private let dataChecksum: Int
  private var lastEvaluation: (step: Int, measurements: [PathMeasurement])?
  /// Metrics that were said not to be measured.
  private var unmeasured: Set<String> = []
  /// Whether solutions were said to go astray.
  private var hasStrayed = false

  /// A new training in a new folder.
  ///
  /// - Parameters:
  ///   - settings: Everything that decides what it does.
  ///   - path: The folder; it must not hold a run already.
  /// - Throws: `UserError` when the settings or the data make no sense, or the folder cannot be written; no folder is
  ///   left behind by bad settings.
  public convenience init(
    _ settings: PathTrainingSettings, at path: String
  ) throws(UserError) {
    try settings.validate()
    let settings = try settings.spelledOut()
    let data = try PathData(settings)
    let pool = WorkerPool(threadCount: settings.threads)
    let model = try Self.model(settings, data, pool: pool)
    let bytes = try data.encoded()
    let (folder, lock) = try PathRunFolder.create(at: path, bytes)
    // the folder is a run's from here on
    try folder.write(settings, .ofThisMachine)
    try self.init(
      settings, folder, data, model, lock: lock, pool: pool,
      dataChecksum: Int(CRC32C.checksum(bytes)))
  }

  /// The training in `path`, continued from a checkpoint.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - step: Which checkpoint; the newest without.
  ///   - totalSteps: Updates in all, where more are wanted than the settings say.
  ///   - threads: How many threads share the work from now on; as before without.
  /// - Throws: `UserError` when there is no checkpoint, or it is damaged or of another model; nothing is changed then.
  public convenience init(
    resuming path: String, from step: Int? = nil, totalSteps: Int? = nil, threads: Int? = nil
  ) throws(UserError) {
    let folder = try PathRunFolder(opening: path)
    let lock = try folder.lock()
    var settings = try folder.settings()
    settings.steps = totalSteps ?? settings.steps
    settings.threads = threads ?? settings.threads
    try settings.validate()
    let contents =
      if let step { try folder.checkpoints.load(step: step) } else {
        try folder.checkpoints.latest()
      }
    guard settings.steps >= contents.step else {
      throw UserError(
        .configuration, found: "\(settings.steps) steps for a run that is at \(contents.step)",
        expected: "at least \(contents.step)",
        action: "ask for more steps, or go back with --from STEP")
    }
    let (data, checksum) = try folder.data(for: contents)
    let pool = WorkerPool(threadCount: settings.threads)
    let model = try Self.model(settings, data, restored: contents, pool: pool)
    try self.init(
      settings, folder, data, model, lock: lock, pool: pool, dataChecksum: checksum)
    // everything that can be refused comes first; only then is anything changed
    _ = try metrics.length(through: contents.step)
    try folder.write(settings, .ofThisMachine)
    try folder.checkpoints.discard(after: contents.step)
    // the first checkpoint comes before the first evaluation, which is made again
    try metrics.cut(after: contents.step > 0 ? contents.step : -1)
  }

  private init(
    _ settings: PathTrainingSettings, _ folder: PathRunFolder, _ data: PathData,
    _ model: any PathModel, lock: RunLock, pool: WorkerPool, dataChecksum: Int
  ) throws(UserError) {
    (self.settings, self.folder, self.data, self.model) = (settings, folder, data, model)
    (self.lock, self.pool, self.dataChecksum) = (lock, pool, dataChecksum)
    key = RandomKey(seed: settings.seed)
    metrics = try JSONLines(folder.metricsPath)
  }

  /// A model that knows nothing yet.
  private static func model(
    _ settings: PathTrainingSettings, _ data: PathData, pool: WorkerPool
  ) throws(UserError) -> any PathModel {
    try PathModelCatalogue.standard.entry(settings.model).model(
      data: try data.normalised(), options: settings.options, rule: try settings.rule(),
      key: RandomKey(seed: settings.seed).split("model"), pool: pool)
  }

  /// A model as a checkpoint knows it.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when it is of another model or of other sizes.
  static func model(
    _ settings: PathTrainingSettings, _ data: PathData, restored contents: CheckpointContents,
    pool: WorkerPool
  ) throws(UserError) -> any PathModel {
    guard contents.state["model"] == .string(settings.model) else {
      throw UserError(
        .checkpoint, found: "a checkpoint of another model than \"\(settings.model)\"",
        expected: "the model that the run began with",
        action: "set `model` in sde.toml to what it was")
    }
    let model = try model(settings, data, pool: pool)
    try model.restore(from: try contents.tensors("model"))
    guard model.stepCount == contents.step else {
      throw UserError(
        .checkpoint, found: "a checkpoint of update \(model.stepCount)",
        expected: "\(contents.step)", action: "use a checkpoint that was not altered")
    }
    return model
  }

  /// Updates so far.
  public var step: Int { model.stepCount }

  // MARK: Running

  /// Trains until all updates are made, or until `shouldStop` says so.
  ///
  /// Ends with a checkpoint either way. Where all were made before, nothing is written.
  ///
  /// - Parameters:
  ///   - observer: Somebody who watches.
  ///   - shouldStop: Asked between any two updates.
  /// - Returns: How it ended.
  /// - Throws: `UserError` of kind `divergence` when a loss or a weight is no longer finite, of kind `file` when the
  ///   record cannot be written; the last checkpoint is untouched.
  public func run(
    observer: some PathTrainingObserver = SilentObserver(), shouldStop: () -> Bool = { false }
  ) throws(UserError) -> PathTrainingSummary {
    let start = secondsNow()
    if step > 0, step == settings.steps, let earlier: PathTrainingSummary = try folder.summary(),
      earlier.finished, earlier.steps == step
    {
      return earlier
    }
    var isStopped = false
    if step == 0 {
      // what a run that is killed early, or cannot be evaluated, goes on from; and where every curve begins
      try checkpoint(observer)
      if settings.evaluationEvery > 0, lastEvaluation == nil { try evaluateOnSchedule(observer) }
    }
    var (checkpointed, logged) = (step, secondsNow())
    var measurements: [PathMeasurement] = []
    while step < settings.steps {
      if shouldStop() {
        isStopped = true
        break
      }
      measurements = model.update().measurements
      for own in measurements where !(abs(own.value) < Self.largest) {
        // without the sign that a NaN may have
        throw diverged("\(own.name) is \(own.value.isNaN ? "nan" : "\(own.value)")")
      }
      if step.isMultiple(of: settings.logEvery) {
        if !hasStrayed, let warning = model.warning {
          hasStrayed = true
          observer.warned(warning, step: step)
        }
        let now = secondsNow()
        try log(measurements, under: "", seconds: now - logged)
        logged = now
      }
      observer.updated(
        PathTrainingProgress(
          step: step, totalSteps: settings.steps, measurements: measurements,
          evaluation: lastEvaluation?.measurements ?? []))
      if settings.evaluationEvery > 0, step.isMultiple(of: settings.evaluationEvery) {
        let began = secondsNow()
        try evaluateOnSchedule(observer)
        logged += secondsNow() - began
      }
      if settings.checkpointEvery > 0, step.isMultiple(of: settings.checkpointEvery) {
        let began = secondsNow()
        try checkpoint(observer)
        logged += secondsNow() - began
        checkpointed = step
      }
    }
    if checkpointed != step { try checkpoint(observer) }
    let summary = PathTrainingSummary(
      finished: !isStopped, steps: step, measurements: measurements,
      evaluation: isStopped ? [] : try finalEvaluation(observer), seconds: secondsNow() - start)
    try folder.write(summary: summary)
    return summary
  }

  /// What no loss of values near 1 reaches, and what is far from the largest number of single precision.
  private static let largest = 1e15

  private func diverged(_ found: String) -> UserError {
    let last = (try? folder.checkpoints.steps().last).flatMap { $0 }.map { "\($0)" } ?? "0"
    return UserError(
      .divergence, found: "\(found) after update \(step)",
      expected: "a finite number, and none beyond \(Float(Self.largest))",
      action: "lower the learning rates and train anew; the checkpoint of update \(last) is whole")
  }

  private func log(
    _ measurements: [PathMeasurement], under name: String, seconds: Double?
  ) throws(UserError) {
    var line: [String: StructuredValue] = ["step": .integer(step)]
    line["seconds"] = seconds.map(StructuredValue.number)
    for own in measurements { line[name + own.name] = .number(own.value) }
    try metrics.append(StructuredValue.table(line))
  }

  // MARK: Evaluation

  private func evaluateOnSchedule(_ observer: some PathTrainingObserver) throws(UserError) {
    let measurements = try evaluate(observer)
    try log(measurements, under: "evaluation/", seconds: nil)
    lastEvaluation = (step, measurements)
    observer.evaluated(measurements, step: step)
  }

  /// The evaluation at the end; off the schedule it is part of the summary alone, since a longer run would not have
  /// it.
  private func finalEvaluation(
    _ observer: some PathTrainingObserver
  ) throws(UserError) -> [PathMeasurement] {
    guard settings.evaluationEvery > 0 else { return [] }
    if let lastEvaluation, lastEvaluation.step == step { return lastEvaluation.measurements }
    return try evaluate(observer)
  }

  private func evaluate(
    _ observer: some PathTrainingObserver
  ) throws(UserError) -> [PathMeasurement] {
    guard model.isFinite else { throw diverged("a weight is not finite") }
    let key = key.split("evaluation").split(step)
    let samples = try data.restored(
      try model.sample(
        settings.evaluationPaths, averaged: model.averagedCount > 0, key: key.split("samples")))
    let comparison = try PathMetricCatalogue.standard.quick.measure(
      samples, against: data.heldOut, key: key.split("metrics"), pool: pool)
    for own in comparison.refusals where unmeasured.insert(own.metric).inserted {
      observer.warned("\(own.metric) is not measured: \(own.reason)", step: step)
    }
    return comparison.measurements
  }

  // MARK: Record

  /// Writes a checkpoint of this moment.
  ///
  /// - Throws: `UserError` of kind `divergence` when a weight is not finite, of kind `file` when it cannot be
  ///   written; earlier checkpoints are untouched.
  private func checkpoint(_ observer: some PathTrainingObserver) throws(UserError) {
    guard model.isFinite else { throw diverged("a weight is not finite") }
    try metrics.synchronise()
    var tensors = NamedTensors()
    model.save(into: &tensors)
    try folder.checkpoints.write(
      CheckpointContents(
        step: step,
        state: .table([
          "model": .string(settings.model), "data_crc32c": .integer(dataChecksum),
        ]), files: [.init("model", tensors)]), keep: settings.keep)
    observer.checkpointed(step: step)
  }
}
