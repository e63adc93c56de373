import CoppiceTensors

/// Tapes that keep what all evaluations of a solution left, so that the way back evaluates nothing again.
///
/// Evaluations are kept in units, those of one step or single ones, in the order of the solution. The
/// tapes have gradients in common: these are summed whenever the way back leaves a tape.
struct EvaluationHistory<Fields: VectorFields> {
  private let fields: Fields
  private let tapes: [Fields.Tape]
  private let slotsOfUnit: Int

  /// Room for `unitCount` units, if the fields keep what they evaluated and this is not too much.
  ///
  /// - Parameters:
  ///   - fields: Whose evaluations they are.
  ///   - first: A tape of whole units, with gradients.
  ///   - unitCount: How many units there are.
  ///   - slotsOfUnit: How many evaluations make a unit.
  ///   - mostBytes: What is too much.
  init?(
    of fields: Fields, first: Fields.Tape, unitCount: Int, slotsOfUnit: Int = 1, mostBytes: Int
  ) {
    let unitsOfTape = first.slotCount / slotsOfUnit
    let tapeCount = (unitCount + unitsOfTape - 1) / unitsOfTape
    let bytes =
      tapeCount * first.slotCount * fields.keptCount * panelWidth
      * MemoryLayout<Fields.Scalar>.stride
    guard bytes > 0, bytes <= mostBytes else { return nil }
    self.fields = fields
    self.slotsOfUnit = slotsOfUnit
    tapes =
      [first]
      + (1..<max(tapeCount, 1)).map { _ in
        fields.makeTape(sharingGradientsOf: first)
      }
  }

  private var unitsOfTape: Int { tapes[0].slotCount / slotsOfUnit }

  /// Where a unit is kept: its tape, and the first of its slots.
  func place(of unit: Int) -> (tape: Fields.Tape, slot: Int) {
    (tapes[unit / unitsOfTape], unit % unitsOfTape * slotsOfUnit)
  }

  /// Sums gradients if `unit`, which was pulled back, is the first one of its tape.
  ///
  /// - Parameters:
  ///   - unit: Which unit.
  ///   - last: The last unit that was pulled back, where the way back began.
  func sumGradients(after unit: Int, last: Int) {
    guard unit % unitsOfTape == 0 else { return }
    fields.sumGradients(
      slots: min(unitsOfTape, last - unit + 1) * slotsOfUnit, tape: tapes[unit / unitsOfTape])
  }
}
