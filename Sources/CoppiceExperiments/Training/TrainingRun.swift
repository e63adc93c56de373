public import CoppiceAgents
public import CoppiceEnvironments
import CoppiceRandom
import CoppiceReplay
public import CoppiceSparsity
public import CoppiceTensors

/// A run: a training loop with its record on the disk.
///
/// The run trains, evaluates, logs and takes checkpoints on the schedule of its configuration. It can
/// be stopped between any two steps, or killed at any moment, and continued from its last checkpoint
/// with the same bits as if it had never stopped.
///
/// ```swift
/// var configuration = try RunConfiguration.resolve(environment: "Pendulum-v1")
/// configuration.sparsity = try SparsityExpression("2:4")
/// let run = try TrainingRun(configuration, at: "runs/pendulum")
/// let summary = try run.run()
/// print(summary.finalReturn ?? .nan)
/// ```
///
/// ## Randomness
/// All keys follow from the seed of the configuration. Nothing depends on threads, time or paths.
public final class TrainingRun {
  /// Everything that decides what the run does.
  public let configuration: RunConfiguration
  /// Where its record lies.
  public let folder: RunFolder

  let loop: TrainingLoop
  var best: (step: Int, mean: Double)?

  private let key: RandomKey
  private let lock: RunLock
  private let evaluator: Evaluator
  private let replayFile: ReplayFile
  private let logs: RunLogs
  private lazy var probe = NetworkProbe(agent: loop.agent, replay: loop.replay)
  private var recordedRows: Int
  private var lastEvaluation: EvaluationRecord?

  /// A new run in a new folder.
  ///
  /// - Parameters:
  ///   - configuration: Everything that decides what the run does.
  ///   - path: The folder; it must not hold a run already.
  ///   - initial: The networks to begin with; drawn where nothing is given.
  ///   - environments: The environments that can be named.
  ///   - algorithms: The algorithms that can be named.
  ///   - sparsities: The sparsity methods that can be named.
  /// - Throws: `UserError` when the configuration makes no sense, something is missing, or the
  ///   folder cannot be written; no folder is left behind by a bad configuration.
  public convenience init(
    _ configuration: RunConfiguration, at path: String, from initial: InitialWeights? = nil,
    environments: EnvironmentCatalogue = .standard, algorithms: AlgorithmCatalogue = .standard,
    sparsities: SparsityCatalogue = .standard
  ) throws(UserError) {
    let configuration = try configuration.spellingOutSparsity(sparsities)
    try initial?.check(for: configuration)
    let parts = try Parts(
      configuration, environments, algorithms, sparsities, initialWeights: initial?.tensors)
    try initial?.restoreNormaliser(of: parts.agent)
    var provenance = Provenance.current(
      instructionSet: parts.arithmetic.instructionSet.rawValue)
    provenance.initialWeights = initial?.origin ?? ""
    let (folder, lock) = try RunFolder.create(
      at: path, configuration: configuration, provenance: provenance)
    let replayFile = try ReplayFile(
      creating: folder.replayPath, rowByteCount: parts.rowByteCount, format: parts.replayFormat)
    try self.init(configuration, folder, parts, replayFile, lock: lock)
    if configuration.tensorboard { try logs.showInTensorBoard() }
  }

