/// How far a run is, as one line.
public struct ProgressLine: Sendable, Equatable {
  /// Environment steps so far.
  public var step: Int
  /// Environment steps in all.
  public var totalSteps: Int
  /// Environment steps per second, lately; nothing before it was measured.
  public var stepsPerSecond: Double?
  /// The return of the episode that ended last.
  public var episodeReturn: Double?
  /// The mean return of the last evaluation.
  public var evaluationReturn: Double?
  /// The fraction of weights that are zero, in [0, 1].
  public var sparsity: Double?
  /// What else there is to say, a few words each.
  public var notes: [String]

  /// A line from its parts.
  public init(
    step: Int, totalSteps: Int, stepsPerSecond: Double? = nil, episodeReturn: Double? = nil,
    evaluationReturn: Double? = nil, sparsity: Double? = 0, notes: [String] = []
  ) {
    self.step = step
    self.totalSteps = totalSteps
    self.stepsPerSecond = stepsPerSecond
    self.episodeReturn = episodeReturn
    self.evaluationReturn = evaluationReturn
    self.sparsity = sparsity
    self.notes = notes
  }

  /// For logs: a line of its own.
  public var plain: String {
    "step \(step) of \(totalSteps) (\(percent))  " + facts.joined(separator: "  ")
  }

  /// For a terminal: a bar and what fits beside it.
  ///
  /// - Parameter columnCount: The width of the terminal; the line is one shorter at most.
  /// - Returns: One line without an end.
  public func bar(columnCount: Int) -> String {
    let label = " \(percent)  "
    var text = ""
    for fact in facts {
      let longer = text.isEmpty ? fact : text + "  " + fact
      guard label.count + longer.count + 12 < columnCount else { break }
      text = longer
    }
    let width = max(0, min(24, columnCount - label.count - text.count - 3))
    guard width > 0 else { return String((label + text).prefix(max(0, columnCount - 1))) }
    let filled = Int((fraction * Double(width)).rounded(.down))
    let bar =
      String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    return bar + label + text
  }

  private var fraction: Double { min(1, Double(step) / Double(max(1, totalSteps))) }
  private var percent: String { "\(Int(100 * fraction)) %" }

  private var facts: [String] {
    var facts: [String] = []
    if let stepsPerSecond, stepsPerSecond > 0 {
      facts.append("\(Int(stepsPerSecond.rounded())) steps/s")
      facts.append("\(Self.duration(Double(totalSteps - step) / stepsPerSecond)) left")
    }
    if let evaluationReturn { facts.append("evaluation \(Self.short(evaluationReturn))") }
    if let episodeReturn { facts.append("episode \(Self.short(episodeReturn))") }
    if let sparsity { facts.append("sparsity \(Self.short(100 * sparsity)) %") }
    return facts + notes
  }

  /// A number with at most one digit after the point.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    guard abs(value) < 1000 else {
      return abs(value) < 1e15 ? "\(Int(value.rounded()))" : "\(value)"
    }
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
  }

  /// Seconds as people say them: `48 s`, `3 min 20 s`, `2 h 5 min`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "ages" }
    let whole = max(0, Int(seconds.rounded()))
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(whole % 60) s"
    default: return "\(whole / 3600) h \(whole / 60 % 60) min"
    }
  }
}
