extension WorldMeasure {
  /// How far it is from the living of the group to the nearest agent of another group, on average.
  ///
  /// Distances are between the upper left cells of bodies. Nothing where nobody lives, or nobody else.
  public static let nearestEnemy = WorldMeasure(
    "nearest_enemy", unit: "cells", over: .mean,
    meaning: "mean distance of the living to the nearest agent of another group"
  ) { step, group in
    let squares = step.squaredEnemyDistances(of: group)
    var (sum, count) = (0.0, 0)
    for slot in step.world.groups[group].slots where squares[slot] >= 0 {
      sum += Double(squares[slot]).squareRoot()
      count += 1
    }
    return Measured(sum, per: Double(count))
  }
}