  /// The run in `path`, continued from a checkpoint.
  ///
  /// - Parameters:
  ///   - path: The folder of the run.
  ///   - step: Which checkpoint; the newest without.
  ///   - totalSteps: Environment steps in all, where more are wanted than the configuration says.
  ///   - threads: How many threads share the work from now on; as before without.
  ///   - tensorboard: Whether event files are written from now on; as before without.
  ///   - environments: The environments that can be named.
  ///   - algorithms: The algorithms that can be named.
  ///   - sparsities: The sparsity methods that can be named.
  /// - Throws: `UserError` when there is no checkpoint or it is damaged; nothing is changed then.
  public convenience init(
    resuming path: String, from step: Int? = nil, totalSteps: Int? = nil, threads: Int? = nil,
    tensorboard: Bool? = nil,
    environments: EnvironmentCatalogue = .standard, algorithms: AlgorithmCatalogue = .standard,
    sparsities: SparsityCatalogue = .standard
  ) throws(UserError) {
    let folder = try RunFolder(opening: path)
    let lock = try folder.lock()
    var configuration = try folder.configuration()
    configuration.steps = totalSteps ?? configuration.steps
    configuration.threads = threads ?? configuration.threads
    configuration.tensorboard = tensorboard ?? configuration.tensorboard
    try configuration.validate()
    configuration = try configuration.spellingOutSparsity(sparsities)
    let store = folder.checkpoints
    let contents = if let step { try store.load(step: step) } else { try store.latest() }
    try RunPruning.refuse(contents, of: folder.path)
    // environments step together, and so a run ends up to that many steps late
    guard contents.step < configuration.steps + configuration.environments else {
      throw UserError(
        .configuration, found: "\(configuration.steps) steps for a run that is at \(contents.step)",
        expected: "at least \(contents.step)",
        action: "ask for more steps, or go back with --from STEP")
    }
    let parts = try Parts(configuration, environments, algorithms, sparsities)
    let replayFile = try ReplayFile(
      resuming: folder.replayPath, rowByteCount: parts.rowByteCount, format: parts.replayFormat,
      at: contents.replay ?? ReplayFile.Position(rowCount: 0, checksum: 0))
    try self.init(configuration, folder, parts, replayFile, lock: lock)
    // everything that can be refused comes first; only then is anything changed
    try restore(contents)
    try logs.check(through: contents.step)
    var provenance = Provenance.current(
      instructionSet: parts.arithmetic.instructionSet.rawValue)
    provenance.initialWeights = try folder.initialWeights()
    try folder.write(configuration, provenance)
    try store.discard(after: contents.step)
    try replayFile.cutLaterRows()
    try logs.cut(after: contents.step)
    if configuration.tensorboard { try logs.showInTensorBoard() }
  }

  private init(
    _ configuration: RunConfiguration, _ folder: RunFolder, _ parts: Parts,
    _ replayFile: ReplayFile, lock: RunLock
  ) throws(UserError) {
    self.configuration = configuration
    self.folder = folder
    self.lock = lock
    self.replayFile = replayFile
    key = parts.key
    evaluator = parts.evaluator
    recordedRows = 0
    logs = try RunLogs(folder)
    loop = try TrainingLoop(
      agent: parts.agent, environment: parts.environment, replay: parts.replay,
      plan: parts.plan, key: key.split("training"))
  }

  /// The agent that learns.
  public var agent: any Algorithm { loop.agent }

  /// Environment steps so far.
  public var environmentStep: Int { loop.environmentStep }

  /// Gradient steps so far.
  public var gradientStep: Int { loop.gradientStep }

  // MARK: Running

  /// Trains until all steps are taken, or until `shouldStop` says so.
  ///
  /// Ends with a checkpoint either way. Where all were taken before, nothing is written.
  ///
  /// - Parameters:
  ///   - observer: Somebody who watches.
  ///   - shouldStop: Asked between any two steps.
  /// - Returns: How it ended.
  /// - Throws: `UserError` of kind `divergence` when losses are no longer finite, of kind `file`
  ///   when the record cannot be written, of kind `environment` when the environment breaks its
  ///   contract; the last checkpoint is untouched.
  public func run(
    observer: some TrainingObserver = SilentObserver(), shouldStop: () -> Bool = { false }
  ) throws(UserError) -> TrainingSummary {
    let start = secondsNow()
    if loop.environmentStep >= configuration.steps,
      let earlier: TrainingSummary = try folder.summary(), earlier.finished,
      earlier.environmentStep == loop.environmentStep
    {
      return earlier
    }
    var reported = start
    var reportedStep = loop.environmentStep
    var checkpointedStep = loop.environmentStep > 0 ? loop.environmentStep : -1
    var stopped = false
    // where every learning curve begins
    if configuration.evaluationEvery > 0, loop.environmentStep == 0, lastEvaluation == nil {
      observer.evaluated(try evaluateOnSchedule())
    }
    while loop.environmentStep < configuration.steps {
      if shouldStop() {
        stopped = true
        break
      }
      let before = loop.environmentStep
      // the next step must not overwrite what the file does not have
      let next = loop.replay.appendedCount + configuration.environments
      if next - recordedRows > loop.replay.capacity { try recordTransitions() }
      try loop.step()
      if passed(configuration.evaluationEvery, since: before) {
        observer.evaluated(try evaluateOnSchedule())
      }
      if passed(configuration.logEvery, since: before) {
        let now = secondsNow()
        let rate = Double(loop.environmentStep - reportedStep) / max(now - reported, 1e-9)
        // from the steps alone, so that a resumed run looks on the same lines
        let line = { $0 / self.configuration.logEvery * self.configuration.logEvery }
        let every = configuration.measureEvery
        let looks = every > 0 && line(before) / every != line(loop.environmentStep) / every
        try logMetrics(rate: rate, elapsed: now - start, looksInside: looks)
        (reported, reportedStep) = (now, loop.environmentStep)
      }
      if passed(configuration.checkpointEvery, since: before) {
        try checkpoint()
        checkpointedStep = loop.environmentStep
        observer.checkpointed(step: checkpointedStep)
      }
      if passed(32, since: before) { observer.progressed(progress) }
    }
    observer.progressed(progress)
    if checkpointedStep != loop.environmentStep {
      try checkpoint()
      observer.checkpointed(step: loop.environmentStep)
    }
    let final = try finalEvaluation(finished: !stopped)
    let summary = summary(
      final, area: try learningCurveArea(), finished: !stopped, seconds: secondsNow() - start)
    try folder.write(summary: summary)
    try writeLearningCurve(final: final)
    return summary
  }

