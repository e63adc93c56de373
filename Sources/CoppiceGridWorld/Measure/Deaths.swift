extension WorldMeasure {
  /// How many died in the step: were killed, starved or were swallowed.
  public static let deaths = WorldMeasure(
    "deaths", unit: "agents", over: .total,
    meaning: "agents that died in the step: were killed, starved or were swallowed"
  ) { step, group in Measured(step.world.groups[group].deadCount) }
}
