public import CoppiceEnvironments
public import CoppiceRandom
public import CoppiceTensors

/// What an evaluation found.
public struct EvaluationRecord: Codable, Sendable, Equatable {
  /// The environment step at which the policy was evaluated.
  public var step: Int
  /// The sum of rewards of each episode.
  public var returns: [Double]
  /// The steps of each episode.
  public var lengths: [Int]

  /// A record from its parts.
  public init(step: Int, returns: [Double], lengths: [Int]) {
    self.step = step
    self.returns = returns
    self.lengths = lengths
  }

  private enum CodingKeys: String, CodingKey {
    case step = "environment_step"
    case returns
    case lengths
  }

  /// The mean over the episodes.
  public var meanReturn: Double { returns.reduce(0, +) / Double(max(1, returns.count)) }

  /// The standard deviation over the episodes, with the count as divisor.
  public var deviation: Double {
    let mean = meanReturn
    let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(max(1, returns.count))).squareRoot()
  }
}

/// Plays a fixed number of episodes with a policy that acts as well as it can.
///
/// The episodes run in environments of their own, one for each, with keys of their own, so that
/// evaluating changes nothing for training and short episodes count no more than long ones.
public final class Evaluator {
  private let environment: any VectorEnvironment
  private let actions: AlignedBuffer<Double>
  private let environmentActions: AlignedBuffer<Double>
  private let actionMap: ActionMap

  /// An evaluator of as many episodes as `environment` has members.
  ///
  /// - Throws: `UserError` of kind `configuration` when actions are not vectors with finite bounds.
  public init(environment: any VectorEnvironment) throws(UserError) {
    self.environment = environment
    let count = environment.memberCount * environment.specification.actionSpace.size
    actions = AlignedBuffer(count: count)
    environmentActions = AlignedBuffer(count: count)
    actionMap = try ActionMap(environment.specification)
  }

  /// Plays one episode in every member.
  ///
  /// - Parameters:
  ///   - step: What the record is marked with.
  ///   - key: All randomness of the episodes.
  ///   - act: Chooses `[N, A]` actions in [−1, 1] for `N` observations `[N, O]`.
  /// - Returns: The returns and lengths, by member.
  /// - Throws: `UserError` of kind `environment` when the environment breaks its contract.
  public func evaluate(
    at step: Int, key: RandomKey,
    act: (UnsafePointer<Double>, Int, UnsafeMutablePointer<Double>) -> Void
  ) throws(UserError) -> EvaluationRecord {
    let count = environment.memberCount
    var returns = [Double?](repeating: nil, count: count)
    var lengths = [Int](repeating: 0, count: count)
    var running = count
    try environment.reset(key: key)
    while running > 0 {
      act(environment.observations.pointer, count, actions.pointer)
      actionMap.apply(actions, into: environmentActions)
      try environment.step(actions: environmentActions)
      for member in 0..<count where returns[member] == nil {
        let outcome = environment.outcomes[member]
        guard outcome.terminated || outcome.truncated else { continue }
        returns[member] = environment.episodeReturns[member]
        lengths[member] = environment.episodeLengths[member]
        running -= 1
      }
    }
    return EvaluationRecord(step: step, returns: returns.compactMap { $0 }, lengths: lengths)
  }
}
