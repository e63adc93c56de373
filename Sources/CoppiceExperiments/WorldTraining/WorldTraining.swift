import CoppiceCrowds
import CoppiceGridWorld
import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

/// The training of a world with its record on the disk.
///
/// It can be stopped between any two games, or killed at any moment, and continued from its last checkpoint with
/// the same bits as if it had never stopped.
///
/// ```swift
/// var settings = WorldTrainingSettings()
/// settings.world = "pursuit"
/// let training = try WorldTraining(settings, at: "runs/pursuit")
/// let summary = try training.run()
/// ```
///
/// ## Randomness
/// All keys follow from the seed. Nothing depends on threads, time or paths.
public final class WorldTraining {
  /// Everything that decides what the run does.
  public let settings: WorldTrainingSettings
  /// Where its record lies.
  public let folder: WorldRunFolder

  let training: CrowdTraining
  let parts: [WorldCast.Part]

  private let key: RandomKey
  private let lock: RunLock
  private let judge: WorldJudge
  private let metrics: JSONLines
  private var table: WorldEvaluationTable
  private var lastEvaluation: (agentSteps: Int, evaluations: [WorldEvaluation])?

  /// A new training in a new folder.
  ///
  /// - Parameters:
  ///   - settings: Everything that decides what it does.
  ///   - path: The folder; it must not hold a run already.
  /// - Throws: `UserError` when the settings make no sense, or the folder cannot be written; no folder is left
  ///   behind by bad settings.
  public convenience init(
    _ settings: WorldTrainingSettings, at path: String
  ) throws(UserError) {
    try settings.validate()
    let settings = try settings.spelledOut()
    let description = try settings.description()
    let parts = try Parts(settings, description) { (opponent) throws(UserError) in
      try WorldPlayers.file(
        at: opponent.policy, for: description.groups[opponent.group].name,
        pool: WorkerPool(threadCount: 1))
    }
    let (folder, lock) = try WorldRunFolder.create(at: path, settings, description, .ofThisMachine)
    for (group, source) in parts.trainedOpponents {
      try Folder("\(folder.path)/opponents").create()
      try AtomicFile.write(
        try OpenFile(source, .read).contents(),
        to: folder.opponentPath(description.groups[group].name))
    }
    // the folder is a run's from here on
    try folder.write(settings, .ofThisMachine)
    try self.init(settings, folder, parts, lock: lock, through: 0)
  }

  /// The training in `path`, continued from a checkpoint.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - step: Which checkpoint; the newest without.
  ///   - totalSteps: Agents' steps in all, where more are wanted than the settings say.
  ///   - threads: How many threads share the work from now on; as before without.
  /// - Throws: `UserError` when there is no checkpoint or it is damaged; nothing is changed then.
  public convenience init(
    resuming path: String, from step: Int? = nil, totalSteps: Int? = nil, threads: Int? = nil
  ) throws(UserError) {
    let folder = try WorldRunFolder(opening: path)
    let lock = try folder.lock()
    var settings = try folder.settings()
    settings.steps = totalSteps ?? settings.steps
    settings.threads = threads ?? settings.threads
    try settings.validate()
    let contents =
      if let step { try folder.checkpoints.load(step: step) } else {
        try folder.checkpoints.latest()
      }
    let description = try folder.description()
    let parts = try Parts(settings, description) { (opponent) throws(UserError) in
      folder.opponentPath(description.groups[opponent.group].name)
    }
    try self.init(settings, folder, parts, lock: lock, through: contents.step)
    // everything that can be refused comes first; only then is anything changed
    try restore(contents, totalSteps: totalSteps)
    _ = try metrics.length(through: contents.step)
    try folder.write(settings, .ofThisMachine)
    try folder.checkpoints.discard(after: contents.step)
    try metrics.cut(after: contents.step)
    try table.write()
    try writePolicies()
  }

  private init(
    _ settings: WorldTrainingSettings, _ folder: WorldRunFolder, _ parts: Parts, lock: RunLock,
    through step: Int
  ) throws(UserError) {
    (self.settings, self.folder, self.lock) = (settings, folder, lock)
    (training, self.parts, key, judge) = (parts.training, parts.cast.parts, parts.key, parts.judge)
    metrics = try JSONLines(folder.metricsPath)
    table = try WorldEvaluationTable(folder.evaluationsPath, through: step)
  }

  /// Steps of agents that learn, so far.
  public var agentSteps: Int { training.agentSteps }

