/// Which slot of a tape comes next, on a way back that sums gradients whenever all slots are full.
struct SlotCursor<Fields: VectorFields> {
  let fields: Fields
  let tape: Fields.Tape
  private(set) var used = 0

  init(fields: Fields, tape: Fields.Tape) {
    self.fields = fields
    self.tape = tape
  }

  /// A slot to evaluate in.
  mutating func next() -> Int {
    if used == tape.slotCount { flush() }
    used += 1
    return used - 1
  }

  /// Sums what the slots in use hold.
  mutating func flush() {
    guard used > 0 else { return }
    fields.sumGradients(slots: used, tape: tape)
    used = 0
  }

  /// How many slots a tape gets for a way back of `evaluations`: few enough to stay in a near cache, so
  /// many that sums are worth their while, and an even share of the whole.
  static func slotCount(for fields: Fields, evaluations: Int) -> Int {
    let product = fields.noiseProduct
    let outputs =
      product.stateCount * (1 + (product.isDiagonal ? 1 : product.channelCount))
    let most = min(8, max(1, 2048 / (4 * outputs)))
    let rounds = (evaluations + most - 1) / most
    return max(1, (evaluations + rounds - 1) / rounds)
  }
}
