import Coppice

struct Corridor: Environment {
  var position = 0.0
  let specification = EnvironmentSpecification(
    id: "Corridor-v0", observationSpace: .box(low: [-10], high: [10]),
    actionSpace: .box(low: [-1], high: [1]), stepLimit: 50)

  mutating func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
    var random = key.stream()
    position = random.nextUniform(-1, 1)
    observation[0] = position
  }

  mutating func step(
    _ action: Span<Double>, observation: inout MutableSpan<Double>
  ) -> StepOutcome {
    position = min(max(position + action[0], -10), 10)
    observation[0] = position
    return StepOutcome(reward: -abs(position), terminated: abs(position) == 10)
  }
}

extension EnvironmentCatalogue {
  static let mine = EnvironmentCatalogue.standard.adding("walk to the middle of a corridor") {
    Corridor()
  }
}

func trainInCorridor(at folder: String) throws -> TrainingSummary {
  var configuration = RunConfiguration()
  configuration.environment = "Corridor-v0"
  configuration.sparsity = try SparsityExpression("2:4")
  configuration.steps = 3_000
  configuration.hidden = [32, 32]
  let run = try TrainingRun(configuration, at: folder, environments: .mine)
  return try run.run()
}