  /// Steps of the world, so far.
  public var environmentStep: Int { training.environmentSteps }

  // MARK: Running

  /// Trains until all steps are taken, or until `shouldStop` says so.
  ///
  /// Ends with a checkpoint either way. Where all were taken before, nothing is written.
  ///
  /// - Parameters:
  ///   - observer: Somebody who watches.
  ///   - shouldStop: Asked between any two games.
  /// - Returns: How it ended.
  /// - Throws: `UserError` of kind `divergence` when a measurement is no longer finite, of kind `file` when the
  ///   record cannot be written; the last checkpoint is untouched.
  public func run(
    observer: some WorldTrainingObserver = SilentObserver(), shouldStop: () -> Bool = { false }
  ) throws(UserError) -> WorldTrainingSummary {
    let start = secondsNow()
    if training.agentSteps >= settings.steps,
      let earlier: WorldTrainingSummary = try folder.summary(), earlier.finished,
      earlier.agentSteps == training.agentSteps
    {
      return earlier
    }
    var isStopped = false
    if training.games == 0 {
      // where every learning curve begins, and what a run that is killed early goes on from
      if settings.evaluationEvery > 0, table.lines.isEmpty { try evaluateOnSchedule(observer) }
      try checkpoint(observer)
    }
    var checkpointed = training.games
    while training.agentSteps < settings.steps {
      if shouldStop() {
        isStopped = true
        break
      }
      let before = training.agentSteps
      let began = secondsNow()
      let record = try training.playGame()
      try checkMeasurements()
      try log(record, seconds: secondsNow() - began)
      observer.played(progress(record, seconds: secondsNow() - start))
      if passed(settings.evaluationEvery, since: before) { try evaluateOnSchedule(observer) }
      if passed(settings.checkpointEvery, since: before) {
        try checkpoint(observer)
        checkpointed = training.games
      }
    }
    if checkpointed != training.games { try checkpoint(observer) }
    let summary = WorldTrainingSummary(
      finished: !isStopped, games: training.games, environmentStep: training.environmentSteps,
      agentSteps: training.agentSteps, updates: training.updates,
      evaluations: isStopped ? [] : try finalEvaluations(), seconds: secondsNow() - start)
    try folder.write(summary: summary)
    return summary
  }

  private func passed(_ interval: Int, since before: Int) -> Bool {
    interval > 0 && before / interval != training.agentSteps / interval
  }

  private func checkMeasurements() throws(UserError) {
    for (part, learner) in zip(parts, training.learners) {
      for own in learner.measurements where !own.value.isFinite {
        throw UserError(
          .divergence, found: "\(own.name) of \(part.name) is \(own.value)",
          expected: "a finite number",
          action: "lower the learning rate, or resume from the last checkpoint")
      }
    }
  }

  private func progress(
    _ record: CrowdGameRecord, seconds: Double
  ) -> WorldTrainingProgress {
    WorldTrainingProgress(
      games: training.games, agentSteps: training.agentSteps, totalAgentSteps: settings.steps,
      updates: training.updates, record: record, groups: training.episode.groups.map(\.name),
      learners: zip(parts, training.learners).map { ($0.name, $1.measurements) },
      seconds: seconds)
  }

  private func log(_ record: CrowdGameRecord, seconds: Double) throws(UserError) {
    var line: [String: StructuredValue] = [
      "environment_step": .integer(training.environmentSteps),
      "agent_steps": .integer(training.agentSteps), "game": .integer(training.games),
      "game/steps": .integer(record.steps), "game/truncated": .bool(record.isTruncated),
      "game/seconds": .number(seconds),
    ]
    for (group, own) in zip(training.episode.groups, record.groups) {
      line["group/\(group.name)/reward"] = .number(own.rewardPerAgentStep)
      line["group/\(group.name)/survivors"] = .integer(own.survivors)
      line["group/\(group.name)/learns"] = .bool(own.learner != nil)
    }
    for (part, learner) in zip(parts, training.learners) {
      line["learner/\(part.name)/agent-steps"] = .integer(learner.agentSteps)
      line["learner/\(part.name)/updates"] = .integer(learner.updates)
      for own in learner.measurements {
        line["learner/\(part.name)/\(own.name)"] = .number(own.value)
      }
    }
    try metrics.append(StructuredValue.table(line))
  }

  // MARK: Evaluation

