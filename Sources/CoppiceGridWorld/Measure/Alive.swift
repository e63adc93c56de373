extension WorldMeasure {
  /// How many are alive after the step.
  public static let alive = WorldMeasure(
    "alive", unit: "agents", over: .mean, meaning: "agents that are alive after the step"
  ) { step, group in Measured(step.world.groups[group].livingCount) }
}
