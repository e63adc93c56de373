import CoppiceReports

/// How a run ended, for people.
public struct SummaryText: CustomStringConvertible {
  private let summary: TrainingSummary
  private let path: String

  /// The text of `summary`, for the run in `path`.
  public init(_ summary: TrainingSummary, path: String) {
    self.summary = summary
    self.path = path
  }

  /// A few lines without a line break at the end.
  public var description: String {
    let kept = summary.weights.reduce(0) { $0 + $1.kept }
    let dense = summary.weights.reduce(0) { $0 + $1.dense }
    var lines = [
      "steps       \(summary.environmentStep) (\(summary.gradientStep) gradient steps) "
        + "in \(ProgressLine.duration(summary.seconds))",
      "weights     \(kept) of \(dense) kept",
    ]
    if let mean = summary.finalReturn {
      let deviation = summary.finalDeviation.map { " ± \(Self.text($0))" } ?? ""
      lines.append("return      \(Self.text(mean))\(deviation)")
    }
    if let best = summary.bestReturn, let step = summary.bestStep {
      lines.append("best        \(Self.text(best)) at step \(step)")
    }
    lines += [
      "checkpoint  \(path)/checkpoints/\(summary.environmentStep)",
      "report      \(path)/report/learning-curve.svg",
    ]
    return lines.joined(separator: "\n")
  }

  private static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