  /// Where the run stands.
  public var progress: TrainingProgress {
    let counts = agent.weightCounts
    let kept = counts.reduce(0) { $0 + $1.kept }
    return TrainingProgress(
      environmentStep: loop.environmentStep, totalSteps: configuration.steps,
      gradientStep: loop.gradientStep, lastEpisodeReturn: loop.lastEpisodeReturn,
      lastEvaluationReturn: lastEvaluation?.meanReturn,
      keptFraction: Double(kept) / Double(max(1, counts.reduce(0) { $0 + $1.dense })))
  }

  private func passed(_ interval: Int, since before: Int) -> Bool {
    interval > 0 && before / interval != loop.environmentStep / interval
  }

  /// Plays the episodes of an evaluation with the policy as it is now.
  private func evaluate() throws(UserError) -> EvaluationRecord {
    let agent = agent
    return try evaluator.evaluate(
      at: loop.environmentStep, key: key.split("evaluation").split(loop.environmentStep)
    ) { observations, count, actions in
      agent.act(observations: observations, count: count, exploring: nil, actions: actions)
    }
  }

  private func evaluateOnSchedule() throws(UserError) -> EvaluationRecord {
    let record = try evaluate()
    try logs.append(record)
    lastEvaluation = record
    if record.meanReturn > best?.mean ?? -.infinity {
      best = (record.step, record.meanReturn)
      try folder.writeBest(
        policy(),
        metadata: [
          "environment": configuration.environment, "environment_step": "\(record.step)",
          "mean_return": "\(record.meanReturn)",
        ])
    }
    return record
  }

  private func logMetrics(
    rate: Double, elapsed: Double, looksInside: Bool
  ) throws(UserError) {
    var line: [String: StructuredValue] = [
      "environment_step": .integer(loop.environmentStep),
      "gradient_step": .integer(loop.gradientStep),
      "train/episodes": .integer(loop.episodeCount),
      "replay/transitions": .integer(loop.replay.count),
      "speed/environment-steps-per-second": .number(rate),
      "speed/elapsed-seconds": .number(elapsed),
    ]
    if let value = loop.lastEpisodeReturn { line["train/episode-return"] = .number(value) }
    for measurement in agent.drainMeasurements() {
      line[measurement.name] = .number(measurement.value)
    }
    if looksInside {
      for measurement in probe.measure(key: key.split("probe").split(loop.environmentStep)) {
        line[measurement.name] = .number(measurement.value)
      }
    }
    let account = WorkAccount(agent.learners.map { .init($0) })
    line["sparsity/kept-weights"] = .integer(Int(account.kept))
    line["sparsity/relative-operations"] = .number(account.relativeOperations)
    for count in agent.weightCounts {
      line["sparsity/\(count.network)"] = .number(1 - Double(count.kept) / Double(count.dense))
    }
    try logs.append(line)
  }

  // MARK: Record

  /// Writes a checkpoint of this moment.
  ///
  /// - Throws: `UserError` of kind `file`, or of kind `divergence` when a weight is no longer finite;
  ///   earlier checkpoints are untouched.
  public func checkpoint() throws(UserError) {
    guard agent.parametersAreFinite else {
      throw UserError(
        .divergence, found: "a weight that is not finite at gradient step \(loop.gradientStep)",
        action: "lower the learning rate, or resume from the last checkpoint with other settings")
    }
    try recordTransitions()
    try replayFile.synchronise()
    try logs.synchronise()
    try folder.checkpoints.write(try contents(), keep: configuration.keep)
  }

  /// Hands the transitions since the last call to the file.
  private func recordTransitions() throws(UserError) {
    let replay = loop.replay
    for range in replay.contiguous(recordedRows..<replay.appendedCount) {
      try replayFile.append(replay.bytes(ofTransitions: range))
    }
    recordedRows = replay.appendedCount
  }

