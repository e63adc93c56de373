extension WorldMeasure {
  /// How much the group moves one way: the length of the mean direction of its moves, 1 where all go the same way, near 0 where
  /// they go every way.
  ///
  /// The direction of a move on the grid is the vector from the cell before the step to the one after it, made one long; a
  /// move of two cells counts as one of one cell, and a turn on the spot is none. Those who stayed have no direction and are
  /// left out; nothing where nobody moved. M agents that move by chance are at about √(π / 4M) in place of 0.
  ///
  /// ## Source
  /// Vicsek, Czirók, Ben-Jacob, Cohen, Shochet 1995, "Novel type of phase transition in a system of self-driven particles",
  /// the absolute value of the average normalised velocity.
  /// **Differences**: there every particle moves at one speed; here those that stay are left out.
  public static let polarisation = WorldMeasure(
    "polarisation", unit: "1", over: .mean,
    meaning: "length of the mean direction of the moves of those that moved"
  ) { step, group in
    let own = step.world.groups[group]
    var (sum, count) = (SIMD2<Double>(), 0.0)
    for slot in own.slots where step.isAlive(slot) {
      let move = step.move(of: slot, own.type)
      guard move.x != 0 || move.y != 0 else { continue }
      let vector = SIMD2(Double(move.x), Double(move.y))
      sum += vector / (vector * vector).sum().squareRoot()
      count += 1
    }
    guard count > 0 else { return .none }
    // of rounded parts the length may be a little more than 1
    return Measured(min(1, (sum * sum).sum().squareRoot() / count))
  }
}
