import ArgumentParser
import Coppice

/// Runs a run on the command line: shows how it goes, stops it well, says where everything lies.
enum Training {
  /// Trains `run` until it is done or a signal comes.
  ///
  /// - Throws: `ExitCode` 130 or 143 after a signal; what the run throws.
  static func conduct(_ run: TrainingRun, quiet: Bool) throws {
    let interruption = Interruption()
    let display = ProgressDisplay(isQuiet: quiet)
    if !quiet { Console.complain(heading(of: run)) }
    if let warning = run.warning { Console.complain("Warning: \(warning)") }
    let summary: TrainingSummary
    do throws(UserError) {
      summary = try run.run(
        observer: display, shouldStop: { interruption.signalNumber != nil })
    } catch {
      display.finish()
      throw error
    }
    display.finish()
    let path = run.folder.path
    if !summary.finished, let code = interruption.exitCode {
      Console.complain(stopped(summary, in: path))
      throw ExitCode(code)
    }
    Console.say(SummaryText(summary, path: path).description)
  }

  /// Trains `runs`, one for each seed, until all are done or a signal comes.
  ///
  /// - Throws: `ExitCode` of the first run that failed, otherwise 130 or 143 after a signal.
  static func conduct(_ runs: [TrainingRun], atOnce limit: Int, quiet: Bool) throws {
    let interruption = Interruption()
    if !quiet { for run in runs { Console.complain(heading(of: run)) } }
    if let warning = runs.first?.warning { Console.complain("Warning: \(warning)") }
    let displays = runs.map { ProgressDisplay(isQuiet: quiet, owner: name(of: $0)) }
    let results = TrainingRun.train(
      sideBySide: runs, atOnce: limit, observers: displays,
      shouldStop: { interruption.signalNumber != nil })
    var failures: [UserError] = []
    for (run, result) in zip(runs, results) {
      switch result {
      case .success(let summary) where summary.finished:
        Console.say(
          "\(name(of: run))\n\(SummaryText(summary, path: run.folder.path).description)")
      case .success(let summary):
        Console.complain("\(name(of: run)): " + stopped(summary, in: run.folder.path))
      case .failure(let error):
        failures.append(error)
        Console.complain("Error: \(name(of: run)): \(error)")
      }
    }
    if let first = failures.first {
      Console.complain("\(failures.count) of \(runs.count) seeds failed.")
      throw ExitCode(first.kind.exitCode)
    }
    if results.contains(where: { (try? $0.get())?.finished == false }) {
      throw ExitCode(interruption.exitCode ?? 1)
    }
  }

  private static func name(of run: TrainingRun) -> String { "seed \(run.configuration.seed)" }

  private static func stopped(_ summary: TrainingSummary, in path: String) -> String {
    "Stopped after \(summary.environmentStep) steps, with a checkpoint; "
      + "continue with `coppice resume \(path)`."
  }

  private static func heading(of run: TrainingRun) -> String {
    let configuration = run.configuration
    let start = run.environmentStep > 0 ? ", from step \(run.environmentStep)" : ""
    return "\(configuration.algorithm) on \(configuration.environment), "
      + "sparsity \(configuration.sparsity), seed \(configuration.seed), "
      + "\(configuration.steps) steps\(start), in \(run.folder.path)"
  }
}
