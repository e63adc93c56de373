import Coppice

/// A walk along a corridor: stay near the middle, where the draught pushes to one side.
struct Corridor: Environment {
  private var position = 0.0
  private var draught = 0.0

  let specification = EnvironmentSpecification(
    id: "Corridor-v0",
    observationSpace: .box(low: [-10, -1], high: [10, 1]),
    actionSpace: .box(low: [-1], high: [1]),
    stepLimit: 100)

  mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
    var random = key.stream()
    position = random.nextUniform(-3, 3)
    draught = random.nextUniform(-0.5, 0.5)
    see(&observation)
  }

  mutating func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    position += 0.5 * action[0] + 0.2 * draught
    see(&observation)
    return StepOutcome(reward: -abs(position), terminated: abs(position) > 10)
  }

  private func see(_ observation: inout MutableSpan<Double>) {
    observation[0] = position
    observation[1] = draught
  }
}
