public import CoppiceEnvironments
import CoppiceRandom
public import CoppiceTensors

extension Evaluator {
  /// Evaluates the policy of a run in environments of its own.
  ///
  /// - Parameters:
  ///   - path: The folder of the run.
  ///   - episodes: How many episodes.
  ///   - step: Which checkpoint; the newest without.
  ///   - best: Whether the policy of the best evaluation plays instead of a checkpoint's.
  ///   - seed: The seed of the episodes; that of the run without.
  ///   - environments: The environments that can be named.
  /// - Throws: `UserError` when there is no run or no checkpoint, or when it is damaged.
  /// - Returns: The returns of the episodes, marked with the step of the checkpoint, 0 for the best.
  public static func evaluate(
    run path: String, episodes: Int, from step: Int? = nil, best: Bool = false,
    seed: UInt64? = nil, environments: EnvironmentCatalogue = .standard
  ) throws(UserError) -> EvaluationRecord {
    guard (1...10_000).contains(episodes) else {
      throw UserError(
        .configuration, found: "\(episodes) episodes", expected: "1 to 10000",
        action: "change --episodes")
    }
    let folder = try RunFolder(opening: path)
    let configuration = try folder.configuration()
    let policy: TrainedPolicy
    var playedStep = 0
    if best {
      policy = try TrainedPolicy(folder.bestPolicyPath)
    } else {
      let store = folder.checkpoints
      let contents = if let step { try store.load(step: step) } else { try store.latest() }
      playedStep = contents.step
      policy = try TrainedPolicy(saved: try contents.tensors("policy"))
    }
    let environment = try environments.make(
      configuration.environment, count: episodes, options: try configuration.options())
    let (observations, actions) = (policy.observationCount, policy.actionCount)
    guard environment.specification.observationSpace.size == observations else {
      throw UserError(
        .checkpoint, found: "a policy for \(observations) observations",
        expected: "\(environment.specification.observationSpace.size)",
        action: "use a checkpoint of the same environment and options")
    }
    let key = RandomKey(seed: seed ?? configuration.seed).split("evaluate-command")
    return try Evaluator(environment: environment).evaluate(at: playedStep, key: key) {
      input, count, output in
      for row in 0..<count {
        let observation = Array(
          UnsafeBufferPointer(start: input + row * observations, count: observations))
        let action = policy.unscaledAction(for: observation)
        for index in 0..<actions { output[row * actions + index] = action[index] }
      }
    }
  }
}