  private func evaluateOnSchedule(_ observer: some WorldTrainingObserver) throws(UserError) {
    let evaluations = try evaluate()
    try table.append(
      evaluations, environmentStep: training.environmentSteps, agentSteps: training.agentSteps)
    lastEvaluation = (training.agentSteps, evaluations)
    var line: [String: StructuredValue] = [
      "environment_step": .integer(training.environmentSteps),
      "agent_steps": .integer(training.agentSteps),
    ]
    for own in evaluations {
      let name = "evaluation/\(own.policy)/\(own.opponent)"
      line["\(name)/reward"] = .number(own.reward)
      line["\(name)/win-rate"] = .number(own.winRate)
      // the reward that a game brings an agent is there already
      for (measure, mean) in own.measures where measure != "reward" {
        line["\(name)/\(measure)"] = .number(mean)
      }
    }
    try metrics.append(StructuredValue.table(line))
    observer.evaluated(evaluations, agentSteps: training.agentSteps)
  }

  /// The evaluations at the end; off the schedule they are part of the summary alone, since a longer run would not
  /// have them.
  private func finalEvaluations() throws(UserError) -> [WorldEvaluation] {
    guard settings.evaluationEvery > 0 else { return [] }
    if let lastEvaluation, lastEvaluation.agentSteps == training.agentSteps {
      return lastEvaluation.evaluations
    }
    return try evaluate()
  }

  private func evaluate() throws(UserError) -> [WorldEvaluation] {
    let policies = training.learners.map { $0.makePolicy() }
    var players: [(any GroupPolicy)?] = training.roles.map { $0.opponent }
    for (index, part) in parts.enumerated() {
      for group in part.groups { players[group] = policies[index] }
    }
    return try judge.evaluations(
      parts, players, games: settings.evaluationGames,
      key: key.split("evaluation").split(training.agentSteps))
  }

  // MARK: Record

  /// Writes a checkpoint of this moment, and the policies.
  ///
  /// - Throws: `UserError` of kind `file`; earlier checkpoints are untouched.
  private func checkpoint(_ observer: some WorldTrainingObserver) throws(UserError) {
    try metrics.synchronise()
    try folder.checkpoints.write(contents(), keep: settings.keep)
    try writePolicies()
    observer.checkpointed(environmentStep: training.environmentSteps)
  }

  private func writePolicies() throws(UserError) {
    try Folder("\(folder.path)/policies").create()
    let text = try TextFile.read(folder.worldPath)
    var settings = settings
    // the same file for any number
    settings.threads = WorldTrainingSettings().threads
    for (part, learner) in zip(parts, training.learners) {
      let origin = WorldPolicyOrigin(
        groups: part.groups.map { training.episode.groups[$0].name },
        agents: AgentShape(of: part.groups[0], in: training.episode.world),
        agentSteps: learner.agentSteps, settings: settings, description: text)
      try WorldPolicy.write(learner, origin, to: folder.policyPath(part.name))
    }
  }

  private func contents() -> CheckpointContents {
    var files: [CheckpointContents.File] = []
    for (index, learner) in training.learners.enumerated() {
      var own = NamedTensors()
      learner.save(into: &own)
      files.append(.init("learner-\(index + 1)", own))
    }
    var clocks = NamedTensors()
    training.saveProgress(into: &clocks)
    files.append(.init("clocks", clocks))
    return CheckpointContents(
      step: training.environmentSteps,
      state: .table([
        "games": .integer(training.games), "agent_steps": .integer(training.agentSteps),
        "updates": .integer(training.updates),
      ]), files: files)
  }

  private func restore(
    _ contents: CheckpointContents, totalSteps: Int?
  ) throws(UserError) {
    for (index, learner) in training.learners.enumerated() {
      try learner.restore(from: try contents.tensors("learner-\(index + 1)"))
    }
    try training.restoreProgress(from: try contents.tensors("clocks"))
    guard training.environmentSteps == contents.step else {
      throw UserError(
        .checkpoint, found: "a checkpoint of step \(training.environmentSteps)",
        expected: "\(contents.step)", action: "use a checkpoint that was not altered")
    }
    // games are played to their end, and so a run that is finished is past its steps
    if let totalSteps, totalSteps < training.agentSteps {
      throw UserError(
        .configuration,
        found: "\(totalSteps) steps for a run that is at \(training.agentSteps)",
        expected: "at least \(training.agentSteps)",
        action: "ask for more steps, or go back with --from STEP")
    }
  }
}
