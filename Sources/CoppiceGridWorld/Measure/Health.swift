import CoppiceTensors

extension WorldMeasure {
  /// The mean health of the living.
  public static let health = WorldMeasure(
    "health", unit: "health", over: .mean, meaning: "mean health of the living after the step"
  ) { step, group in
    let own = step.world.groups[group]
    var sum = 0.0
    for slot in own.slots where step.isAlive(slot) {
      sum += Double(step.world.agents.health.pointer[slot])
    }
    return Measured(sum, per: Double(own.livingCount))
  }
}
