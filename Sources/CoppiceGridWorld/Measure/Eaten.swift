extension WorldMeasure {
  /// How much food the group ate in the step.
  ///
  /// Of food that is no agent; food that is a group of agents, as in `gather`, is eaten by killing it.
  public static let eaten = WorldMeasure(
    "eaten", unit: "food", over: .total, meaning: "food that is no agent and was eaten in the step"
  ) { step, group in Measured(Double(step.world.groups[group].eaten)) }
}
