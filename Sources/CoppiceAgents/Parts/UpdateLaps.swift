import CoppiceTensors

/// Ends the laps of an update where somebody wants to know how long they took; the first worker's
/// alone.
final class UpdateLaps {
  /// Receives the times.
  var stopwatch: UpdateStopwatch?

  /// Books the time since the last lap as `work`.
  func end(_ work: UpdateStopwatch.Work, _ part: Part) {
    if part.index == 0 { stopwatch?.lap(work) }
  }
}
