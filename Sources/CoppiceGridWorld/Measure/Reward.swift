import CoppiceTensors

extension WorldMeasure {
  /// The mean reward of those who acted in the step, the dead of the step among them.
  public static let reward = WorldMeasure(
    "reward", unit: "reward", over: .mean,
    meaning: "mean reward of the step, for those who died in it as well"
  ) { step, group in
    let own = step.world.groups[group]
    var sum = Double(own.reward) * Double(own.count)
    for slot in own.slots { sum += Double(step.world.agents.reward.pointer[slot]) }
    return Measured(sum, per: Double(own.count))
  }
}
