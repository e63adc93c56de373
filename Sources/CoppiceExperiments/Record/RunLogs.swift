import CoppiceTensors

/// What a run logs while it trains: metrics and evaluations as JSON, and both for TensorBoard where that
/// is wished.
///
/// The event file repeats the other two, and is made of them anew whenever a run is started or resumed; so
/// it agrees with them after any interruption.
final class RunLogs {
  private let metrics: JSONLines
  private let evaluations: JSONLines
  private let folder: RunFolder
  private var events: EventFile?

  /// The logs in `folder`, to write at their ends.
  init(_ folder: RunFolder) throws(UserError) {
    self.folder = folder
    metrics = try JSONLines(folder.metricsPath)
    evaluations = try JSONLines(folder.evaluationsPath)
  }

  /// Begins to write for TensorBoard as well, with everything that was logged so far.
  ///
  /// Values keep the times that an earlier event file has for them.
  func showInTensorBoard() throws(UserError) {
    let place = Folder(folder.tensorBoardPath)
    var times: [Moment: Double] = [:]
    for event in try EventFile.read(place) { times[Moment(event)] = event.wallTime }
    let now = wallTimeNow()
    let lines: [[String: StructuredValue]] = try JSONLines.read(folder.metricsPath)
    let records: [EvaluationRecord] = try JSONLines.read(folder.evaluationsPath)
    var history =
      lines.compactMap { ScalarEvent($0, wallTime: now) }
      + records.map { ScalarEvent($0, wallTime: now) }
    for index in history.indices {
      history[index].wallTime = times[Moment(history[index])] ?? now
    }
    history.sort { Moment($0) < Moment($1) }
    events = try EventFile(in: place, holding: history)
  }

  /// Logs a line of metrics.
  func append(_ line: [String: StructuredValue]) throws(UserError) {
    try metrics.append(StructuredValue.table(line))
    if let events, let event = ScalarEvent(line, wallTime: wallTimeNow()) {
      try events.append(event)
    }
  }

  /// Logs an evaluation.
  func append(_ record: EvaluationRecord) throws(UserError) {
    try evaluations.append(record)
    try events?.append(ScalarEvent(record, wallTime: wallTimeNow()))
  }

  /// Waits until everything lies on the disk.
  func synchronise() throws(UserError) {
    try metrics.synchronise()
    try evaluations.synchronise()
    try events?.synchronise()
  }

  /// Checks that the logs can be cut after environment step `step`.
  ///
  /// - Throws: `UserError` as ``JSONLines/length(through:)``.
  func check(through step: Int) throws(UserError) {
    for log in [metrics, evaluations] { _ = try log.length(through: step) }
  }

  /// Removes what was logged after environment step `step`.
  func cut(after step: Int) throws(UserError) {
    try metrics.cut(after: step)
    try evaluations.cut(after: step)
  }

  /// Where an event stands in the order in which a run logs: by step, the evaluation first.
  private struct Moment: Hashable, Comparable {
    let step: Int
    let isEvaluation: Bool

    init(_ event: ScalarEvent) {
      step = event.step
      isEvaluation = event.values[ScalarEvent.evaluationTag] != nil
    }

    static func < (first: Moment, second: Moment) -> Bool {
      first.step == second.step
        ? first.isEvaluation && !second.isEvaluation : first.step < second.step
    }
  }
}
