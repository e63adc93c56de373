import CoppiceTensors

extension WorldMeasure {
  /// How far the living of the group are scattered: the root of the mean squared distance from their centre, their radius of
  /// gyration.
  ///
  /// Distances are from the middles of bodies to the mean of these. Nothing where nobody lives.
  public static let spread = WorldMeasure(
    "spread", unit: "cells", over: .mean,
    meaning: "root mean square distance of the living from their centre"
  ) { step, group in
    let own = step.world.groups[group]
    guard own.livingCount > 0 else { return .none }
    // in halves of cells middles are whole numbers
    var (sumX, sumY) = (0, 0)
    for slot in own.slots where step.isAlive(slot) {
      let middle = step.doubledMiddle(of: slot, own.type)
      (sumX, sumY) = (sumX + middle.x, sumY + middle.y)
    }
    let count = Double(own.livingCount)
    let centre = SIMD2(Double(sumX) / count, Double(sumY) / count)
    var squares = 0.0
    for slot in own.slots where step.isAlive(slot) {
      let middle = step.doubledMiddle(of: slot, own.type)
      let away = SIMD2(Double(middle.x), Double(middle.y)) - centre
      squares += (away * away).sum()
    }
    return Measured((squares / count).squareRoot() / 2)
  }
}

extension MeasuredStep {
  /// Twice the middle of a body.
  @inline(__always)
  fileprivate func doubledMiddle(of slot: Int, _ type: AgentType) -> (x: Int, y: Int) {
    let size = world.size(of: slot, type)
    return (
      2 * Int(world.agents.x.pointer[slot]) + size.columns,
      2 * Int(world.agents.y.pointer[slot]) + size.rows
    )
  }
}
