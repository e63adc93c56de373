extension WorldMeasure {
  /// How much of the fighting is done together: the share of the group's hits whose victim was hit by another of the
  /// group in the same step.
  ///
  /// Two who hit one victim count 2, three count 3; somebody who hits alone counts 0. A game has the share of all its
  /// hits, so that a step with many counts more than one with few.
  ///
  /// It is what the rule of `tiger-deer` pays for, but for one thing: a blow that kills is a hit here, while it is a kill
  /// and no attack to ``Event``.
  public static let cooperation = WorldMeasure(
    "cooperation", unit: "1", over: .mean,
    meaning: "share of the hits whose victim was hit by another of the group in the same step"
  ) { step, group in
    let hits = step.jointHits(of: group)
    return Measured(hits.joint, per: hits.all)
  }
}
