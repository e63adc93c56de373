import CoppiceNetworks
import CoppiceReplay
import CoppiceTensors

extension TransitionBatch {
  /// Draws the transitions of `part` where they are only promised, and normalises what they observe.
  func draw(
    _ panels: Range<Int>, normaliser: ObservationNormaliser?, laps: UpdateLaps, _ part: Part
  ) {
    gather(part)
    laps.end(.replay, part)
    guard let normaliser else { return }
    for panel in panels {
      normaliser.normalise(panel: inputs.panel(panel))
      normaliser.normalise(panel: nextInputs.panel(panel))
    }
  }
}
