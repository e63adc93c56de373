extension WorldMeasure {
  /// How many blows of the group met somebody in the step; killing blows are among them.
  ///
  /// A blow at a wall, at nobody, at food, or at somebody who had died earlier in the step is none.
  public static let hits = WorldMeasure(
    "hits", unit: "blows", over: .total,
    meaning: "blows of the group that met a living agent, killing blows among them"
  ) { step, group in Measured(step.jointHits(of: group).all) }
}
