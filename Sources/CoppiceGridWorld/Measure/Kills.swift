extension WorldMeasure {
  /// How many others the group killed in the step, those of its own among them.
  public static let kills = WorldMeasure(
    "kills", unit: "agents", over: .total, meaning: "agents that the group killed in the step"
  ) { step, group in Measured(step.count(.kill, of: group)) }
}
