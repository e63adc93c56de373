import CoppiceGridWorld
public import CoppiceRandom
public import CoppiceTensors

/// Who decides what the agents of a group do.
public protocol GroupPolicy: AnyObject {
  /// Writes an action for every agent of a group.
  ///
  /// - Parameters:
  ///   - group: Which group.
  ///   - game: The game.
  ///   - key: Randomness of this step and group.
  func act(for group: Int, in game: CrowdGame, key: RandomKey)
}

/// Everybody does anything.
public final class RandomPolicy: GroupPolicy {
  /// The policy.
  public init() {}

  /// Writes an action for every agent of a group, each as likely as any.
  public func act(for group: Int, in game: CrowdGame, key: RandomKey) {
    game.world.actByChance(group, key: key)
  }
}

/// What a learner holds best, or with a small chance anything.
///
/// Observations are written and valued so many agents at a time, so that those of a large group are
/// never all in memory.
public final class LearnedPolicy: GroupPolicy {
  /// ε, the chance of any action.
  public var exploration: Double

  private let learner: DQN
  private let observations: Panels<Float>

  /// The policy of `learner`.
  public init(_ learner: DQN, exploration: Double = 0) {
    self.learner = learner
    self.exploration = exploration
    observations = Panels(
      featureCount: learner.history.viewCount + learner.history.featureCount,
      sampleCount: learner.evaluationSize)
  }

  /// Writes an action for every agent of a group.
  public func act(for group: Int, in game: CrowdGame, key: RandomKey) {
    act(for: group, in: game, key: key) { _, _, _ in }
  }

  /// The same, and shows what was seen.
  ///
  /// - Parameters:
  ///   - group: Which group.
  ///   - game: The game.
  ///   - key: Randomness of this step and group.
  ///   - body: Receives observations, the first agent that they belong to, and how many they are.
  public func act(
    for group: Int, in game: CrowdGame, key: RandomKey,
    _ body: (_ observations: Panels<Float>, _ first: Int, _ count: Int) -> Void
  ) {
    let (count, actions) = (game.agentCount(of: group), game.actions(of: group))
    for first in stride(from: 0, to: count, by: learner.evaluationSize) {
      let own = first..<min(count, first + learner.evaluationSize)
      game.observe(own, of: group, into: observations)
      learner.choose(
        observations, count: own.count, exploration: exploration, key: key.split(first),
        actions: actions + first)
      body(observations, first, own.count)
    }
  }

  /// Observes without acting.
  func observe(
    _ group: Int, in game: CrowdGame,
    _ body: (_ observations: Panels<Float>, _ first: Int, _ count: Int) -> Void
  ) {
    let count = game.agentCount(of: group)
    for first in stride(from: 0, to: count, by: learner.evaluationSize) {
      let own = first..<min(count, first + learner.evaluationSize)
      game.observe(own, of: group, into: observations)
      body(observations, first, own.count)
    }
  }
}