  private func contents() throws(UserError) -> CheckpointContents {
    var all = NamedTensors()
    loop.save(into: &all)
    all.set("sparsity", try configuration.sparsityText())
    if let best { all.set("best", [Double(best.step), best.mean]) }
    if let lastEvaluation {
      all.set("last-evaluation", [Double(lastEvaluation.step)] + lastEvaluation.returns)
    }
    var files: [String: NamedTensors] = [:]
    for name in all.names { files[Self.file(of: name), default: NamedTensors()][name] = all[name] }
    files["policy"] = policy()
    return CheckpointContents(
      step: loop.environmentStep,
      state: .table([
        "gradient_step": .integer(loop.gradientStep), "episodes": .integer(loop.episodeCount),
      ]),
      replay: replayFile.position,
      files: files.sorted { $0.key < $1.key }.map { CheckpointContents.File($0.key, $0.value) })
  }

  /// Which file of a checkpoint a tensor lies in.
  private static func file(of name: String) -> String {
    if name.hasPrefix("environment.") { return "environment" }
    guard name.hasPrefix("agent.") else { return "clocks" }
    if name.contains(".optimiser.") { return "optimiser" }
    return name.contains(".topology.") ? "topology" : "networks"
  }

  private func restore(_ contents: CheckpointContents) throws(UserError) {
    var all = NamedTensors()
    for file in contents.files where file.name != "policy" {
      for name in file.tensors.names { all[name] = file.tensors[name] }
    }
    try configuration.refuse(otherSparsityOf: all)
    let rows = replayFile.position.rowCount
    let dropped = try dropped(all, of: rows)
    try loop.replay.restore(appendedCount: rows, droppedCount: dropped) {
      (range, bytes) throws(UserError) in
      try replayFile.read(rows: range, into: bytes)
    }
    recordedRows = rows
    try loop.restore(from: all)
    if all["best"] != nil {
      let saved: [Double] = try all.get("best")
      if saved.count == 2 { best = (Int(saved[0]), saved[1]) }
    }
    if all["last-evaluation"] != nil {
      let saved: [Double] = try all.get("last-evaluation")
      lastEvaluation = EvaluationRecord(
        step: Int(saved.first ?? 0), returns: Array(saved.dropFirst()), lengths: [])
    }
  }

  /// How many of the transitions were dropped from the replay.
  private func dropped(_ tensors: NamedTensors, of rows: Int) throws(UserError) -> Int {
    guard tensors["dropped-transitions"] != nil else { return 0 }
    let counts: [Int64] = try tensors.get("dropped-transitions")
    guard counts.count == 1, (0...Int64(rows)).contains(counts[0]) else {
      throw UserError(
        .checkpoint, found: "\(counts) transitions dropped of \(rows)", expected: "0 to \(rows)",
        action: "use a checkpoint that was not altered")
    }
    return Int(counts[0])
  }

  /// What is needed to act: the policy and the range of its actions.
  private func policy() -> NamedTensors {
    var tensors = NamedTensors()
    agent.savePolicy(into: &tensors)
    tensors.set("action.centre", loop.actionMap.centre)
    tensors.set("action.half-width", loop.actionMap.halfWidth)
    return tensors
  }

  /// The policy's returns at the end.
  ///
  /// Off the schedule they are part of the summary alone and of no log, since a longer run would not
  /// have them.
  private func finalEvaluation(finished: Bool) throws(UserError) -> EvaluationRecord? {
    guard finished, configuration.evaluationEvery > 0 else { return nil }
    if let lastEvaluation, lastEvaluation.step == loop.environmentStep { return lastEvaluation }
    return try evaluate()
  }

  private func summary(
    _ final: EvaluationRecord?, area: LearningCurveArea?, finished: Bool, seconds: Double
  ) -> TrainingSummary {
    TrainingSummary(
      finished: finished, environmentStep: loop.environmentStep, gradientStep: loop.gradientStep,
      episodes: loop.episodeCount, finalReturn: final?.meanReturn,
      finalDeviation: final?.deviation, bestReturn: best?.mean, bestStep: best?.step,
      weights: agent.weightCounts.map {
        TrainingSummary.Weights(network: $0.network, kept: $0.kept, dense: $0.dense)
      },
      learningCurveArea: area,
      seconds: seconds)
  }
}

/// Watches nothing.
public struct SilentObserver: TrainingObserver {
  /// An observer that ignores everything.
  public init() {}
}
