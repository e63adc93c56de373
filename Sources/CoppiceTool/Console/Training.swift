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
      Console.complain(
        "Stopped after \(summary.environmentStep) steps, with a checkpoint; "
          + "continue with `coppice resume \(path)`.")
      throw ExitCode(code)
    }
    Console.say(SummaryText(summary, path: path).description)
  }

  private static func heading(of run: TrainingRun) -> String {
    let configuration = run.configuration
    let start = run.environmentStep > 0 ? ", from step \(run.environmentStep)" : ""
    return "\(configuration.algorithm) on \(configuration.environment), "
      + "sparsity \(configuration.sparsity), seed \(configuration.seed), "
      + "\(configuration.steps) steps\(start), in \(run.folder.path)"
  }
}
