import CoppiceEnvironments
import CoppiceRandom
import CoppiceTensors

/// Random actions within the space of `environment`, the same for the same key and step.
func randomActions(
  for environment: some VectorEnvironment, key: RandomKey, step: Int
) -> AlignedBuffer<Double> {
  var random = key.split(step).stream()
  let space = environment.specification.actionSpace
  let actions = AlignedBuffer<Double>(count: environment.memberCount * space.size)
  for index in 0..<actions.count {
    switch space {
    case .box(let low, let high):
      let place = index % space.size
      actions[index] = random.nextUniform(low[place], high[place])
    case .discrete(let count): actions[index] = Double(random.nextIndex(below: count))
    }
  }
  return actions
}

/// Walks along a line for ever, or to either end.
struct Corridor: Environment {
  var position = 0.0
  var length = 10.0
  var limit: Int? = 200
  var broken = false
  var reward = -1.0

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "Corridor-v0", observationSpace: .box(low: [-length - 1], high: [length + 1]),
      actionSpace: .box(low: [-1], high: [1]), stepLimit: limit)
  }

  mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
    var random = key.stream()
    position = random.nextUniform(-1, 1)
    observation[0] = position
  }

  mutating func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    position += action[0]
    observation[0] = broken ? .nan : position
    return StepOutcome(reward: reward, terminated: abs(position) > length)
  }
}
