import ArgumentParser
import Coppice

/// Runs the training of a model of paths on the command line: shows how it goes, stops it well, says where
/// everything lies.
enum PathTrainingConduct {
  /// Trains until it is done, the minutes are used up, or a signal comes.
  ///
  /// - Throws: `ExitCode` 130 or 143 after a signal; what the training throws.
  static func conduct(_ training: PathTraining, minutes: Int?, quiet: Bool) throws {
    let interruption = Interruption()
    let clock = ContinuousClock()
    let end = minutes.map { clock.now + .seconds(60 * $0) }
    let display = PathTrainingDisplay(isQuiet: quiet)
    let path = training.folder.path
    if !quiet { Console.complain(heading(of: training)) }
    let summary: PathTrainingSummary
    do throws(UserError) {
      summary = try training.run(observer: display) {
        interruption.signalNumber != nil || end.map { clock.now >= $0 } ?? false
      }
    } catch {
      display.finish()
      throw error
    }
    display.finish()
    if !summary.finished {
      Console.complain(
        "Stopped after \(summary.steps) updates, with a checkpoint; continue with "
          + "`coppice resume \(path)`.")
      if let code = interruption.exitCode { throw ExitCode(code) }
    }
    Console.say(
      (["\(summary.steps) updates"] + (summary.measurements + summary.evaluation).map(word))
        .joined(separator: ", "))
    Console.say(path)
  }

  private static func heading(of training: PathTraining) -> String {
    let (settings, data) = (training.settings, training.data)
    let start = training.step > 0 ? ", from \(training.step)" : ""
    return "\(settings.model) on \(data.training.pathCount) paths of \(settings.data) at "
      + "\(data.training.timeCount) times, \(data.heldOut.pathCount) held back, sparsity "
      + "\(settings.sparsity), seed \(settings.seed), \(settings.steps) updates\(start), "
      + "in \(training.folder.path)"
  }

  /// A measurement in words.
  static func word(_ measurement: PathMeasurement) -> String {
    "\(measurement.name) \(Float((measurement.value * 1e4).rounded() / 1e4))"
  }
}

/// Shows on standard error how the training of a model of paths goes: a bar on a terminal, now and then a line
/// elsewhere.
final class PathTrainingDisplay: PathTrainingObserver {
  private let isQuiet: Bool
  private let interval: Double
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastShown = 0.0
  private var rate = StepRate()
  private var barIsShown = false

  /// A display that shows nothing where `isQuiet`.
  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    interval = Console.isInteractive ? 0.1 : 10
    start = clock.now
  }

  func updated(_ progress: PathTrainingProgress) {
    guard !isQuiet else { return }
    let now = (clock.now - start) / .seconds(1)
    rate.note(step: progress.step, at: now)
    guard now - lastShown >= interval || progress.step == progress.totalSteps else { return }
    lastShown = now
    let line = ProgressLine(
      step: progress.step, totalSteps: progress.totalSteps, stepsPerSecond: rate.stepsPerSecond,
      sparsity: nil, notes: progress.measurements.map(PathTrainingConduct.word))
    guard Console.isInteractive else { return Console.complain(line.plain) }
    let text = line.bar(columnCount: Console.columnCount)
    Console.show("\r\u{1B}[K" + (Console.isColourful ? "\u{1B}[32m\(text)\u{1B}[0m" : text))
    barIsShown = true
  }

  func evaluated(_ measurements: [PathMeasurement], step: Int) {
    guard !isQuiet else { return }
    finish()
    Console.complain(
      "after \(step) updates: "
        + measurements.map(PathTrainingConduct.word).joined(separator: ", "))
  }

  func warned(_ warning: String, step: Int) {
    finish()
    Console.complain("warning, after \(step) updates: \(warning)")
  }

  func checkpointed(step: Int) {}

  /// Ends the line that a bar stands on.
  func finish() {
    if barIsShown { Console.show("\n") }
    barIsShown = false
  }
}
