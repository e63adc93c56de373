import Coppice

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Shows on standard error how a run goes: a bar on a terminal, now and then a line elsewhere.
final class ProgressDisplay: TrainingObserver {
  private let isQuiet: Bool
  private let isInteractive: Bool
  private let interval: Double
  private let prefix: String
  private var rate = StepRate()
  private var lastShown: Double?
  private var lastStep: Int?
  private var barIsShown = false

  /// A display that shows nothing where `isQuiet`.
  ///
  /// - Parameters:
  ///   - isQuiet: Whether it shows nothing.
  ///   - owner: Whose progress it is, where it is one of several: then lines say so, and no bar moves.
  init(isQuiet: Bool, owner: String? = nil) {
    self.isQuiet = isQuiet
    prefix = owner.map { "\($0): " } ?? ""
    isInteractive = Console.isInteractive && owner == nil
    interval = isInteractive ? 0.1 : 10
  }

  func progressed(_ progress: TrainingProgress) {
    guard !isQuiet else { return }
    let now = Self.now()
    rate.note(step: progress.environmentStep, at: now)
    let isLast = progress.environmentStep >= progress.totalSteps
    // a first line after one interval: before, there is nothing to tell
    let since = now - (lastShown ?? now)
    lastShown = lastShown ?? now
    guard since >= interval || (isLast && progress.environmentStep != lastStep) else { return }
    lastStep = progress.environmentStep
    lastShown = now
    let line = ProgressLine(
      step: progress.environmentStep, totalSteps: progress.totalSteps,
      stepsPerSecond: rate.stepsPerSecond, episodeReturn: progress.lastEpisodeReturn,
      evaluationReturn: progress.lastEvaluationReturn, sparsity: 1 - progress.keptFraction)
    if isInteractive {
      let text = line.bar(columnCount: Console.columnCount)
      Console.show("\r\u{1B}[K" + (Console.isColourful ? "\u{1B}[32m\(text)\u{1B}[0m" : text))
      barIsShown = true
    } else {
      Console.complain(prefix + line.plain)
    }
  }

  /// Ends the line that a bar stands on.
  func finish() {
    if barIsShown { Console.show("\n") }
    barIsShown = false
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
