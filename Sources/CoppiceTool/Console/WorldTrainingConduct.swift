import ArgumentParser
import Coppice

/// Runs the training of a world on the command line: shows how it goes, stops it well, says where everything
/// lies.
enum WorldTrainingConduct {
  /// Trains until it is done, the minutes are used up, or a signal comes.
  ///
  /// - Throws: `ExitCode` 130 or 143 after a signal; what the training throws.
  static func conduct(_ training: WorldTraining, minutes: Int?, quiet: Bool) throws {
    let interruption = Interruption()
    let clock = ContinuousClock()
    let end = minutes.map { clock.now + .seconds(60 * $0) }
    let display = WorldTrainingDisplay(isQuiet: quiet)
    let path = training.folder.path
    if !quiet { Console.complain(heading(of: training)) }
    let summary = try training.run(observer: display) {
      interruption.signalNumber != nil || end.map { clock.now >= $0 } ?? false
    }
    if !summary.finished {
      Console.complain(
        "Stopped after \(summary.agentSteps) steps of agents, with a checkpoint; continue with "
          + "`coppice resume \(path)`.")
      if let code = interruption.exitCode { throw ExitCode(code) }
    }
    Console.say(
      "\(summary.games) games, \(summary.agentSteps) steps of agents, \(summary.updates) updates")
    for evaluation in summary.evaluations { Console.say(evaluation.description) }
    Console.say(path)
  }

  private static func heading(of training: WorldTraining) -> String {
    let settings = training.settings
    let start = training.agentSteps > 0 ? ", from \(training.agentSteps)" : ""
    return "\(settings.learner) on \(settings.world), sparsity \(settings.sparsity), seed "
      + "\(settings.seed), \(settings.steps) steps of agents\(start), in \(training.folder.path)"
  }
}

/// Shows on standard error how the training of a world goes: now and then a line.
final class WorldTrainingDisplay: WorldTrainingObserver {
  private let isQuiet: Bool
  private let interval: Double
  private var lastShown = 0.0

  /// A display that shows nothing where `isQuiet`.
  init(isQuiet: Bool, interval: Double = 10) {
    (self.isQuiet, self.interval) = (isQuiet, interval)
  }

  func played(_ progress: WorldTrainingProgress) {
    let isLast = progress.agentSteps >= progress.totalAgentSteps
    guard !isQuiet, isLast || progress.seconds - lastShown >= interval else { return }
    lastShown = progress.seconds
    let groups = zip(progress.groups, progress.record.groups).filter { $1.learner != nil }
      .map { "\($0) reward \(Self.rounded($1.rewardPerAgentStep)), \($1.survivors) left" }
    let learners = progress.learners.map { learner in
      (progress.learners.count > 1 ? "\(learner.name) " : "")
        + learner.measurements.map { "\($0.name) \(Self.rounded($0.value))" }
        .joined(separator: ", ")
    }
    Console.complain(
      (["game \(progress.games)", "\(progress.agentSteps) of \(progress.totalAgentSteps) steps"]
        + ["\(progress.updates) updates"] + groups + learners + ["\(Int(progress.seconds)) s"])
        .joined(separator: "; "))
  }

  func evaluated(_ evaluations: [WorldEvaluation], agentSteps: Int) {
    guard !isQuiet else { return }
    for own in evaluations { Console.complain("after \(agentSteps) steps: \(own.description)") }
  }

  private static func rounded(_ value: Double) -> String {
    "\(Float((value * 1e5).rounded() / 1e5))"
  }
}
